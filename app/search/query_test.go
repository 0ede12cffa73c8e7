package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// said writes wants as a person would: words, and phrases in quotation marks.
func said(wants []Want) string {
	var parts []string
	for _, w := range wants {
		text := strings.Join(w.Words, " ")
		if len(w.Words) > 1 {
			text = `"` + text + `"`
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func TestParse(t *testing.T) {
	var many []string
	for i := range 30 {
		many = append(many, "ord"+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	for _, row := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"blanks", " \t\n\u00a0", ""},
		{"words in any case", "Skolfrånvaro  ÖKAR", "skolfrånvaro, ökar"},
		{"words parted by signs", "anmälan/utredning,insats", "anmälan, utredning, insats"},
		{"an abbreviation with an inflection", "BUP:s roll", "bup, roll"},
		{"a phrase", `"barnets bästa"`, `"barnets bästa"`},
		{"a phrase among words", `vård "barnets bästa" skola`, `vård, "barnets bästa", skola`},
		{"two phrases", `"barnets bästa" "tidiga insatser"`, `"barnets bästa", "tidiga insatser"`},
		{"Swedish marks", "”barnets bästa”", `"barnets bästa"`},
		{"English marks", "“barnets bästa”", `"barnets bästa"`},
		{"German marks", "„barnets bästa“", `"barnets bästa"`},
		{"guillemets", "»barnets bästa» «tidiga insatser»", `"barnets bästa", "tidiga insatser"`},
		{"broad marks", "＂barnets bästa＂", `"barnets bästa"`},
		{"marks that differ", "”barnets bästa\"", `"barnets bästa"`},
		{"a mark that is not closed", `vård "barnets bästa`, `vård, "barnets bästa"`},
		{"one word within marks", `"skola"`, "skola"},
		{"marks around nothing", `"" skola " "`, "skola"},
		{"marks alone", `"""”“`, ""},
		{"a phrase keeps the words that carry nothing", `"barn och unga"`, `"barn och unga"`},
		{"words that carry nothing", "vård av barn och unga", "vård, barn, unga"},
		{"a query of nothing else", "och att", "och, att"},
		{"the same word twice", "barn skola Barn", "barn, skola"},
		{"the same phrase twice", `"barnets bästa" x "Barnets bästa"`, `"barnets bästa", x`},
		{"a phrase and its words", `"barnets bästa" barnets`, `"barnets bästa", barnets`},
		{"only operators", `+ - ~ * ? : ^ ( ) [ ] { } \ / && || !`, ""},
		{"operators at words", `+skola -barn vård~2 oro^3 insats* (unga)`, "skola, barn, vård, 2, oro, 3, insats, unga"},
		{"a field", "kind:news", "kind, news"},
		{"filter syntax", `audience = "inloggad" || draft != true`, "audience, inloggad, draft, true"},
		{"a regular expression", "/sk.*la$/", "sk, la"},
		{"emoji", "😀 👩‍👩‍👧 skola", "skola"},
		{"NUL and marks of direction", "sk\x00ola \u202ebarn\u202c", "sk, ola, barn"},
		{"bytes that are no text", "skola \xff\xfe", "skola"},
		{"more words than are read", strings.Join(many, " "), strings.Join(many[:10], ", ")},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := said(parse(row.text)); got != row.want {
				t.Errorf("%q is read as %s, want %s", row.text, got, row.want)
			}
		})
	}
}

func TestOfALongTextTheBeginningIsRead(t *testing.T) {
	for _, text := range []string{"", "kort", strings.Repeat("ö", 200), strings.Repeat("å ", 5000), strings.Repeat("\xff", 300), strings.Repeat("😀", 300)} {
		got := begin(text)
		if n := utf8.RuneCountInString(got); !strings.HasPrefix(text, got) || n != min(200, utf8.RuneCountInString(text)) {
			t.Errorf("of %.20q… %d characters are read", text, n)
		}
	}
}

func TestRespelled(t *testing.T) {
	better := map[string]string{"skolfrånvro": "skolfrånvaro", "bran": "barn"}
	for text, want := range map[string]string{
		"Skolfrånvro hos bran":           "skolfrånvaro hos barn",
		`"små bran" – bran!`:             `"små barn" – barn!`,
		"inget här":                      "inget här",
		"":                               "",
		"bransch":                        "bransch",
		"x\xff bran":                     "x\xff barn",
		"BRAN:s":                         "barn",
		strings.Repeat("bran ", 3) + ".": "barn barn barn .",
	} {
		if got := respelled(text, better); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestReadings(t *testing.T) {
	for _, row := range []struct {
		name, word string
		last       bool
		want       []Reading
	}{
		{"with a ring it stands for itself", "kråx", false, []Reading{Plain, Typo}},
		{"and may be a beginning when it is the last", "kråx", true, []Reading{Plain, Prefix, Typo}},
		{"without it may be one with", "krax", false, []Reading{Plain, Folded, Typo}},
		{"rather than a beginning", "krax", true, []Reading{Plain, Folded, Prefix, Typo}},
		{"an accent counts", "kraxé", false, []Reading{Plain, Typo}},
		{"a word that is known is no slip", "våld", false, []Reading{Plain}},
	} {
		if diff := cmp.Diff(row.want, Want{Words: []string{row.word}}.readings(row.last)); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", row.name, diff)
		}
	}
	if got := (Want{Words: []string{"rad", "och", "råd"}}).readings(false); cmp.Diff(got, []Reading{Plain, Typo}) != "" {
		t.Errorf("a phrase with a ring is read as %v", got)
	}
}

func TestThesaurus(t *testing.T) {
	thesaurus := NewThesaurus([][]string{
		{"BoU", "barn och unga", "barn- och ungdomsvård"},
		{"orosanmälan", "orosanmälningar", "anmälan om oro", "report of concern"},
		{"SIP", "samordnad individuell plan", "SIP"},
		{"oro", "ängslan"},
		{"insats"}, {}, {"", "!"},
	})
	for _, row := range []struct{ name, text, want string }{
		{"an abbreviation", "BoU", "bou = barn och unga | barn och ungdomsvård"},
		{"inflected", "orosanmälningarna", "orosanmälningarna = anmälan om oro | report of concern"},
		{"each word of an expression", "barn och unga", "barn = bou | barn och ungdomsvård; unga = bou | barn och ungdomsvård"},
		{"an expression within marks", `"barn och unga"`, "barn och unga = bou | barn och ungdomsvård"},
		{"a word of an expression is not the expression", "unga", "unga ="},
		{"nor are its words in another order", "unga och barn", "unga =; barn ="},
		{"an expression among words", "ny SIP skola", "ny =; sip = samordnad individuell plan; skola ="},
		{"an expression within a longer one", "anmälan om oro", "anmälan = orosanmälan | report of concern; oro = orosanmälan | report of concern | ängslan"},
		{"a word alone in its group", "insats", "insats ="},
	} {
		t.Run(row.name, func(t *testing.T) {
			wants := parse(row.text)
			thesaurus.extend(row.text, wants)
			var got []string
			for _, w := range wants {
				var synonyms []string
				for _, words := range w.Synonyms {
					synonyms = append(synonyms, strings.Join(words, " "))
				}
				got = append(got, strings.TrimSpace(strings.Join(w.Words, " ")+" = "+strings.Join(synonyms, " | ")))
			}
			if diff := cmp.Diff(row.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
	(&Thesaurus{}).extend("barn", parse("barn"))
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"skola barn", `"barnets bästa" oro`, "kind:news -x ~", "\x00\xff\u202e", "”ö”“å", "a\u0301\u0327", strings.Repeat(`"x `, 200)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		wants := parse(begin(text))
		if len(wants) > maxWants {
			t.Errorf("%d wants", len(wants))
		}
		for _, w := range wants {
			if len(w.Words) == 0 {
				t.Error("a want of nothing")
			}
		}
		if got := respelled(text, nil); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}
