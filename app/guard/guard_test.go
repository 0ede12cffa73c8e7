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
		if r == '#' && len(digits) >= 9 {
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

func TestEachFindingTellsWhatItLooksLike(t *testing.T) {
	for text, want := range map[string]string{
		"810101-924#": "ett personnummer",
		"810161-924#": "ett samordningsnummer",
		"A-00001;A-00002;A-00007;A-00009;A-00012": "en lista med löpnummer",
	} {
		if got := guard.Check(fill(text)); len(got) != 1 || got[0].Text != want {
			t.Errorf("found %+v, want %s", got, want)
		}
	}
}

func TestMaskLeavesAllButTheDigits(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"no digits", "nyheter/å-b.md", "nyheter/å-b.md"},
		{"a number in a name", "nyheter/2025/anna-810101-9240.md", "nyheter/••••/anna-••••••-••••.md"},
		{"digits of other scripts", "８１٠१.png", "••••.png"},
		{"bytes that are no text", "\xff8", "\ufffd•"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := guard.Mask(row.text); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
