package organisation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// DeskView is the list of all organisations for the office.
type DeskView struct {
	web.Page
	Filters web.Filters
	Rows    []web.Teaser
	Pager   web.Pager
	Empty   web.Empty
}

// AddView is the page where an organisation is added.
type AddView struct {
	web.Page
	Errors                         []web.FormError
	Kind, Name, Parent, County     web.Input
	Kinds, Municipalities, InWhich []web.Option
}

// RecordView is the page where the office enters what an organisation has.
type RecordView struct {
	web.Page
	Done, Problem string
	PagePath      string // of its own page; empty without one
	Errors        []web.FormError
	Version       int64
	Domains       web.Input // one to a line
	Rounds        []web.Option
	Kept          []string // what is kept now, when it is another than what is typed
}

// DeskPath is the address of the list.
const DeskPath = "/redaktion/organisationer"

func deskPage(title, path string, above ...web.Link) web.Page {
	return web.PersonalPage(title, path, append([]web.Link{{Title: "Redaktionen", Path: "/redaktion"}}, above...)...)
}

// Desk serves the list of organisations, chosen by ?q=, ?typ= and ?page=.
func (h *Handler) Desk(c *fiber.Ctx) error {
	number, err := web.PageNumber(c)
	if err != nil {
		return err
	}
	query := web.Known(c, "q", "typ")
	f := Filter{Words: query.Get("q"), Kind: Kind(query.Get("typ")), Limit: web.PageSize, Skip: (number - 1) * web.PageSize}
	found, total, err := h.organisations.Find(c.UserContext(), f)
	if err != nil {
		return err
	}
	view := &DeskView{
		Page:    deskPage("Organisationer", DeskPath),
		Filters: web.Filters{Action: DeskPath, Text: "Namn", Query: f.Words, Count: web.Plural(total, "organisation", "organisationer")},
		Empty:   web.Empty{Why: "Ingen organisation passar filtren.", Next: []web.Link{{Title: "Visa alla organisationer", Path: DeskPath}}},
	}
	if view.Pager, err = web.NewPager(DeskPath, query, number, total); err != nil {
		return err
	}
	view.Part, view.Scripts = view.Pager.Part(), []string{"filter"}
	view.Filters.Add(query, "typ", "Typ", kinds(Kinds()))
	for _, o := range found {
		view.Rows = append(view.Rows, web.Teaser{Title: o.Name, Path: DeskPath + "/" + o.ID, Summary: about(o.Organisation, o.Parent), Note: o.entered()})
	}
	return h.site.Render(c, "organisation/desk", view)
}

// about says what sort of organisation it is, and a district of which municipality.
func about(o Organisation, parent string) string {
	if parent != "" {
		return o.Kind.Title() + " i " + parent
	}
	return o.Kind.Title()
}

// entered says in words what is entered.
func (o Listed) entered() string {
	domains, rounds := "Ingen e-postdomän", "deltar inte"
	if o.Domains > 0 {
		domains = web.Plural(int(o.Domains), "e-postdomän", "e-postdomäner")
	}
	if o.Rounds > 0 {
		rounds = "deltar i " + web.Plural(int(o.Rounds), "omgång", "omgångar")
	}
	return domains + ", " + rounds
}

func kinds(all []Kind) []web.Option {
	options := make([]web.Option, len(all))
	for i, k := range all {
		options[i] = web.Option{Value: string(k), Title: k.Title()}
	}
	return options
}

// AddForm serves the form that adds an organisation.
func (h *Handler) AddForm(c *fiber.Ctx) error { return h.site.Render(c, "organisation/add", newAdd(c)) }

// newAdd is the form with what was typed.
func newAdd(c *fiber.Ctx) *AddView {
	input := func(name string) web.Input { return web.Input{Name: name, Value: web.Field(c, name)} }
	view := &AddView{
		Page: deskPage("Lägg till en organisation", DeskPath+"/ny", web.Link{Title: "Organisationer", Path: DeskPath}),
		Kind: input("kind"), Name: input("name"), Parent: input("parent"), County: input("county"),
	}
	view.Lead = "Alla kommuner finns redan."
	view.Kinds = chosen(kinds(Kinds()[1:]), view.Kind.Value, "Välj")
	for _, m := range Municipalities() {
		view.Municipalities = append(view.Municipalities, web.Option{Value: m.ID(), Title: m.Name})
	}
	for _, county := range Counties() {
		view.InWhich = append(view.InWhich, web.Option{Value: county.Code, Title: county.Name})
	}
	view.Municipalities, view.InWhich = chosen(view.Municipalities, view.Parent.Value, "Ingen"), chosen(view.InWhich, view.County.Value, "Inget")
	return view
}

// chosen marks the option with the value, and puts one for none before them.
func chosen(options []web.Option, value, none string) []web.Option {
	for i := range options {
		options[i].Selected = options[i].Value == value
	}
	return slices.Insert(options, 0, web.Option{Title: none})
}

// Add adds an organisation and leads to where the rest is entered.
func (h *Handler) Add(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	view := newAdd(c)
	added, err := h.organisations.Add(c.UserContext(), Draft{
		Kind: Kind(view.Kind.Value), Name: view.Name.Value, Parent: view.Parent.Value, County: view.County.Value,
	})
	switch fault.KindOf(err) {
	case fault.Invalid:
		view.Errors = web.Mark(fault.Of(err).Fields, &view.Kind, &view.Name, &view.Parent, &view.County)
		return h.site.Refuse(c, err, "organisation/add", view)
	case fault.Conflict:
		view.Errors = web.Mark([]fault.Field{{Name: "name", Text: fault.Of(err).Text}}, &view.Name)
		return h.site.Refuse(c, err, "organisation/add", view)
	}
	if err != nil {
		return err
	}
	return c.Redirect(DeskPath+"/"+added.ID+"?gjort=tillagd", fiber.StatusSeeOther)
}

// RecordForm serves the page where it is entered what an organisation has.
func (h *Handler) RecordForm(c *fiber.Ctx) error {
	view, e, err := h.newRecord(c)
	if err != nil {
		return err
	}
	view.Done = map[string]string{"sparat": "Uppgifterna är sparade.", "tillagd": "Organisationen är tillagd. Fyll i resten."}[web.Query(c, "gjort")]
	view.show(e.Domains, e.Rounds)
	return h.site.Render(c, "organisation/record", view)
}

func (h *Handler) newRecord(c *fiber.Ctx) (*RecordView, Entered, error) {
	e, err := h.organisations.Entered(c.UserContext(), c.Params("id"))
	if err != nil {
		return nil, e, err
	}
	rounds, err := h.organisations.Rounds(c.UserContext())
	view := &RecordView{
		Page:     deskPage(e.Name, DeskPath+"/"+e.ID, web.Link{Title: "Organisationer", Path: DeskPath}),
		PagePath: e.Address(), Version: e.Version, Domains: web.Input{Name: "domains"},
	}
	view.Lead = about(e.Organisation, e.Parent) + "."
	for _, r := range rounds {
		view.Rounds = append(view.Rounds, web.Option{Value: r.ID, Title: r.Name})
	}
	return view, e, err
}

// show fills the form.
func (v *RecordView) show(domains, rounds []string) {
	v.Domains.Value = strings.Join(domains, "\n")
	for i := range v.Rounds {
		v.Rounds[i].Selected = slices.Contains(rounds, v.Rounds[i].Value)
	}
}

// words tell what is kept, for who has typed something else.
func (v *RecordView) words(e Entered) []string {
	domains, takes := "Ingen e-postdomän", []string{}
	if len(e.Domains) > 0 {
		domains = "E-postdomäner: " + strings.Join(e.Domains, ", ")
	}
	for _, r := range v.Rounds {
		if slices.Contains(e.Rounds, r.Value) {
			takes = append(takes, r.Title)
		}
	}
	if len(takes) == 0 {
		return []string{domains, "Deltar inte"}
	}
	return []string{domains, "Deltar i: " + strings.Join(takes, "; ")}
}

// Record enters what an organisation has.
func (h *Handler) Record(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	known, err := h.organisations.Rounds(c.UserContext())
	if err != nil {
		return err
	}
	var rounds []string
	for _, r := range known {
		if web.Field(c, "round-"+r.ID) != "" {
			rounds = append(rounds, r.ID)
		}
	}
	domains := strings.Fields(strings.NewReplacer(",", " ", ";", " ").Replace(web.Field(c, "domains")))
	version, _ := strconv.ParseInt(web.Field(c, "version"), 10, 64) // no number: not the one that is kept
	err = h.organisations.Record(c.UserContext(), c.Params("id"), version, domains, rounds)
	if kind := fault.KindOf(err); err == nil {
		return c.Redirect(DeskPath+"/"+c.Params("id")+"?gjort=sparat", fiber.StatusSeeOther)
	} else if kind != fault.Invalid && kind != fault.Conflict {
		return err
	}
	view, e, readErr := h.newRecord(c)
	if readErr != nil {
		return readErr
	}
	view.show(nil, rounds)
	view.Domains.Value = web.Field(c, "domains")
	if fault.Is(err, fault.Conflict) {
		view.Problem, view.Kept = fault.Of(err).Text+" Spara igen om det du skrev ska gälla.", view.words(e)
	}
	view.Errors = web.Mark(fault.Of(err).Fields, &view.Domains)
	return h.site.Refuse(c, err, "organisation/record", view)
}
