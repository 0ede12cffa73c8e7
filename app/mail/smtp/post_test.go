package smtp_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/jobs"
	house "nuso.se/app/mail"
)

// post is letters on their way: the site's jobs, a mail server that behaves as told, and a clock to be moved.
type post struct {
	*testing.T
	d       *db.DB
	at      *sink
	ahead   time.Duration
	runner  *jobs.Runner
	bounces *house.Bounces
}

func newPost(t *testing.T, d *db.DB, at *sink, patience time.Duration) *post {
	t.Helper()
	p := &post{T: t, d: d, at: at}
	p.runner = jobs.New(d, slog.New(slog.DiscardHandler), p.now)
	p.bounces = house.NewBounces(d, p.now, []byte("a secret of this test alone, long enough"))
	house.Register(p.runner, p.bounces.Watch(at.sender(t, "", patience)))
	return p
}

func (p *post) now() time.Time { return time.Now().Add(p.ahead) }

func (p *post) add(to string) {
	p.Helper()
	m := letter()
	m.To = to
	if err := p.d.Tx(p.Context(), func(tx db.Tx) error { return house.Add(tx, m) }); err != nil {
		p.Fatal(err)
	}
}

// try sends what is due, and what has become so an hour later.
func (p *post) try() {
	p.Helper()
	_ = p.runner.Drain(p.Context())
	p.ahead += time.Hour
}

// want fails unless so many letters have arrived, so many jobs wait and are dead, and the address has that bounce.
func (p *post) want(when string, letters int, waiting, dead int64, code, count int64) {
	p.Helper()
	c, err := jobs.Count(p.Context(), p.d, p.now(), house.Kind)
	if err != nil || len(p.at.letters()) != letters || c.Waiting != waiting || c.Dead != dead {
		p.Errorf("%s: %d letters, %+v, %v; want %d, %d waiting and %d dead", when, len(p.at.letters()), c, err, letters, waiting, dead)
	}
	for _, spelled := range []string{"asa@exempel.se", " ASA@Exempel.SE "} {
		found, err := p.bounces.Of(p.Context(), []string{"annan@exempel.se", spelled})
		if b := found[spelled]; err != nil || b.Code != code || b.Count != count || len(found) > 1 || (len(found) == 1) != (code > 0) {
			p.Errorf("%s: %s has %+v, %v; want %d, %d times", when, spelled, found, err, code, count)
		}
	}
}

func reply(code int) error {
	return &server.SMTPError{Code: code, EnhancedCode: server.EnhancedCode{code / 100, 1, 1}, Message: "no luck with asa@exempel.se"}
}

func TestWhatGoesWrongForAWhileIsTriedAgainAndArrivesOnce(t *testing.T) {
	const patience = 400 * time.Millisecond
	for name, at := range map[string]*sink{
		"the recipient is refused, 450":          {first: reply(450)},
		"the recipient is refused, 451":          {first: reply(451)},
		"the server goes down, 421":              {first: reply(421)},
		"it falls silent at hello":               {hang: "hello", hangs: 1},
		"it falls silent at the recipient":       {hang: "rcpt", hangs: 1},
		"it falls silent when it has the letter": {hang: "data", hangs: 1},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				fresh := &sink{first: at.first, hang: at.hang, hangs: at.hangs}
				p := newPost(t, d, fresh.start(t), patience)
				p.add("asa@exempel.se")
				p.try()
				p.want("first", 0, 1, 0, 0, 0)
				p.try()
				p.want("then", 1, 0, 0, 0, 0)
			})
		})
	}
}

func TestAServerThatIsSlowIsWaitedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPost(t, d, (&sink{slow: 200 * time.Millisecond}).start(t), 10*time.Second)
		p.add("asa@exempel.se")
		p.try()
		p.want("at once", 1, 0, 0, 0, 0)
	})
}

func TestLettersWaitForAServerThatIsDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := (&sink{}).start(t)
		at.address = at.listen.Addr().String()
		p := newPost(t, d, at, 10*time.Second)
		at.listen.Close()
		p.add("asa@exempel.se")
		p.add("bo@exempel.se")
		p.try()
		p.try()
		p.want("down", 0, 2, 0, 0, 0)
		p.at = (&sink{address: at.address}).start(t)
		p.try()
		p.want("up again", 2, 0, 0, 0, 0)
	})
}

func TestAnAddressThatRefusesForGoodIsRememberedUntilALetterGetsThrough(t *testing.T) {
	for name, at := range map[string]*sink{
		"at the recipient": {rcpt: reply(550)}, "after the text": {data: reply(554)},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				at := (&sink{rcpt: at.rcpt, data: at.data}).start(t)
				code := int64(554)
				if at.rcpt != nil {
					code = 550
				}
				p := newPost(t, d, at, 10*time.Second)
				p.add("asa@exempel.se")
				p.try()
				p.want("the first letter", 0, 0, 1, code, 1)
				p.add("Asa@EXEMPEL.se")
				p.try()
				p.want("the second", 0, 0, 2, code, 2)
				dead, err := jobs.ListDead(t.Context(), d, 0, 10)
				if err != nil || len(dead) != 2 || dead[1].About != "…@exempel.se" || dead[1].Attempts != 1 ||
					!strings.HasPrefix(dead[1].LastError, "Adressen tar inte emot mejl (55") || strings.Contains(strings.ToLower(dead[1].LastError), "asa") {
					t.Errorf("an admin sees %+v, %v", dead, err)
				}
				at.mu.Lock()
				at.rcpt, at.data = nil, nil
				at.mu.Unlock()
				if err := d.Tx(t.Context(), func(tx db.Tx) error { _, err := jobs.Retry(tx, p.now(), dead[1].ID); return err }); err != nil {
					t.Fatal(err)
				}
				p.try()
				p.want("taken after all", 1, 0, 1, 0, 0)
			})
		})
	}
}

func TestARefusalOfOneRecipientKeepsNoOtherLetterBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPost(t, d, (&sink{never: "asa@exempel.se"}).start(t), 10*time.Second)
		for _, to := range []string{"bo@exempel.se", "asa@exempel.se", "cia@exempel.se"} {
			p.add(to)
		}
		p.try()
		p.want("all three", 2, 0, 1, 550, 1)
		p.try()
		p.want("an hour later", 2, 0, 1, 550, 1)
	})
}

func TestARefusalThatIsNotAboutTheRecipientIsNotRemembered(t *testing.T) {
	for name, row := range map[string]struct {
		mail          error
		waiting, dead int64
	}{
		"the sender is not accepted": {reply(553), 0, 1},
		"login is asked for":         {reply(530), 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				p := newPost(t, d, (&sink{mail: row.mail}).start(t), 10*time.Second)
				p.add("asa@exempel.se")
				p.try()
				p.want("at once", 0, row.waiting, row.dead, 0, 0)
			})
		})
	}
}
