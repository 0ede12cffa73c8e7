package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"nuso.se/app/guard"
)

// fill puts the right check digit for every #, so that no whole identity number stands in the source. The nine
// digits before it may be of any kind that map turns from; hidden signs between them are skipped.
func fill(text string) string {
	var out strings.Builder
	var digits []int
	for _, r := range text {
		if r == '#' {
			r = '0' + rune(checkDigit(digits[len(digits)-9:]))
		}
		if '0' <= r && r <= '9' {
			digits = append(digits, int(r-'0'))
		}
		out.WriteRune(r)
	}
	return out.String()
}

func checkDigit(nine []int) int {
	sum := 0
	for i, digit := range nine {
		if i%2 == 0 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return (10 - sum%10) % 10
}

// script writes the digits of text with those that begin at zero.
func script(zero rune, text string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, text)
}

// kinds tells what was found, shortly.
func kinds(findings []guard.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, string(f.Kind))
	}
	return strings.Join(out, " ")
}

func TestIdentityNumbersAreFound(t *testing.T) {
	const p, s = "personnummer", "samordningsnummer"
	for _, row := range []struct{ name, text, want string }{
		{"ten digits with a hyphen", "810101-924#", p},
		{"ten digits together", "810101924#", p},
		{"twelve digits with a hyphen", "19810101-924#", p},
		{"twelve digits together", "19810101924#", p},
		{"over a hundred years, with a plus", "121212+121#", p},
		{"with a space", "810101 924#", p},
		{"twelve digits with a space", "19810101 924#", p},
		{"with an en dash", "810101–924#", p},
		{"with an em dash", "810101—924#", p},
		{"with a minus sign", "810101−924#", p},
		{"with a non-breaking hyphen", "810101\u2011924#", p},
		{"with a full-width hyphen", "810101－924#", p},
		{"with a non-breaking space", "810101\u00a0924#", p},
		{"with a thin space", "810101\u2009924#", p},
		{"with spaces around the hyphen", "810101 - 924#", p},
		{"a day plus sixty", "810161-924#", s},
		{"a day plus sixty of twelve digits", "19810191924#", s},
		{"born on a leap day", "040229-123#", p},
		{"born on the leap day of 2000", "20000229-123#", p},
		{"born in the nineteenth century", "18981212-123#", p},
		{"zero-width spaces between all digits", "8\u200b1\u200b0\u200b1\u200b0\u200b1\u200b9\u200b2\u200b4\u200b#", p},
		{"soft hyphens", "8101\u00ad01\u00ad924#", p},
		{"a word joiner and a byte order mark", "81\u206001\ufeff01-924#", p},
		{"direction marks", "\u202a810101-924#\u202c", p},
		{"keycaps", "8\ufe0f\u20e310101-924#", p},
		{"bold digits in Markdown", "**810101**-924#", p},
		{"an escaped hyphen in Markdown", "810101\\-924#", p},
		{"an underscore, as in file names", "anna_810101_924#.pdf", p},
		{"letters right before and after", "pnr810101924#x", p},
		{"in a sentence", "Hon (810101-924#) ringde.", p},
		{"after a comma, as in CSV", "1,810101924#,Anna", p},
		{"a number with spaces among other numbers", "12 810101 924# 34", p},
		{"the date in parts", "1981-01-01-924#", p},
		{"the date in parts with two digits of year", "81-01-01-924#", p},
		{"the date in parts with points", "1981.01.01-924#", p},
		{"a phone's beginning with a separator after the sixth", "070101-924#", p},
		{"a phone's beginning with a space after the sixth", "070101 924#", p},
		{"a phone's beginning with a hidden sign after the sixth", "070101\u00ad924#", p},
		{"a phone's beginning after the word personnummer", "Personnummer: 070101924#", p},
		{"a phone's beginning after pnr", "pnr 070101924#", p},
		{"a phone's beginning after född", "Anna, född 070101924#", p},
		{"a phone's beginning before the word", "070101924# är hennes personnummer", p},
		{"a phone's beginning under a heading", "Namn;Personnummer\n\nAnna;070101924#", p},
		{"a decimal after the word", "personnummer 1.810101924#", p},
		{"two on a line", "810101-924# och 810161-924#", p + " " + s},
		{"at the end of the second line", "rad\r\nrad 810101-924#", p},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := fill(row.text)
			got := guard.Check(text)
			if kinds(got) != row.want {
				t.Fatalf("found %q, want %q", kinds(got), row.want)
			}
			for zero, name := range map[rune]string{'０': "full-width", '٠': "Arabic-Indic", '०': "Devanagari", '𝟎': "bold"} {
				if other := guard.Check(script(zero, text)); kinds(other) != row.want {
					t.Errorf("with %s digits found %q, want %q", name, kinds(other), row.want)
				}
			}
		})
	}
}

func TestWhatIsNoIdentityNumberPasses(t *testing.T) {
	for _, row := range []struct{ name, text string }{
		{"an empty text", ""},
		{"prose", "Var fjärde kommun svarade, 23 % mot 44 %."},
		{"a wrong check digit", wrong("810101-924#")},
		{"a month that does not exist", "811301-924#"},
		{"a day that does not exist", "810132-924#"},
		{"the thirtieth of February", "810230-924#"},
		{"a leap day in a common year", "19810229-924#"},
		{"the leap day of 1900", "19000229-924#"},
		{"a day plus sixty that does not exist", "810192-924#"},
		{"an organisation number", "212000-185#"},
		{"an organisation number with 16 before", "16212000-185#"},
		{"an organisation number together", "212000185#"},
		{"a number in a longer run of digits", "9810101924#5"},
		{"eleven digits", "1810101924#"},
		{"a mobile number together", "070101924#"},
		{"a mobile number as it is written", "070-101 92 43"},
		{"a mobile number with its country", "+46 70 101 92 43"},
		{"a phone of Karlstad", "054-700 10 00"},
		{"a mobile number far from the word", "Personnummer får inte skrivas i fältet. Ring i stället oss på nummer: 070101924#"},
		{"a mobile number after löpnr", "löpnr och telefon 070101924#"},
		{"a date and a time", "2025-11-28 08:15"},
		{"a date and a time together", "protokoll-2025-11-28-1302.pdf"},
		{"a date and a year", "2025-11-28 2026"},
		{"dates in a row", "2025-09-19, 2025-09-26, 2025-10-23"},
		{"a case number", "dnr 2025-00123, KS 2024/0345"},
		{"an amount", "8 101 019 243 kr"},
		{"a decimal number", "0.810101924#"},
		{"an ISBN", "978-91-7585-123-4"},
		{"a postal code", "651 84 Karlstad"},
		{"an IP address", "192.168.101.24"},
		{"a six-digit and a four-digit number on two lines", "810101\n9243"},
		{"a six-digit and a four-digit number in two cells", "810101;9243\n810101\t9243"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := guard.Check(fill(row.text)); got != nil {
				t.Errorf("found %v", got)
			}
		})
	}
}

// wrong fills with a check digit that is one too high.
func wrong(text string) string {
	right := fill(text)
	return right[:len(right)-1] + string('0'+(right[len(right)-1]-'0'+1)%10)
}

func TestAFindingTellsWhereAndNeverWhat(t *testing.T) {
	number := fill("19810101-924#")
	for _, row := range []struct {
		name, text string
		want       guard.Position
	}{
		{"first of all", number, guard.Position{Line: 1, Column: 1}},
		{"columns are characters", "åäö " + number, guard.Position{Line: 1, Column: 5}},
		{"hidden characters count", "\u200b\u200bx" + number, guard.Position{Line: 1, Column: 4}},
		{"broken UTF-8 counts byte by byte", "\xff\xfe" + number, guard.Position{Line: 1, Column: 3}},
		{"lines end in three ways", "a\nb\r\nc\r" + number, guard.Position{Line: 4, Column: 1}},
		{"empty lines count", "\n\n\n " + number, guard.Position{Line: 4, Column: 2}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := guard.Check(row.text)
			if len(got) != 1 || got[0].Where != row.want {
				t.Fatalf("found %+v, want one at %v", got, row.want)
			}
			all := fmt.Sprintf("%+v %s", got, guard.Explain(got))
			for _, part := range []string{number, "1981", "8101", "0101", number[9:]} {
				if strings.Contains(all, part) {
					t.Errorf("%q repeats %q", all, part)
				}
			}
		})
	}
}

func TestExplain(t *testing.T) {
	number, coordination := fill("810101-924#"), fill("810161-924#")
	for _, row := range []struct{ name, text, want string }{
		{"nothing found says nothing", "Hej", ""},
		{"one number", "Hej\nAnna, " + number, "Texten innehåller något som ser ut som ett personnummer (rad 2, tecken 7). " +
			"Sådana uppgifter får inte finnas här. Ta bort dem och skicka igen. Inget av texten har sparats."},
		{"two of two kinds", number + " " + coordination, "Texten innehåller något som ser ut som ett personnummer (rad 1, tecken 1) " +
			"och ett samordningsnummer (rad 1, tecken 13). " +
			"Sådana uppgifter får inte finnas här. Ta bort dem och skicka igen. Inget av texten har sparats."},
		{"a list", "A-00001\nA-00002\nA-00007\nA-00009\nA-00012", "Texten innehåller något som ser ut som " +
			"en lista med löpnummer (från rad 1, tecken 1). " +
			"Sådana uppgifter får inte finnas här. Ta bort dem och skicka igen. Inget av texten har sparats."},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := guard.Explain(guard.Check(row.text)); got != row.want {
				t.Errorf("got  %q\nwant %q", got, row.want)
			}
		})
	}
	many := guard.Explain(guard.Check(strings.Repeat(number+"\n", 8)))
	if !strings.Contains(many, "(rad 5, tecken 1) och 3 till. ") {
		t.Errorf("many: %q", many)
	}
}

func TestEachFindingHasASentence(t *testing.T) {
	got := guard.Check(fill("810101-924#"))
	if want := "Rad 1, tecken 1: ser ut som ett personnummer."; got[0].Text != want {
		t.Errorf("got %q, want %q", got[0].Text, want)
	}
}
