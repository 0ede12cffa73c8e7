package guard_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"nuso.se/app/guard"
)

// number makes a valid identity number of the seed: any date of two centuries, either kind, every way to write it.
func number(seed uint64) (string, guard.Kind) {
	take := func(n uint64) int {
		value := seed % n
		seed /= n
		return int(value)
	}
	birth := time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, take(249*365))
	kind, day := guard.Personnummer, birth.Day()
	if take(4) == 0 {
		kind, day = guard.Samordningsnummer, day+60
	}
	short := fmt.Sprintf("%02d%02d%02d", birth.Year()%100, birth.Month(), day)
	last := fmt.Sprintf("%03d#", take(1000))
	separator := []string{"", "-", "+", " ", "–", "\u00a0", " - ", "\u2009", "\u00ad", "\u200b-", "&shy;", "&nbsp;", "**-**", "--"}[take(14)]
	zero := []rune{'0', '0', '0', '０', '٠'}[take(5)]
	if separator == "" && strings.HasPrefix(short, "07") {
		separator = "-" // ten digits from 07 are a phone
	}
	century := ""
	if take(2) == 0 {
		century = fmt.Sprint(birth.Year() / 100)
	}
	return script(zero, fill(century+short+separator+last)), kind
}

// Whatever stands around it, a number between spaces is found, right where it stands.
func FuzzCheck(f *testing.F) {
	for seed, text := range []string{"", "Hej\r\nhej", "12 ", "2025-11-28 ", "A-00123\nA-00124\nA-00125\nA-00126", "\xff\u200b", "19", "löpnummer;1;2\n\t|"} {
		f.Add(text, len(text)/2, uint64(seed)*7_919_000_003)
	}
	f.Fuzz(func(t *testing.T, text string, cut int, seed uint64) {
		guard.Explain(guard.Check(text))
		if cut = max(0, min(cut, len(text))); cut < len(text) && !utf8.RuneStart(text[cut]) {
			cut = 0
		}
		before := text[:cut] + " "
		secret, kind := number(seed)
		findings := guard.Check(before + secret + " " + text[cut:])
		where := end(before)
		for _, found := range findings {
			if found.Kind == kind && found.Where == where {
				return
			}
		}
		if len(findings) < guard.Most {
			t.Errorf("a %s at %v in %q is not among %v", kind, where, before+secret+" "+text[cut:], findings)
		}
	})
}

// A number in the name of a file is found, whatever else the name is, and nothing of it is left when the name is told.
func FuzzName(f *testing.F) {
	for seed, name := range []string{"", "nyheter/2025/anna.md", "nyheter/10.1234/5.png", "bild_20250919_0915.jpg", "３b1c9f٠", "&shy;&#48;", "\xff\u200b."} {
		f.Add(name, len(name)/2, uint64(seed)*7_919_000_003)
	}
	f.Fuzz(func(t *testing.T, name string, cut int, seed uint64) {
		name = strings.NewReplacer("\n", "", "\r", "").Replace(name)
		if cut = max(0, min(cut, len(name))); cut < len(name) && !utf8.RuneStart(name[cut]) {
			cut = 0
		}
		secret, kind := number(seed)
		whole := name[:cut] + " " + secret + "." + name[cut:]
		if findings := guard.Check(whole); !strings.Contains(kinds(findings), string(kind)) && len(findings) < guard.Most {
			t.Errorf("no %s in %q, only %v", kind, whole, findings)
		}
		masked := guard.Mask(whole)
		if strings.ContainsFunc(masked, unicode.IsDigit) || utf8.RuneCountInString(masked) != utf8.RuneCountInString(whole) {
			t.Errorf("%q is told as %q", whole, masked)
		}
	})
}

// end returns the position right after text.
func end(text string) guard.Position {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	last := text[strings.LastIndex(text, "\n")+1:]
	return guard.Position{Line: strings.Count(text, "\n") + 1, Column: utf8.RuneCountInString(last) + 1}
}

// The kinds of text that a slow guard would choke on, a megabyte of each.
func TestTimeIsInProportionToLength(t *testing.T) {
	for _, row := range []struct{ name, unit string }{
		{"digits without end", "0123456789"},
		{"mobile numbers on one line", "0701019247 "},
		{"mobile numbers after words", "pnr 0701019240 "},
		{"words for personnummer", "personn"},
		{"identity numbers that are wrong", "810101-9240 "},
		{"single digits", "1 "},
		{"dates in parts", "81-01-01-"},
		{"serial numbers", "A-00123 "},
		{"cells", "1;"},
		{"empty cells", ";"},
		{"lines", "1\n"},
		{"lines of cells", "12;123;A-1;\n"},
		{"carriage returns", "\r"},
		{"list marks", "- "},
		{"quotation", ">"},
		{"numbered marks", "1. "},
		{"letters", "a"},
		{"words that begin like others", "lö"},
		{"zero-width characters", "\u200b"},
		{"bold digits", "𝟎"},
		{"broken bytes", "\xf0"},
		{"hexadecimal digits", "a810101924"},
		{"slashes before digits", "/8101019240"},
		{"what begins like a DOI", "10.1/8101019240"},
		{"what begins like a character in HTML", "&#"},
		{"characters in HTML", "&shy;"},
		{"brackets", "["},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := strings.Repeat(row.unit, 1<<20/len(row.unit))
			start := time.Now()
			guard.Check(text)
			// A tenth of this is usual; a quadratic guard would take minutes.
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("a megabyte took %v", took)
			}
		})
	}
}

func TestCheckStopsAtTheMost(t *testing.T) {
	text := strings.Repeat(fill("810101-924# "), 2*guard.Most)
	if got := guard.Check(text + "\n" + text); len(got) != guard.Most {
		t.Errorf("found %d, want %d", len(got), guard.Most)
	}
}
