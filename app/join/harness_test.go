package join_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/join"
	"nuso.se/app/limit"
	"nuso.se/app/mail"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
	"nuso.se/app/page"
	"nuso.se/app/session"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

const karlstad, stockholm, habo = "kommun-1780", "kommun-0180", "kommun-0643"

// rig is the requests with all that is real around them, but for the last step of the mail. Bo and Eva are contact persons of Karlstad,
// whose domain is known and which takes part in a round; Siv is Stockholm's, whose domain is known too; Ed is an editor, Ada an admin.
type rig struct {
	*webtest.Pages
	*join.Service
	t             *testing.T
	db            *db.DB
	docs          *document.Service
	members       *member.Service
	organisations *organisation.Service
	runner        *jobs.Runner
	sent          []mail.Message
	log           bytes.Buffer
	ids           map[string]string // of people by name
}

// Send keeps a letter.
func (r *rig) Send(_ context.Context, m mail.Message) error {
	r.sent = append(r.sent, m)
	return nil
}

func newRig(t *testing.T, d *db.DB) *rig {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	secret := []byte("a secret of this test alone, long enough")
	r := &rig{t: t, db: d, organisations: organisation.New(d, fake.Now), ids: map[string]string{}}
	log := slog.New(slog.NewTextHandler(&r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	limiter := limit.New(d, fake.Now, secret)
	r.docs = documenttest.New(t, d, fake.Now, page.Kinds(nil), map[string]string{"sidor/villkor.md": "title: Villkor\n"})
	var err error
	if r.members, err = member.New(member.Options{
		DB: d, Now: fake.Now, Limiter: limiter, Theme: webtest.Theme(t), Secret: secret, BaseURL: webtest.BaseURL,
		Sessions: session.New(d, fake.Now, session.DefaultLimits()), Areas: r.organisations.Areas,
	}); err != nil {
		t.Fatal(err)
	}
	if r.Service, err = join.New(join.Options{
		DB: d, Now: fake.Now, Log: log, Limiter: limiter, Theme: webtest.Theme(t), Secret: secret, BaseURL: webtest.BaseURL,
		Documents: r.docs, Members: r.members, Organisations: r.organisations,
	}); err != nil {
		t.Fatal(err)
	}
	r.runner = jobs.New(d, log, fake.Now)
	r.Register(r.runner)
	mail.Register(r.runner, r)
	r.people()
	r.serve(fake, log)
	return r
}

func (r *rig) people() {
	r.t.Helper()
	ctx := access.System(r.t.Context())
	r.must(r.organisations.Boot(ctx))
	r.must(r.organisations.Enter(ctx, karlstad, "delstudie-1-2024", true))
	r.must(r.organisations.SetDomains(ctx, karlstad, []string{"karlstad.example"}))
	r.must(r.organisations.SetDomains(ctx, stockholm, []string{"stockholm.example"}))
	r.must(r.organisations.SetDomains(ctx, habo, []string{"habo.example"}))
	for _, p := range []struct {
		name, at string
		role     access.Role
	}{
		{"Bo", karlstad, access.Contact}, {"Eva", karlstad, access.Contact}, {"Siv", stockholm, access.Contact}, {"Mia", karlstad, access.Member},
		{"Fia", stockholm, access.Follower}, {"Ed", stockholm, access.Editor}, {"Ada", stockholm, access.Admin},
	} {
		admitted, err := r.members.Admit(ctx, member.Admission{Email: strings.ToLower(p.name) + "@desk.example", Name: p.name, Role: p.role, Organisation: p.at})
		r.must(err)
		r.ids[p.name] = admitted.Person.ID
	}
}

func (r *rig) serve(fake *clock.Fake, log *slog.Logger) {
	r.Pages = webtest.New(r.t, fake, join.Samples(), func(o *web.Options) { o.Log, o.Proxies = log, []string{"0.0.0.0"} })
	h := join.NewHandler(r.Site, r.Service)
	r.App.Get("/ga-med", h.Form)
	r.App.Post("/ga-med", h.Ask)
	r.App.Get("/ga-med/kod", h.CodeForm)
	r.App.Post("/ga-med/kod", h.Code)
	r.App.Get("/ga-med/tack", h.Done)
	r.App.Get("/ga-med/bekrafta/:token", h.LinkForm)
	r.App.Post("/ga-med/bekrafta/:token", h.Link)
	for desk, roles := range map[string][]access.Role{"/min-kommun": {access.Contact}, "/redaktion": {access.Editor, access.Admin}} {
		group := r.App.Group(desk, web.For(roles...))
		group.Get("/ansokningar", h.List)
		group.Get("/ansokningar/:id", h.Show)
		group.Post("/ansokningar/:id", h.Decide)
	}
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// actor is somebody of the rig who has just proved a second factor; a visitor without a name.
func (r *rig) actor(name string) access.Actor {
	role := map[string]access.Role{
		"Bo": access.Contact, "Eva": access.Contact, "Siv": access.Contact, "Mia": access.Member, "Fia": access.Follower, "Ed": access.Editor, "Ada": access.Admin,
	}[name]
	at := access.Audience("organisation:" + stockholm)
	if slices.Contains([]string{"Bo", "Eva", "Mia"}, name) {
		at = "organisation:" + karlstad
	}
	if name == "" {
		return access.Actor{}
	}
	return access.Actor{ID: r.ids[name], Name: name, Role: role, Strong: true, Keys: []access.Audience{at}}
}

func (r *rig) as(name string) context.Context { return access.With(r.t.Context(), r.actor(name)) }

// draft is a good one: Anna of Karlstad wants to be a member.
func (r *rig) draft() join.Draft {
	r.t.Helper()
	terms, err := r.Terms(r.t.Context())
	r.must(err)
	return join.Draft{
		Email: "anna@karlstad.example", Name: "Anna Berg", Organisation: "Karlstad", Role: access.Member, Purpose: "Jag arbetar med delstudie 1.", Terms: terms,
	}
}

// asked is a post of the form from a browser and a network of its own.
func (r *rig) asked(d join.Draft) (secret string, err error) {
	return r.Ask(r.t.Context(), join.Asking{Draft: d, Stamp: db.NewID(), Client: "192.0.2." + db.NewID()})
}

var (
	codeIn = regexp.MustCompile(`(?m)^(\d{6})$`)
	linkIn = regexp.MustCompile(`https://nuso\.example/ga-med/bekrafta/([a-z2-7]{26})\b`)
	deskIn = regexp.MustCompile(`https://nuso\.example(/\S+/ansokningar/\S+)`)
)

// letters works off the jobs and returns what was sent since the last time.
func (r *rig) letters() []mail.Message {
	r.t.Helper()
	r.sent = nil
	r.must(r.runner.Drain(r.t.Context()))
	slices.SortFunc(r.sent, func(a, b mail.Message) int { return strings.Compare(a.To, b.To) })
	return r.sent
}

// recipients are who was mailed since the last time.
func (r *rig) recipients() string {
	r.t.Helper()
	var to []string
	for _, m := range r.letters() {
		to = append(to, m.To)
	}
	return strings.Join(to, " ")
}

// mailed asks and returns the browser's secret and what was mailed.
func (r *rig) mailed(d join.Draft) (secret, code, link string) {
	r.t.Helper()
	secret, err := r.asked(d)
	r.must(err)
	sent := r.letters()
	if len(sent) != 1 || sent[0].To != d.Email {
		r.t.Fatalf("mails %v", sent)
	}
	codes, links := codeIn.FindStringSubmatch(sent[0].Text), linkIn.FindStringSubmatch(sent[0].Text)
	if codes == nil || links == nil || !strings.Contains(sent[0].HTML, codes[1]) || !strings.Contains(sent[0].HTML, links[1]) {
		r.t.Fatalf("the mail:\n%s", sent[0].Text)
	}
	return secret, codes[1], links[1]
}

// waiting makes a request that waits and returns its id. Who may decide has been mailed, and the mails are not looked at.
func (r *rig) waiting(change ...func(*join.Draft)) (id string) {
	r.t.Helper()
	r.letters()
	d := r.draft()
	for _, c := range change {
		c(&d)
	}
	secret, code, _ := r.mailed(d)
	r.must(r.ConfirmCode(r.t.Context(), secret, code))
	r.letters()
	r.must(r.db.Read(r.t.Context()).Table("join_requests").Select("id").Where("email = ? AND decided_at IS NULL", d.Email).Take(&id).Error)
	return id
}

// roles are the memberships in force of who has the address: "member Karlstad".
func (r *rig) roles(email string) string {
	r.t.Helper()
	all, err := r.members.List(access.System(r.t.Context()))
	r.must(err)
	var is []string
	for _, p := range all {
		for _, m := range p.Memberships {
			if p.Email == email {
				is = append(is, string(m.Role)+" "+m.Organisation)
			}
		}
	}
	return strings.Join(is, ", ")
}

func (r *rig) count(table string) (n int64) {
	r.t.Helper()
	r.must(r.db.Read(r.t.Context()).Table(table).Count(&n).Error)
	return n
}

func want(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want kind %d", what, err, kind)
	}
}

func (r *rig) get(address string, headers ...string) webtest.Answer {
	r.t.Helper()
	return r.Visit(r.t, webtest.Request(http.MethodGet, address, nil, headers...))
}

func (r *rig) post(address string, values url.Values, headers ...string) webtest.Answer {
	r.t.Helper()
	return r.Visit(r.t, webtest.Form(address, values, headers...))
}
