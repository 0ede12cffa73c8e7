package swedish_test

import (
	"testing"

	"pgregory.net/rapid"

	"nuso.se/app/search/swedish"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		limit int
		want  int
	}{
		{"anmälan", "anmälan", 2, 0},
		{"anmälan", "anmälna", 2, 1}, // two neighbours swapped
		{"anmälan", "anmäla", 2, 1},
		{"anmälan", "anmälang", 2, 1},
		{"anmälan", "anmalan", 2, 1},
		{"orosanmälan", "orosanmäaln", 2, 1},
		{"orosanmälan", "orsanmalan", 2, 2},
		{"ca", "abc", 5, 3}, // no letter is edited twice
		{"barn", "skola", 2, 3},
		{"barn", "skola", 0, 1},
		{"", "", 0, 0},
		{"", "abc", 2, 3},
		{"", "abc", 3, 3},
		{"abc", "abc", -1, 0},
	} {
		if got := swedish.Distance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("%s and %s within %d: %d, want %d", c.a, c.b, c.limit, got, c.want)
		}
	}
}

// whole is the distance by the whole matrix, without a limit.
func whole(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			d[i][j] = min(d[i-1][j], d[i][j-1], d[i-1][j-1]) + 1
			if x[i-1] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-1][j-1])
			}
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}

func TestDistanceWithinALimitIsThatOfTheWholeMatrix(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abå")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, limit := word.Draw(t, "a"), word.Draw(t, "b"), rapid.IntRange(0, 14).Draw(t, "limit")
		want := min(whole(a, b), limit+1)
		if got := swedish.Distance(a, b, limit); got != want {
			t.Fatalf("%q and %q within %d: %d, want %d", a, b, limit, got, want)
		}
		if got := swedish.Distance(b, a, limit); got != want {
			t.Fatalf("%q and %q within %d: %d the other way round", b, a, limit, got)
		}
	})
}

func TestEdits(t *testing.T) {
	for word, want := range map[string]int{"": 0, "bou": 0, "åäö": 0, "barn": 1, "anmälan": 1, "anmälans": 2, "orosanmälan": 2} {
		if got := swedish.Edits(word); got != want {
			t.Errorf("%s: %d, want %d", word, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	texts := []string{"Orosanmälan och utredning", "Barn som far illa, BoU", "Stöd och skydd i kommunen"}
	for _, c := range []struct{ name, word, want string }{
		{"one slip", "utredniing", "utredning"},
		{"three slips in a long word", "orsanmlna", "orosanmälan"},
		{"without rings", "orosanmalan", "orosanmälan"},
		{"a short word may have one", "stod", "stöd"},
		{"a very short word too", "bu", "bou"},
		{"the word itself", "barn", "barn"},
		{"nothing is near", "xylofon", ""},
		{"nothing typed", "", ""},
		{"of words equally near, the one with the first letter typed", "skodd", "skydd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := swedish.Nearest(c.word, texts...); got != c.want {
				t.Errorf("%s: %q, want %q", c.word, got, c.want)
			}
		})
	}
}
