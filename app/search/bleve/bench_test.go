package bleve_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
)

// library is what the benchmarks index: texts whose words are as unevenly spread as those of a language.
type library struct {
	words []string // the most frequent first
	zipf  *rand.Zipf
	rand  *rand.Rand
}

const (
	books      = 10_000
	bookWords  = 250
	vocabulary = 30_000
)

func newLibrary() *library {
	l := &library{rand: rand.New(rand.NewPCG(1, 2))}
	onsets := strings.Fields("b br d dr f fl fr g gr h j k kl kr kv l m n p pl pr r s sk sl sm sn sp st str t tr v")
	vowels := strings.Fields("a e i o u y å ä ö a e i")
	codas := strings.Fields("l m n r s t ng nd rt ll ck st g k d f")
	endings := []string{"", "", "en", "et", "ar", "er", "or", "arna", "ens", "ande", "ning", "lig", "het"}
	known := []string{"skolfrånvaro", "orosanmälan", "barnavårdsutredning", "öppenvård", "familjehem", "missbruk", "försörjningsstöd"}
	pick := func(of []string) string { return of[l.rand.IntN(len(of))] }
	seen := map[string]bool{}
	for len(l.words) < vocabulary {
		var word string
		if n := len(l.words); n%100 == 7 && n/100 < len(known) {
			word = known[n/100]
		} else {
			for range 1 + l.rand.IntN(3) {
				word += pick(onsets) + pick(vowels) + pick(codas)
			}
			word += pick(endings)
		}
		if !seen[word] {
			seen[word] = true
			l.words = append(l.words, word)
		}
	}
	l.zipf = rand.NewZipf(l.rand, 1.1, 8, vocabulary-1)
	return l
}

func (l *library) word() string { return l.words[l.zipf.Uint64()] }

func (l *library) text(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = l.word()
	}
	return strings.Join(words, " ") + "."
}

func (l *library) book(i int) search.Document {
	kinds := []string{"news", "publication", "page", "study", "event"}
	audiences := []access.Audience{access.Open, access.Open, access.Open, access.LoggedIn, access.Participants}
	day := noon().AddDate(0, 0, -l.rand.IntN(2000))
	d := search.Document{
		ID: fmt.Sprintf("doc-%05d", i), Version: 1, Kind: kinds[i%len(kinds)], Title: l.text(6), Summary: l.text(20), Body: l.text(bookWords - 26),
		Audience: audiences[l.rand.IntN(len(audiences))], Draft: i%50 == 0, From: day, Date: day,
		Areas: []string{"delstudie-" + strconv.Itoa(1+l.rand.IntN(6))}, Year: 2018 + l.rand.IntN(9), County: strconv.Itoa(1 + l.rand.IntN(25)),
	}
	if i%20 == 0 {
		d.Until = noon().AddDate(0, 0, l.rand.IntN(200)-100)
	}
	return d
}

func (l *library) all(n int) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for i := range n {
			if !yield(l.book(i), nil) {
				return
			}
		}
	}
}

// query makes what people type: half one word, a quarter two, some not typed to the end, some mistyped.
func (l *library) query() []search.Want {
	one := func(reading search.Reading, word string) []search.Want {
		return []search.Want{{Words: []string{word}, Reading: reading}}
	}
	switch p := l.rand.IntN(100); {
	case p < 50:
		return one(search.Plain, l.word())
	case p < 75:
		return append(one(search.Plain, l.word()), one(search.Plain, l.word())...)
	case p < 90:
		letters := []rune(l.word())
		return one(search.Prefix, string(letters[:min(len(letters), 3+l.rand.IntN(3))]))
	}
	letters := []rune(l.word())
	at := l.rand.IntN(len(letters))
	return one(search.Typo, string(slices.Delete(letters, at, at+1)))
}

// BenchmarkIndex fills an index of 10 000 documents and asks it; the figures are extra metrics of its rows.
func BenchmarkIndex(b *testing.B) {
	l := newLibrary()
	ix := open(b, b.TempDir())
	b.Run("rebuild", func(b *testing.B) {
		debug.FreeOSMemory()
		before, spent := resident(b, "VmRSS"), cpu()
		begun := time.Now()
		if err := ix.Rebuild(b.Context(), l.all(books)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(books/time.Since(begun).Seconds(), "docs/s")
		b.ReportMetric(before, "MB-before")
		b.ReportMetric(resident(b, "VmRSS"), "MB-after")
		b.ReportMetric(resident(b, "VmHWM"), "MB-highest")
		b.ReportMetric(float64((cpu()-spent).Milliseconds())/books, "cpu-ms/doc")
	})
	now := noon()
	for _, row := range []struct {
		name string
		ask  func() search.Request
	}{
		{"find", func() search.Request { return search.Request{Wants: l.query(), Limit: 20} }},
		{"find with facets", func() search.Request {
			return search.Request{Wants: l.query(), Limit: 20, Facets: []string{search.FacetKind, search.FacetArea, search.FacetYear}}
		}},
		{"suggest", func() search.Request {
			letters := []rune(l.word())
			word := string(letters[:min(len(letters), 1+l.rand.IntN(6))])
			return search.Request{Wants: []search.Want{{Words: []string{word}, Reading: search.Prefix}}, Titles: true, Limit: 8}
		}},
		{"list", func() search.Request { return search.Request{Limit: 20, Newest: true} }},
		{"phrase", func() search.Request {
			return search.Request{Wants: []search.Want{{Words: []string{l.word(), l.word()}}}, Limit: 20}
		}},
	} {
		b.Run(row.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				r := row.ask()
				r.Now, r.Sight = now, access.Actor{Role: access.Member}.Sight()
				begun := time.Now()
				if _, err := ix.Find(b.Context(), r); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begun))
			}
			report(b, took)
		})
	}
	b.Run("update", func(b *testing.B) {
		var took []time.Duration
		for i := 0; b.Loop(); i++ {
			begun := time.Now()
			if err := ix.Update(b.Context(), []search.Document{l.book(i % books)}, nil); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begun))
		}
		report(b, took)
	})
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	ms := func(p int) float64 { return float64(took[min(len(took)*p/100, len(took)-1)].Microseconds()) / 1000 }
	b.ReportMetric(ms(50), "p50-ms")
	b.ReportMetric(ms(99), "p99-ms")
	b.ReportMetric(ms(100), "max-ms")
}

// cpu returns how long processors have worked for this process: on a machine with other work it says more than the clock.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// resident returns a line of this process's state in megabytes, 0 where there is none.
func resident(b *testing.B, line string) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	match := regexp.MustCompile(line + `:\s+(\d+) kB`).FindSubmatch(text)
	if match == nil {
		return 0
	}
	kB, _ := strconv.ParseFloat(string(match[1]), 64)
	return kB / 1024
}

var _ = bleve.Options{}
