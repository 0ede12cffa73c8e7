package contact

import (
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/db/dbtest"
	"nuso.se/app/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestTheMailsReadAsWritten(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	letters, now := r.service.letters, r.Clock.Now()
	m := Message{Name: `Anna "Ann" Berg`, Email: "anna@exempel.se", Text: "Hej!\n\nÄr <2 % & >98 % rimligt i tabell 3?\n  – indraget"}
	for name, write := range map[string]func() (mail.Message, error){
		"office":          func() (mail.Message, error) { return letters.office(m, now, false) },
		"office-verified": func() (mail.Message, error) { return letters.office(m, now, true) },
		"confirm": func() (mail.Message, error) {
			return letters.confirm(baseURL + confirmPath + "/abcdefghijklmnopqrstuvwxyz")
		},
	} {
		t.Run(name, func(t *testing.T) {
			letter, err := write()
			if err != nil {
				t.Fatal(err)
			}
			wantGolden(t, "testdata/"+name+".txt", "Subject: "+letter.Subject+"\n\n"+letter.Text)
			wantGolden(t, "testdata/"+name+".html", letter.HTML)
			letter.To = office
			if err := letter.Check(); err != nil {
				t.Errorf("it cannot be sent: %v", err)
			}
		})
	}
}

func TestAThemeWithoutAMailStopsTheStart(t *testing.T) {
	theme := fstest.MapFS{}
	for _, name := range []string{"layout.html", officeLetter + ".txt", officeLetter + ".html", confirmLetter + ".txt"} {
		theme["mail/"+name] = &fstest.MapFile{Data: []byte("x")}
	}
	if _, err := New(Options{Theme: theme}); err == nil || !strings.Contains(err.Error(), confirmLetter+".html") {
		t.Errorf("got %v, want the missing file named", err)
	}
}

func TestOnlyThisSiteOpensWhatItSealed(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	sealed := r.service.seal("anna@växjö.exempel.se")
	if got := r.service.open(sealed); got != "anna@växjö.exempel.se" {
		t.Errorf("opened %q", got)
	}
	other := &Service{secret: []byte("another secret")}
	for name, text := range map[string]string{
		"altered": sealed[:20] + "A" + sealed[21:] + "A", "cut": sealed[:10], "empty": "", "nonsense": "ÅÄÖ%", "another's": other.seal("x"),
	} {
		if got := r.service.open(text); got != "" {
			t.Errorf("%s: opened %q", name, got)
		}
	}
	if sealed == r.service.seal("anna@växjö.exempel.se") {
		t.Error("the same address is sealed alike twice: it could be recognised")
	}
}

func wantGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-golden +got):\n%s", path, diff)
	}
}
