package main

import (
	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/api"
	"nuso.se/app/contact"
	"nuso.se/app/desk"
	"nuso.se/app/document"
	"nuso.se/app/feed"
	"nuso.se/app/find"
	"nuso.se/app/glossary"
	"nuso.se/app/home"
	"nuso.se/app/join"
	"nuso.se/app/member"
	"nuso.se/app/news"
	"nuso.se/app/organisation"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/schedule"
	"nuso.se/app/study"
	"nuso.se/app/web"
)

// server is the house with its handlers: everything that answers requests.
type server struct {
	*house
	site *web.Site
	app  *fiber.App

	documents     *document.Handler
	home          *home.Handler
	news          *news.Handler
	studies       *study.Handler
	publications  *publication.Handler
	research      *research.Handler
	schedule      *schedule.Handler
	glossary      *glossary.Handler
	pages         *page.Handler
	find          *find.Handler
	organisations *organisation.Handler
	contact       *contact.Handler
	join          *join.Handler
	people        *member.Handler
	desk          *desk.Handler
	tasks         []desk.Task // that may wait for the office
	feeds         *feed.Handler
	api           *api.Handler
}

// routes is every address of the site, grouped by who may call it. Exact addresses stand before patterns that would
// swallow them.
func (s *server) routes(app *fiber.App) {
	// Machines: anyone.
	app.Get("/healthz", s.api.Health)
	app.Get("/readyz", s.api.Ready)
	app.Get(web.AssetPrefix+":name", s.site.Asset)
	app.Get("/bilder/:hash/:name", s.documents.Image)
	app.Get("/robots.txt", s.feeds.Robots)
	app.Get("/sitemap.xml", s.feeds.Sitemap)
	app.Get("/.well-known/security.txt", s.feeds.Security)
	app.Get("/feed.atom", s.feeds.Site)
	app.Get("/nyheter/feed.atom", s.feeds.Kind(document.News))
	app.Get("/publikationer/feed.atom", s.feeds.Kind(document.Publication))
	app.Get("/forskning/feed.atom", s.feeds.Kind(document.Theme, document.Project))
	app.Get("/studieomraden/:slug/feed.atom", s.feeds.Area)
	app.Get("/kalender.ics", s.schedule.Calendar)
	app.Get("/kalender/omrade/:slug.ics", s.schedule.AreaCalendar)
	app.Get("/kalender/:slug.ics", s.schedule.EventCalendar)

	// JSON: anyone, each answer what the actor may see.
	v1 := app.Group("/api", web.JSON)
	v1.Get("/v1/openapi.json", s.api.OpenAPI)
	v1.Get("/v1/documents", s.api.Documents)
	v1.Get("/v1/events", s.schedule.Events)
	v1.Get("/v1/municipalities", s.organisations.JSON)
	v1.Get("/v1/search", s.find.Search)
	v1.Get("/v1/suggest", s.find.Suggest)

	// Pages: anyone, each page what the actor may see.
	app.Get("/", s.home.Show)
	app.Get("/nyheter", s.news.List)
	app.Get("/nyheter/:slug", s.news.Show)
	app.Get("/studieomraden", s.studies.List)
	app.Get("/studieomraden/:slug", s.studies.Show)
	app.Get("/publikationer", s.publications.List)
	app.Get("/publikationer/:slug", s.publications.Show)
	app.Get("/forskning", s.research.List)
	app.Get("/forskning/projekt/:slug", s.research.Project)
	app.Get("/forskning/:slug", s.research.Theme)
	app.Get("/kalender", s.schedule.List)
	app.Get("/kalender/:slug", s.schedule.Show)
	app.Get("/kalender/:slug/:date", s.schedule.Occurrence)
	app.Get("/ordlista", s.glossary.List)
	app.Get("/hjalp", s.pages.Topics)
	app.Get("/hjalp/:slug", s.pages.Topic)
	app.Get("/kommuner", s.organisations.List)
	app.Get("/kommuner/:slug", s.organisations.Show)
	app.Get("/sok", s.find.Show)

	// The contact form: anyone, with a stamp from the form and from this site's own pages only.
	app.Get("/kontakt", s.contact.Form)
	app.Post("/kontakt", s.contact.Send)
	app.Get("/kontakt/tack", s.contact.Done)
	app.Get("/kontakt/vantar", s.contact.Pending)
	app.Get("/kontakt/bekrafta/:token", s.contact.ConfirmForm)
	app.Post("/kontakt/bekrafta/:token", s.contact.Confirm)

	// Asking to join: anyone, with a stamp from the form. GET spends nothing.
	app.Get("/ga-med", s.join.Form)
	app.Post("/ga-med", s.join.Ask)
	app.Get("/ga-med/kod", s.join.CodeForm)
	app.Post("/ga-med/kod", s.join.Code)
	app.Get("/ga-med/tack", s.join.Done)
	app.Get("/ga-med/bekrafta/:token", s.join.LinkForm)
	app.Post("/ga-med/bekrafta/:token", s.join.Link)

	// Login: anyone. GET spends nothing; each POST carries a stamp, and logging out the session's form token.
	app.Get("/logga-in", s.people.AskForm)
	app.Post("/logga-in", s.people.Ask)
	app.Get("/logga-in/kod", s.people.CodeForm)
	app.Post("/logga-in/kod", s.people.Code)
	app.Post("/logga-in/passnyckel", s.people.EnterPasskey)
	app.Get("/logga-in/bekrafta", web.For(), s.people.ProveForm)
	app.Post("/logga-in/bekrafta", web.For(), s.people.Prove)
	app.Get("/logga-in/angra/:token", s.people.UndoForm)
	app.Post("/logga-in/angra/:token", s.people.Undo)
	app.Post("/logga-in/oidc", s.people.WithProvider, s.people.AskProvider)
	app.Get("/logga-in/oidc/svar", s.people.WithProvider, s.people.BackForm)
	app.Post("/logga-in/oidc/svar", s.people.WithProvider, s.people.Back)
	app.Get("/logga-in/:token", s.people.LinkForm)
	app.Post("/logga-in/:token", s.people.Link)
	app.Post("/logga-ut", s.people.Leave)

	// The account: whoever is logged in, also who has yet to prove a second factor. Each POST carries the session's form token.
	account := app.Group(member.AccountPath, web.For())
	account.Get("", s.people.Account)
	account.Post("", s.people.Describe)
	account.Post("/visa-som", s.people.EndView)
	account.Post("/roll", s.people.Switch)
	account.Get("/uppgifter.json", s.people.Data)
	account.Get("/adress", s.people.AddressForm)
	account.Post("/adress", s.people.Address)
	account.Get("/avsluta", s.people.CloseForm)
	account.Post("/avsluta", s.people.Close)
	account.Get("/sakerhet", s.people.Security)
	account.Post("/sakerhet", s.people.Change)
	account.Get("/passnyckel", s.people.PasskeyForm)
	account.Post("/passnyckel", s.people.AddPasskey)
	account.Get("/kodapp", s.people.CodeAppForm)
	account.Post("/kodapp", s.people.AddCodeApp)

	// The organisation's own matters: its contact persons. Each POST carries the session's form token, here and below.
	own := app.Group("/min-kommun", web.For(access.Contact))
	own.Get("/ansokningar", s.join.List)
	own.Get("/ansokningar/:id", s.join.Show)
	own.Post("/ansokningar/:id", s.join.Decide)

	// The editorial desk: editors and admins.
	desk := app.Group("/redaktion", web.For(access.Editor, access.Admin))
	desk.Get("", s.desk.Show)
	desk.Get("/ansokningar", s.join.List)
	desk.Get("/ansokningar/:id", s.join.Show)
	desk.Post("/ansokningar/:id", s.join.Decide)
	desk.Get("/organisationer", s.organisations.Desk)
	desk.Get("/organisationer/ny", s.organisations.AddForm)
	desk.Post("/organisationer/ny", s.organisations.Add)
	desk.Get("/organisationer/:id", s.organisations.RecordForm)
	desk.Post("/organisationer/:id", s.organisations.Record)

	// Admins alone.
	admin := app.Group("/admin", web.For(access.Admin))
	admin.Get("/personer", s.people.People)
	admin.Get("/personer/ny", s.people.AdmitForm)
	admin.Post("/personer/ny", s.people.Admit)
	admin.Get("/personer/:id", s.people.Person)
	admin.Post("/personer/:id", s.people.ChangePerson)
	admin.Get("", s.desk.Admin)
	admin.Get("/jobb", s.desk.Jobs)
	admin.Post("/jobb/forsok", s.desk.Retry)
	admin.Get("/jobb/ta-bort", s.desk.DiscardForm)
	admin.Post("/jobb/ta-bort", s.desk.Discard)
	admin.Get("/visa-som", s.people.ViewForm)
	admin.Post("/visa-som", s.people.View)

	// Standing pages, last: they take whatever first part is left.
	app.Get("/:slug", s.pages.Show)
}
