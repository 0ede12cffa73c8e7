package smtp_test

import (
	"context"
	"log/slog"
	"net/mail"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/jobs"
	house "nuso.se/app/mail"
	"nuso.se/app/mail/smtp"
)

// The settings of a process that is to be killed.
const (
	killedDatabase = "NUSO_TEST_KILLED_DATABASE"
	killedServer   = "NUSO_TEST_KILLED_SERVER"
)

// TestAsAProcessToKill is no test of its own: another one starts this binary again with it, and kills it. It sends what waits.
func TestAsAProcessToKill(t *testing.T) {
	url := os.Getenv(killedDatabase)
	if url == "" {
		return
	}
	d, err := db.Open(t.Context(), db.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	sender, err := smtp.New(smtp.Options{URL: os.Getenv(killedServer), Composer: composer(t), Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	runner := jobs.New(d, slog.New(slog.DiscardHandler), time.Now)
	house.Register(runner, sender)
	runner.Run(t.Context())
}

// The server has taken the letter, and the process dies before it could note so: the letter comes once more, as the same letter, and
// never not at all.
func TestALetterOfAProcessThatIsKilledBetweenSendingAndNotingComesTwiceAsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPost(t, d, (&sink{hang: "after", hangs: 1}).start(t), 10*time.Second)
		p.add("asa@exempel.se")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		other := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAsAProcessToKill$")
		other.Env = append(os.Environ(), killedDatabase+"="+dbtest.URLOf(t, d), killedServer+"=smtp://"+p.at.listen.Addr().String())
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		for len(p.at.letters()) == 0 && ctx.Err() == nil {
			time.Sleep(5 * time.Millisecond)
		}
		if err := other.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = other.Wait()
		if c, err := jobs.Count(t.Context(), d, time.Now(), house.Kind); err != nil || c.Running != 1 {
			t.Fatalf("it was to die with the job in hand: %+v, %v", c, err)
		}
		p.try()
		p.want("while the dead one's lease lasts", 1, 1, 0, 0, 0)
		p.try()
		p.want("after it", 2, 0, 0, 0, 0)
		var ids []string
		for _, l := range p.at.letters() {
			m, err := mail.ReadMessage(strings.NewReader(l.text))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, m.Header.Get("Message-ID"))
		}
		if len(ids) != 2 || ids[0] == "" || ids[0] != ids[1] {
			t.Errorf("the letters are %q", ids)
		}
	})
}
