package organisation_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/organisation"
	"nuso.se/app/web/webtest"
)

const first, second = "delstudie-1-2024", "delstudie-2-2024"

func TestWhatIsRecordedTakesThePlaceOfWhatWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), as(t, access.Editor)
		for _, row := range []struct {
			domains, rounds, keptDomains, keptRounds []string
		}{
			{[]string{"Karlstad.example", "x.karlstad.example", "karlstad.example"}, []string{second, first}, []string{"karlstad.example", "x.karlstad.example"}, []string{first, second}},
			{[]string{"karlstad.example"}, []string{second}, []string{"karlstad.example"}, []string{second}},
			{nil, nil, []string{}, []string{}},
		} {
			before, err := s.Entered(ctx, karlstad)
			if err == nil {
				err = s.Record(ctx, karlstad, before.Version, row.domains, row.rounds)
			}
			after, err2 := s.Entered(ctx, karlstad)
			if err != nil || err2 != nil || after.Version != before.Version+1 || after.Name != "Karlstad" {
				t.Fatalf("%+v: %+v, %v, %v", row, after, err, err2)
			}
			if diff := cmp.Diff([][]string{row.keptDomains, row.keptRounds}, [][]string{after.Domains, after.Rounds}); diff != "" {
				t.Errorf("%+v: %s", row, diff)
			}
			var told []string
			if err := d.Read(ctx).Table("audit_log").Where("verb = ?", "organisation.record").Order("number DESC").Limit(1).Pluck("details", &told).Error; err != nil || len(told) != 1 ||
				strings.Contains(told[0], first) != slices.Contains(row.rounds, first) {
				t.Errorf("the log tells %q, %v", told, err)
			}
		}
	})
}

func TestWhatCannotBeRecordedChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), as(t, access.Editor)
		ended, err := s.Add(ctx, organisation.Draft{Kind: organisation.Other, Name: "Var"})
		if err == nil {
			err = d.Tx(ctx, func(tx db.Tx) error {
				return tx.Exec("UPDATE organisations SET ended_at = 1 WHERE id = ?", ended.ID).Error
			})
		}
		if err == nil {
			err = s.Record(ctx, karlstad, 1, []string{"karlstad.example"}, []string{first})
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			name, id        string
			version         int64
			domains, rounds []string
			want            fault.Kind
		}{
			{"by an older page", karlstad, 1, nil, nil, fault.Conflict},
			{"no domain", karlstad, 2, []string{"karlstad"}, []string{second}, fault.Invalid},
			{"a domain of everybody's", karlstad, 2, []string{"gmail.com"}, nil, fault.Invalid},
			{"no such round", karlstad, 2, nil, []string{"delstudie-9"}, fault.NotFound},
			{"no such organisation", "kommun-9999", 1, nil, nil, fault.NotFound},
			{"one that has ended", ended.ID, 1, []string{"var.example"}, nil, fault.NotFound},
		} {
			if err := s.Record(ctx, row.id, row.version, row.domains, row.rounds); !fault.Is(err, row.want) {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		if e, err := s.Entered(ctx, karlstad); err != nil || e.Version != 2 || !slices.Equal(e.Domains, []string{"karlstad.example"}) || !slices.Equal(e.Rounds, []string{first}) {
			t.Errorf("%+v, %v", e, err)
		}
		if _, err := s.Entered(ctx, ended.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("one that has ended is shown: %v", err)
		}
	})
}

func TestTheDeskListsAllOrganisations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), as(t, access.Admin)
		for _, draft := range []organisation.Draft{
			{Kind: organisation.District, Name: "Årsta", Parent: stockholm}, {Kind: organisation.District, Name: "Östermalm", Parent: stockholm},
			{Kind: organisation.District, Name: "Älvsjö", Parent: stockholm}, {Kind: organisation.University, Name: "Karlstads universitet"},
		} {
			if _, err := s.Add(ctx, draft); err != nil {
				t.Fatal(err)
			}
		}
		for _, row := range []struct {
			filter organisation.Filter
			total  int
			names  string
		}{
			{organisation.Filter{Limit: 2}, 294, "Ale, Alingsås"},
			{organisation.Filter{Kind: organisation.District, Limit: 9}, 3, "Årsta, Älvsjö, Östermalm"},
			{organisation.Filter{Kind: organisation.District, Limit: 9, Skip: 2}, 3, "Östermalm"},
			{organisation.Filter{Kind: organisation.District, Limit: 9, Skip: 20}, 3, ""},
			{organisation.Filter{Words: "karlst", Limit: 9}, 2, "Karlstad, Karlstads universitet"},
			{organisation.Filter{Words: "%", Limit: 9}, 0, ""},
		} {
			found, total, err := s.Find(ctx, row.filter)
			var names []string
			for _, o := range found {
				names = append(names, o.Name)
			}
			if err != nil || total != row.total || strings.Join(names, ", ") != row.names {
				t.Errorf("%+v: %d, %q, %v", row.filter, total, names, err)
			}
		}
	})
}

// office is the desk's pages as an editor meets them.
type office struct {
	*webtest.Pages
	*organisation.Service
	t *testing.T
}

func newOffice(t *testing.T) office {
	t.Helper()
	p, s := newPages(t, dbtest.Any(t))
	h := organisation.NewHandler(p.Site, s)
	p.App.Get("/redaktion/organisationer", h.Desk)
	p.App.Get("/redaktion/organisationer/ny", h.AddForm)
	p.App.Post("/redaktion/organisationer/ny", h.Add)
	p.App.Get("/redaktion/organisationer/:id", h.RecordForm)
	p.App.Post("/redaktion/organisationer/:id", h.Record)
	p.Actor = access.From(as(t, access.Editor))
	return office{p, s, t}
}

func (o office) cookie() []string {
	return []string{"Cookie", "__Host-nuso=" + strings.Repeat("a", 43)}
}

func (o office) get(path string) webtest.Answer {
	o.t.Helper()
	return o.Visit(o.t, webtest.Request(http.MethodGet, path, nil, o.cookie()...))
}

var hiddenField = regexp.MustCompile(`type="hidden" name="(token|version)" value="([^"]*)"`)

// send opens the form and sends it.
func (o office) send(path string, values url.Values) webtest.Answer {
	o.t.Helper()
	for _, field := range hiddenField.FindAllStringSubmatch(o.get(path).Text, -1) {
		if !values.Has(field[1]) {
			values.Set(field[1], field[2])
		}
	}
	return o.Visit(o.t, webtest.Form(path, values, o.cookie()...))
}

func TestTheOfficeAddsAnOrganisationAndEntersWhatItHas(t *testing.T) {
	o := newOffice(t)
	const list, add = "/redaktion/organisationer", "/redaktion/organisationer/ny"
	o.send(add, url.Values{"name": {""}, "county": {"17"}}).Want(t, 422, `id="kind-error"`, `id="name-error"`, `href="#kind"`, `<option value="17" selected>`)
	o.send(add, url.Values{"kind": {"district"}, "name": {"Farsta"}}).Want(t, 422, `id="parent-error"`, `value="Farsta"`)
	added := o.send(add, url.Values{"kind": {"district"}, "name": {"Farsta"}, "parent": {stockholm}})
	page, done, _ := strings.Cut(added.Header.Get("Location"), "?")
	if added.StatusCode != http.StatusSeeOther || done != "gjort=tillagd" {
		t.Fatalf("%d to %s", added.StatusCode, added.Header.Get("Location"))
	}
	o.send(add, url.Values{"kind": {"district"}, "name": {"Farsta"}, "parent": {stockholm}}).Want(t, 409, "Det finns redan", `value="Farsta"`)
	o.get(page+"?gjort=tillagd").Want(t, 200, "Organisationen är tillagd.", "<h1>Farsta</h1>", "Stadsdel i Stockholm", "!checked")

	o.send(page, url.Values{"domains": {"farsta.example\r\ngmail.com"}, "round-" + first: {"ja"}}).Want(t, 422, "gmail.com: ", "farsta.example", `name="round-`+first+`" value="ja" checked`)
	stale := url.Values{"version": {"1"}, "domains": {"annan.example"}, "round-" + second: {"ja"}}
	o.send(page, url.Values{"domains": {" farsta.example, Stockholm.example "}, "round-" + first: {"ja"}, "round-" + second: {"ja"}}).WantRedirect(t, page+"?gjort=sparat")
	o.get(page+"?gjort=sparat").Want(t, 200, "Uppgifterna är sparade.", "farsta.example\nstockholm.example", `name="round-`+second+`" value="ja" checked`)
	o.send(page, stale).Want(t, 409, "Någon annan har ändrat", "E-postdomäner: farsta.example, stockholm.example", "Deltar i: Delstudie 1, första omgången; Delstudie 2",
		">annan.example</textarea>", `name="version" value="2"`, `name="round-`+first+`" value="ja">`)
	o.get(list+"?typ=district").Want(t, 200, "1 organisation<", "Stadsdel i Stockholm", "2 e-postdomäner, deltar i 2 omgångar")
	o.get(list+"?q=finns+inte").Want(t, 200, "Ingen organisation passar filtren.", "0 organisationer")
	o.get(list+"/"+karlstad).Want(t, 200, `href="/kommuner/karlstad"`)
	o.get(list+"/kommun-9999").Want(t, 404)
	o.get(list+"?page=99").Want(t, 404)
}

func TestThePagesOfTheDeskNeedTheirFormsToken(t *testing.T) {
	o := newOffice(t)
	for path, values := range map[string]url.Values{
		"/redaktion/organisationer/ny":           {"token": {"annat"}, "kind": {"region"}, "name": {"Region Här"}},
		"/redaktion/organisationer/" + stockholm: {"token": {"annat"}, "domains": {"stockholm.example"}},
	} {
		o.send(path, values).Want(t, 403)
	}
	if e, err := o.Entered(as(t, access.Editor), stockholm); err != nil || len(e.Domains) > 0 {
		t.Errorf("%+v, %v", e, err)
	}
	if others, err := o.Others(t.Context()); err != nil || len(others) > 0 {
		t.Errorf("%+v, %v", others, err)
	}
}
