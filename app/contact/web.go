package contact

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// Handler serves /kontakt and what follows on it.
type Handler struct {
	site    *web.Site
	contact *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, contact *Service) *Handler {
	return &Handler{site: site, contact: contact}
}

// FormView is the page /kontakt, new or with what was wrong. Problem is a refusal that belongs to no field.
type FormView struct {
	web.Page
	Action               string
	Stamp                string
	Bits                 int
	Name, Email, Message web.Input
	Errors               []web.FormError
	Problem              string
}

// DoneView is the page after a message was sent.
type DoneView struct{ web.Page }

// PendingView is the page after a link was mailed to Email.
type PendingView struct {
	web.Page
	Email string
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{
		{Name: "contact/form", View: &FormView{}}, {Name: "contact/done", View: &DoneView{}},
		{Name: "contact/pending", View: &PendingView{}}, {Name: "contact/confirm", View: &ConfirmView{}},
	}
}

const (
	path        = "/kontakt"
	donePath    = path + "/tack"
	pendingPath = path + "/vantar"
	confirmPath = path + "/bekrafta"

	form = "kontakt" // what the stamp is for
)

// Form serves the empty form.
func (h *Handler) Form(c *fiber.Ctx) error {
	return h.site.Render(c, "contact/form", h.newForm(Message{}))
}

// Send takes the form. What is refused comes back as it was typed.
func (h *Handler) Send(c *fiber.Ctx) error {
	mediaType, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), fiber.MIMEApplicationForm) {
		return fault.New(fault.Invalid, textFormat, errors.New("the contact form came as another media type"))
	}
	sub := Submission{
		Message: Message{Name: web.Field(c, "name"), Email: web.Field(c, "email"), Text: web.Field(c, "message")},
		Stamp:   web.Field(c, "stamp"), Client: h.site.ClientAddress(c), Trap: web.Field(c, "website") != "",
	}
	sub.Proven = web.Proven(sub.Stamp, web.Field(c, "proof"))
	err := h.site.CheckStamp(form, sub.Stamp)
	if err == nil {
		err = checkReadable(c)
	}
	pending := false
	if err == nil {
		pending, err = h.contact.Send(c.UserContext(), sub)
	}
	switch {
	case err != nil:
		return h.refuse(c, sub, err)
	case pending:
		return c.Redirect(pendingPath+"?till="+url.QueryEscape(h.contact.seal(sub.Email)), fiber.StatusSeeOther)
	}
	return c.Redirect(donePath, fiber.StatusSeeOther)
}

// Done serves the thanks. A reload sends nothing.
func (h *Handler) Done(c *fiber.Ctx) error {
	return h.site.Render(c, "contact/done", &DoneView{Page: web.Page{
		Title: "Tack för ditt meddelande", Path: donePath, NoIndex: true, Crumbs: crumbs("Tack"),
	}})
}

// Pending serves the page that says where the link went.
func (h *Handler) Pending(c *fiber.Ctx) error {
	view := &PendingView{
		Page:  web.Page{Title: "Tack, nu behöver du bekräfta", Path: pendingPath, NoIndex: true, NoStore: true, Crumbs: crumbs("Bekräfta")},
		Email: h.contact.open(web.Query(c, "till")),
	}
	if view.Email == "" {
		view.Email = textSomeAddress
	}
	return h.site.Render(c, "contact/pending", view)
}

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Kontakt", Path: path, Lead: "Skriv till NUSO:s projektkontor om studierna, plattformen, forskningen eller webbplatsen."}
}

func (h *Handler) newForm(m Message) *FormView {
	view := &FormView{
		Page: Section().Page(), Action: path, Stamp: h.site.Stamp(form), Bits: web.ProofBits,
		Name: web.Input{Name: "name", Value: m.Name}, Email: web.Input{Name: "email", Value: m.Email}, Message: web.Input{Name: "message", Value: m.Text},
	}
	view.Title, view.NoStore, view.Scripts = "Kontakta oss", true, []string{"contact"}
	return view
}

// refuse answers with the form as it was typed and what to do. Errors of other kinds are for the house's error page.
func (h *Handler) refuse(c *fiber.Ctx, sub Submission, err error) error {
	f, view := fault.Of(err), h.newForm(sub.Message)
	switch fault.KindOf(err) {
	case fault.Invalid:
		if view.Errors = web.Mark(f.Fields, &view.Name, &view.Email, &view.Message); len(f.Fields) == 0 {
			view.Problem = f.Text
		}
	case fault.Forbidden:
		view.Problem = textStale
	case fault.Conflict, fault.TooMany:
		view.Problem = f.Text
	case fault.Unavailable:
		view.Problem = textAway
		view.Stamp = sub.Stamp // if the message was taken after all, the same stamp does not take it twice
	default:
		return err
	}
	return h.site.Refuse(c, err, "contact/form", view)
}

// checkReadable refuses bytes that are no text; web.Field has mended them for the page, and what was meant is unknown.
func checkReadable(c *fiber.Ctx) error {
	var fields []fault.Field
	for _, name := range []string{"name", "email", "message"} {
		if raw := c.FormValue(name); !utf8.ValidString(raw) || strings.ContainsRune(raw, 0) {
			fields = append(fields, fault.Field{Name: name, Text: textUnreadable})
		}
	}
	if len(fields) > 0 {
		return fault.InvalidFields(fields...)
	}
	return nil
}

func crumbs(title string) []web.Link {
	return []web.Link{{Title: "Start", Path: "/"}, {Title: "Kontakt", Path: path}, {Title: title}}
}
