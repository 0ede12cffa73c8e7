package guard_test

import (
	"testing"

	"nuso.se/app/guard"
)

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
		{"with a narrow non-breaking space", "810101\u202f924#", p},
		{"with a figure space", "810101\u2007924#", p},
		{"with an ideographic space", "810101\u3000924#", p},
		{"with two hyphens for an en dash", "810101--924#", p},
		{"with spaces around the hyphen", "810101 - 924#", p},
		{"with spaces around an en dash", "19810101 – 924#", p},
		{"with a plus after twelve digits", "19121212+121#", p},
		{"a day plus sixty", "810161-924#", s},
		{"a day plus sixty of twelve digits", "19810191924#", s},
		{"a day plus sixty with an en dash", "19810191–924#", s},
		{"a day plus sixty with a plus", "121272+121#", s},
		{"a day plus sixty with a space", "810161 924#", s},
		{"born on a leap day", "040229-123#", p},
		{"born on the leap day of 2000", "20000229-123#", p},
		{"born in the nineteenth century", "18981212-123#", p},
		{"zero-width spaces between all digits", "8\u200b1\u200b0\u200b1\u200b0\u200b1\u200b9\u200b2\u200b4\u200b#", p},
		{"soft hyphens", "8101\u00ad01\u00ad924#", p},
		{"a word joiner and a byte order mark", "81\u206001\ufeff01-924#", p},
		{"direction marks", "\u202a810101-924#\u202c", p},
		{"keycaps", "8\ufe0f\u20e310101-924#", p},
		{"a soft hyphen as in HTML", "8101&shy;01-924#", p},
		{"a non-breaking space as in HTML", "810101&nbsp;924#", p},
		{"a zero-width space as in HTML", "810101&ZeroWidthSpace;-924#", p},
		{"a hyphen as in HTML", "810101&hyphen;924#", p},
		{"bold digits in Markdown", "**810101**-924#", p},
		{"all in emphasis", "Hon är *810101-924#*, _810161-924#_ och ***810102924#***.", p + " " + s + " " + p},
		{"code and struck out", "`810101`-~~924#~~", p},
		{"the text of a link", "[810101-924#](/nyheter/anna)", p},
		{"the address of a link", "[Anna](https://nuso.se/anna/810101924#)", p},
		{"what an address asks for", "https://nuso.se/sok?q=810101+924#&sida=2", p},
		{"the words of a picture", "![Anna, 810101-924#, ritar](anna.png)", p},
		{"the name of a picture", "![Anna ritar](anna-19810101-924#.png)", p},
		{"a cell of a table", "| Anna | 810101-924# | Karlstad |", p},
		{"the only cell", "|810101924#|", p},
		{"a heading", "## 810101-924#", p},
		{"a bullet", "- 810101-924#", p},
		{"a footnote", "[^1]: Anna 810101-924#", p},
		{"front matter", "variants: ['810101-924#', anna]", p},
		{"a comment", "<!-- 810101-924# -->", p},
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
		{"a phone's beginning with emphasis after the sixth", "070101**924#**", p},
		{"a phone's beginning of twelve digits", "20070101924#", p},
		{"a phone's beginning after the word samordningsnummer", "samordningsnummer 070161924#", s},
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
		{"a mobile number that could have a day plus sixty", "070161924#"},
		{"a mobile number in emphasis", "Ring **070101924#**."},
		{"a mobile number in a link", "[070101924#](tel:070101924#)"},
		{"a mobile number in a cell", "| Anna | 070101924# |"},
		{"mobile numbers after each other", "070101924#, 070102924# och 070103924#"},
		{"a mobile number with spaces of another kind", "070\u00a0101\u202f92\u200943"},
		{"a mobile number with its country together", "+4670101924#"},
		{"a mobile number with its country after zeros", "004670101924#"},
		{"a mobile number with a zero in parentheses", "+46 (0)70-101 92 43"},
		{"an area code of four", "0701-01 92 43"},
		{"an area code and the rest together", "070-1019243, 0701-019243, 070/1019243, 070.101.92.43"},
		{"a phone of Stockholm", "08-101 019 24"},
		{"a phone of Stockholm with its country", "+46 8 101 019 24"},
		{"a phone of Gothenburg", "031-10 19 24"},
		{"a phone that costs nothing", "020-10 19 24"},
		{"a phone of an office", "0771-101 924"},
		{"a phone with its extension", "054-700 10 00, anknytning 8101"},
		{"phones of the neighbours", "+45 81 01 01 92, +47 810 10 192, +358 81 010 1924"},
		{"short numbers", "112, 1177, 113 13, 116 117"},
		{"a mobile number as it is written", "070-101 92 43"},
		{"a mobile number with its country", "+46 70 101 92 43"},
		{"a phone of Karlstad", "054-700 10 00"},
		{"a mobile number far from the word", "Personnummer får inte skrivas i fältet. Ring i stället oss på nummer: 070101924#"},
		{"a mobile number after löpnr", "löpnr och telefon 070101924#"},
		{"a date and a time", "2025-11-28 08:15"},
		{"a date and a time together", "protokoll-2025-11-28-1302.pdf"},
		{"a date and a year", "2025-11-28 2026"},
		{"two dates", "Barn födda 1981-01-01 – 199#-12-31 ingår."},
		{"two dates with nothing between but a dash", "1981-01-01–199#-12-31"},
		{"two dates of these years", "2025-01-01 – 2026-12-31"},
		{"two dates together", "19810101–19901231"},
		{"a date in words", "Den 1 januari 1981 kl. 09.24"},
		{"a date with a stroke", "1/1 1981, 01/01/1981 9243"},
		{"an instant", "1981-01-01T09:24:10Z, 20250919T0915"},
		{"years from and to", "1981–2024, 1981-2024, 2019/2020, 1981 – 2024"},
		{"dates in a row", "2025-09-19, 2025-09-26, 2025-10-23"},
		{"a case number", "dnr 2025-00123, KS 2024/0345"},
		{"more case numbers", "Dnr KS-2025-00123, SN 2024/0345-12, 4.1-8101/2019, mål nr 9243-19, T 810-19"},
		{"laws and reports", "SFS 2001:453, prop. 2012/13:10, SOU 2023:66, HSLF-FS 2022:39"},
		{"an amount", "8 101 019 243 kr"},
		{"a decimal number", "0.810101924#"},
		{"an ISBN", "978-91-7585-123-4"},
		{"an ISBN together", "978910101924#"},
		{"an ISBN of ten digits", "91-0-101924-3, 91 0 101924 3"},
		{"an ISSN", "ISSN 1981-0101"},
		{"an IBAN", "SE45 5000 0000 0583 9825 7466, SE4550000000058398257466"},
		{"a bankgiro", "bg 810-1019, bankgiro 8101-0192"},
		{"a plusgiro", "pg 81 01 01-9, plusgiro 810101-9, 8101019-2"},
		{"an account", "6789-810 101 924, 8327-9, 810 101 924-3"},
		{"a meeting in Zoom", "Mötes-ID: 810 101 9243, 810 1010 1924, 81010101924"},
		{"the address of a meeting in Zoom", "https://kau-se.zoom.us/j/810101924#?pwd=abc"},
		{"a DOI", "https://doi.org/10.1002/job.810101924#"},
		{"a DOI of digits alone", "doi:10.1300/810101924#."},
		{"a hash", "3b1c9f810101924#ae04b1c2d3e4f50617"},
		{"a hash that ends with digits", "3B1C9FAE04B1C2D3E4F50617A810101924#"},
		{"a UUID", "0198c3de-8101-7924-8101-019243abcdef"},
		{"an address on the net", "2001:db8:8101:101:924::3"},
		{"coordinates", "59.381010, 13.192430"},
		{"a postal code", "651 84 Karlstad"},
		{"postal codes", "65184 Karlstad, SE-651 84, S-65184, 81 010 Karlstad"},
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
