package member

import (
	"html/template"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/session"
	"nuso.se/app/web"
)

// SecurityView is the page where one sees to how one logs in.
type SecurityView struct {
	web.Page
	Done     string // what has just been done
	Problem  string
	Next     string // where they were going when they were led here to add a factor
	Role     string // for which they have yet to add a factor; empty: they have one, or need none
	Passkeys []PasskeyRow
	CodeApp  web.Date // when it was added
	HasApp   bool
	Possible bool // passkeys are, at this address
	Sessions []SessionRow
}

// PasskeyRow is a passkey that somebody has.
type PasskeyRow struct {
	ID, Name    string
	Added, Used web.Date
}

// SessionRow is a browser in which somebody is logged in.
type SessionRow struct {
	ID, Browser string
	Begun, Seen web.Date
	Here        bool // it is this one
}

// PasskeyView is the page where a passkey is added.
type PasskeyView struct {
	web.Page
	Ceremony
	Problem, Next string
}

// CodeAppView is the page where an app for codes is added.
type CodeAppView struct {
	web.Page
	Secret, State, Next string
	Picture             template.URL
	Code                web.Input
}

// ProveView is the page where a second factor is proved.
type ProveView struct {
	web.Page
	Ceremony
	HasApp        bool
	Next, Problem string
	Code          web.Input
}

// ProvePath is where a second factor is proved; with ?next= it leads on from there.
const ProvePath = LinkPath + "/bekrafta"

// The addresses of how one logs in; those that add lie below the account.
const (
	passkeyPath = AccountPath + "/passnyckel"
	codeAppPath = AccountPath + "/kodapp"
)

// done are the things that can have been done when one comes to the page, by what its address says.
func done(what string) string {
	return map[string]string{
		"passnyckel": "Passnyckeln är tillagd. Nästa gång kan du logga in med den.", "kodapp": "Kodappen är tillagd.",
		"borttaget": "Det sättet att logga in är borttaget. Vi har mejlat dig om det.",
		"utloggad":  "Webbläsaren är utloggad.", "alla-utloggade": "Alla andra webbläsare är utloggade.",
	}[what]
}

// below is a page of the account.
func below(title, path string) web.Page {
	return web.PersonalPage(title, path, web.Link{Title: "Mitt konto", Path: AccountPath})
}

// Security serves the page about how one logs in: the factors and the browsers.
func (h *Handler) Security(c *fiber.Ctx) error { return h.security(c, fiber.StatusOK, "") }

func (h *Handler) security(c *fiber.Ctx, status int, problem string) error {
	ctx, now := c.UserContext(), h.site.Now()
	actor := access.From(ctx)
	f, err := h.members.Factors(ctx)
	if err != nil {
		return err
	}
	sessions, err := h.members.Sessions(ctx)
	if err != nil {
		return err
	}
	view := &SecurityView{
		Page: below("Inloggning och säkerhet", securityPath), Done: done(web.Query(c, "gjort")), Problem: problem, Next: within(web.Query(c, "next")),
		HasApp: !f.CodeApp.IsZero(), Possible: h.members.Passkeys(),
	}
	if f.None() {
		view.Role = needing(actor).Title()
	}
	for _, k := range f.Passkeys {
		view.Passkeys = append(view.Passkeys, PasskeyRow{ID: k.ID, Name: k.Name, Added: web.MomentOf(k.CreatedAt.Time, now), Used: web.MomentOf(k.UsedAt.Time, now)})
	}
	if view.HasApp {
		view.CodeApp = web.MomentOf(f.CodeApp.Time, now)
	}
	for _, s := range sessions {
		view.Sessions = append(view.Sessions, SessionRow{
			ID: s.ID, Browser: s.Agent, Begun: web.MomentOf(s.CreatedAt.Time, now), Seen: web.MomentOf(s.SeenAt.Time, now), Here: s.ID == actor.Session,
		})
	}
	return h.site.RenderStatus(c, status, "member/security", view)
}

// needing is the role of the actor that needs a second factor; empty when theirs does not.
func needing(actor access.Actor) access.Role {
	if actor.Role.NeedsFactor() {
		return actor.Role
	}
	return actor.Unproved
}

// Change removes a factor, or logs out a browser or all but this one.
func (h *Handler) Change(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	ctx, what := c.UserContext(), ""
	var err error
	switch factor, browser := web.Field(c, "factor"), web.Field(c, "session"); {
	case factor != "":
		what, err = "borttaget", h.members.RemoveFactor(ctx, factor)
	case browser == "alla":
		what, err = "alla-utloggade", h.members.LeaveOthers(ctx)
	default:
		what, err = "utloggad", h.members.LeaveOne(ctx, browser)
	}
	if fault.Is(err, fault.Invalid) {
		return h.security(c, fiber.StatusUnprocessableEntity, fault.Of(err).Text)
	}
	if err != nil {
		return err
	}
	return c.Redirect(securityPath+"?gjort="+what, fiber.StatusSeeOther)
}

// PasskeyForm serves the page where a passkey is added.
func (h *Handler) PasskeyForm(c *fiber.Ctx) error { return h.passkey(c, fiber.StatusOK, "") }

func (h *Handler) passkey(c *fiber.Ctx, status int, problem string) error {
	if !h.members.Passkeys() {
		return fault.Missing("no passkeys at this address")
	}
	ceremony, err := h.members.BeginPasskey(c.UserContext())
	if fault.Is(err, fault.Invalid) {
		return h.security(c, fiber.StatusUnprocessableEntity, fault.Of(err).Text)
	}
	if err != nil {
		return err
	}
	view := &PasskeyView{Page: below("Lägg till en passnyckel", passkeyPath), Ceremony: ceremony, Problem: problem, Next: asked(c)}
	view.Lead, view.Scripts = "Du loggar in med fingret, ansiktet eller skärmlåset i stället för en kod.", []string{"passkey"}
	return h.site.RenderStatus(c, status, "member/passkey", view)
}

// AddPasskey adds the passkey that the browser has made.
func (h *Handler) AddPasskey(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	token, err := h.members.AddPasskey(c.UserContext(), web.Token(c), proof(c), session.Label(c.Get(fiber.HeaderUserAgent)))
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return h.passkey(c, fiber.StatusUnprocessableEntity, "Det gick inte att lägga till passnyckeln. Försök igen.")
	}
	return h.added(c, token, err, "passnyckel")
}

// added lets the browser carry the new token, and leads on.
func (h *Handler) added(c *fiber.Ctx, token string, err error, what string) error {
	if err != nil {
		return err
	}
	web.SetToken(c, token)
	if next := asked(c); next != "/" {
		return c.Redirect(next, fiber.StatusSeeOther)
	}
	return c.Redirect(securityPath+"?gjort="+what, fiber.StatusSeeOther)
}

// asked is where the form's person was going, and else the home page.
func asked(c *fiber.Ctx) string {
	if c.Method() == fiber.MethodGet {
		return within(web.Query(c, "next"))
	}
	return within(web.Field(c, "next"))
}

func proof(c *fiber.Ctx) Proof {
	return Proof{State: web.Field(c, "state"), Answer: web.Field(c, "answer"), Code: web.Field(c, "code")}
}

// CodeAppForm serves the page where an app for codes is added.
func (h *Handler) CodeAppForm(c *fiber.Ctx) error { return h.codeApp(c, fiber.StatusOK, "") }

func (h *Handler) codeApp(c *fiber.Ctx, status int, problem string) error {
	app, err := h.members.BeginCodeApp(c.UserContext(), web.Field(c, "state"))
	if err != nil {
		return err
	}
	view := &CodeAppView{
		Page: below("Lägg till en kodapp", codeAppPath), Secret: app.Secret, State: app.State, Picture: app.Picture, Code: web.Input{Name: "code", Error: problem}, Next: asked(c),
	}
	view.Lead = "En app i mobilen visar en ny kod varje halvminut. Du skriver den när du loggar in."
	return h.site.RenderStatus(c, status, "member/codeapp", view)
}

// AddCodeApp adds the app that shows the code.
func (h *Handler) AddCodeApp(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	token, err := h.members.AddCodeApp(c.UserContext(), web.Token(c), web.Field(c, "state"), web.Field(c, "code"))
	if fault.Is(err, fault.Invalid) {
		return h.codeApp(c, fiber.StatusUnprocessableEntity, fault.Of(err).Text)
	}
	return h.added(c, token, err, "kodapp")
}

// ProveForm serves the page where a second factor is proved. Who has none is led to add one.
func (h *Handler) ProveForm(c *fiber.Ctx) error { return h.prove(c, fiber.StatusOK, "") }

func (h *Handler) prove(c *fiber.Ctx, status int, problem string) error {
	ctx := c.UserContext()
	f, err := h.members.Factors(ctx)
	if err != nil {
		return err
	}
	if f.None() {
		return c.Redirect(securityPath+"?"+url.Values{"next": {asked(c)}}.Encode(), fiber.StatusSeeOther)
	}
	ceremony, err := h.members.AskPasskey(ctx)
	if err != nil {
		return err
	}
	view := &ProveView{Page: web.PersonalPage("Bekräfta att det är du", ProvePath), Ceremony: ceremony, HasApp: !f.CodeApp.IsZero(), Next: asked(c), Code: web.Input{Name: "code"}}
	view.Scripts = []string{"passkey"}
	if ceremony.Options == "" {
		view.Code.Error = problem
	} else {
		view.Problem = problem // of one or the other
	}
	return h.site.RenderStatus(c, status, "member/prove", view)
}

// Prove proves a second factor and leads to where the person was going.
func (h *Handler) Prove(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	token, err := h.members.Prove(c.UserContext(), web.Token(c), proof(c))
	if fault.Is(err, fault.Invalid) {
		return h.prove(c, fiber.StatusUnprocessableEntity, fault.Of(err).Text)
	}
	if err != nil {
		return err
	}
	web.SetToken(c, token)
	return c.Redirect(asked(c), fiber.StatusSeeOther)
}

// EnterPasskey logs in with a passkey.
func (h *Handler) EnterPasskey(c *fiber.Ctx) error {
	next := within(web.Field(c, "next"))
	if err := h.site.CheckStamp(askForm, web.Field(c, "stamp")); err != nil {
		return h.ask(c, fiber.StatusForbidden, AskView{Next: next, Problem: web.TextStale})
	}
	err := h.enter(c, func(begin func(db.Tx, Entry) error) error {
		return h.members.EnterPasskey(c.UserContext(), proof(c), next, begin)
	})
	if fault.Is(err, fault.Invalid) {
		return h.ask(c, fiber.StatusUnprocessableEntity, AskView{Next: next, Problem: "Passnyckeln fungerade inte här. Försök igen, eller logga in med en kod."})
	}
	return err
}
