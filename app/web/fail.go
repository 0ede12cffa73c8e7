package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
)

// ErrorView is the page of every failure. Kept is what was typed in a form that was refused, so that nothing is lost.
type ErrorView struct {
	Page
	RequestID string
	Retry     string
	Search    bool
	Links     []Link
	Kept      []KeptField
}

// KeptField is a field of a refused form with what was typed.
type KeptField struct{ Label, Value string }

// words are the standard title and lead of a status.
func words(status int) (title, lead string) {
	switch status {
	case fiber.StatusNotFound:
		return "Sidan finns inte", "Sidan finns inte, eller så behöver du logga in eller ha en annan behörighet."
	case fiber.StatusUnauthorized:
		return "Vi behöver veta att det är du", "Logga in för att gå vidare."
	case fiber.StatusForbidden:
		return "Vi kunde inte ta emot formuläret", "Öppna sidan på nytt och skicka formuläret därifrån. Det du skrev står kvar här nedanför."
	case fiber.StatusMethodNotAllowed:
		return "Så går det inte att använda sidan", "Gå till sidan med en vanlig länk i stället."
	case fiber.StatusRequestEntityTooLarge:
		return "Det du skickade är för stort", "Korta texten och skicka igen."
	case fiber.StatusRequestHeaderFieldsTooLarge:
		return "Adressen är för lång", "Korta adressen eller sök efter det du vill läsa."
	case fiber.StatusRequestTimeout:
		return "Det tog för lång tid", "Vi fick inte hela din begäran i tid. Försök igen."
	case fiber.StatusTooManyRequests:
		return "Vänta en stund", "Det har kommit för många försök härifrån."
	case fiber.StatusServiceUnavailable:
		return "Vi har ett tillfälligt fel", "En del av webbplatsen svarar inte. Försök igen om en stund."
	case fiber.StatusConflict:
		return "Någon hann före", "Sidan har ändrats medan du skrev."
	case fiber.StatusBadRequest, fiber.StatusUnprocessableEntity:
		return "Något behöver rättas", "Vi förstod inte det du skickade. Gå tillbaka och försök igen."
	}
	return "Något gick fel hos oss", "Felet är inte ditt. Försök igen om en stund. Kontakta oss om det händer igen, och ange numret här nedanför."
}

// Fail turns an error into its answer: a page, problem details for JSON, or a redirect. It is the app's one error
// handler, also for what the server refuses before any middleware. What the person sees is the fault's Text or the
// standard words; what happened goes to the log.
func (s *Site) Fail(c *fiber.Ctx, err error) error {
	status, f := statusOf(err), fault.Of(err)
	if status == fiber.StatusMovedPermanently {
		c.Set(fiber.HeaderCacheControl, "no-cache")
		return c.Redirect(f.To, status)
	}
	if status == fiber.StatusUnauthorized && !wantsJSON(c) && len(kept(c, status)) == 0 {
		return c.Redirect(wayIn(c), fiber.StatusSeeOther)
	}
	id, known := c.Locals(requestIDKey).(string)
	if !known { // refused before the middleware: what the server says quotes the request
		id, err = newRequestID(), errRefused
		s.headers(c, id)
	}
	for _, begun := range [...]string{fiber.HeaderETag, fiber.HeaderContentEncoding, fiber.HeaderContentDisposition} {
		c.Response().Header.Del(begun)
	}
	s.logFailure(c, id, status, err)
	after := retryAfter(c, status, f)
	title, lead := words(status)
	if f != nil && f.Text != "" && status != fiber.StatusNotFound {
		lead = f.Text
		if status == fiber.StatusForbidden {
			lead += " Öppna sidan på nytt och skicka formuläret därifrån."
		}
	}
	if wantsJSON(c) {
		return s.problem(c, status, title, lead, id)
	}
	view := s.errorView(c, status, title, lead, id, after)
	if renderErr := s.RenderStatus(c, status, "error/show", view); renderErr != nil {
		s.Log.Error("rendering the error page", "request", id, "err", renderErr)
		return c.Status(status).SendString(title + ". " + lead + " (" + id + ")")
	}
	return nil
}

// Refuse answers for an error with a page that has its own words for it: a form as it was typed, or where else to go. The log is told
// what happened, without the text for people where that may name who was first.
func (s *Site) Refuse(c *fiber.Ctx, err error, name string, view View) error {
	status, f, level := fault.Status(err), fault.Of(err), slog.LevelWarn
	if status >= fiber.StatusInternalServerError {
		level = slog.LevelError
	}
	retryAfter(c, status, f)
	if status == fiber.StatusConflict && f.Err != nil {
		err = f.Err
	}
	s.Log.Log(c.UserContext(), level, "refused", "request", c.Locals(requestIDKey), "status", status, "err", err)
	return s.RenderStatus(c, status, name, view)
}

// errorView is the page of a failure, with the ways on from there.
func (s *Site) errorView(c *fiber.Ctx, status int, title, lead, id string, after time.Duration) *ErrorView {
	view := &ErrorView{
		Page:   Page{Title: title, Lead: lead, NoIndex: true, NoStore: true, Path: "/"},
		Search: status == fiber.StatusNotFound,
		Links:  []Link{{"Till startsidan", "/"}, {"Kontakta oss", "/kontakt"}},
		Kept:   kept(c, status),
	}
	if status >= fiber.StatusInternalServerError {
		view.RequestID = id
	}
	switch {
	case status == fiber.StatusUnauthorized:
		view.Links = []Link{provingLink(c)}
	case status == fiber.StatusNotFound && s.who != nil:
		view.Links = append(waysIn(c), view.Links...)
	}
	if after > 0 {
		view.Retry = "Försök igen om " + inWords(after) + "."
	}
	return view
}

// waysIn are the links on the page of what is missing, or closed to the actor, to what would open it, and back.
func waysIn(c *fiber.Ctx) []Link {
	switch actor := access.From(c.UserContext()); {
	case actor.Anonymous(), actor.Unproved != "":
		return []Link{provingLink(c)}
	case actor.Role == access.Follower:
		return []Link{{"Så får du tillgång", helpPath}}
	}
	return nil
}

// provingLink leads to where whoever asks proves who they are.
func provingLink(c *fiber.Ctx) Link {
	if access.From(c.UserContext()).ID == "" {
		return Link{"Logga in", wayIn(c)}
	}
	return Link{"Bekräfta inloggningen", wayIn(c)}
}

// errRefused stands in the log for what the server refused before any middleware.
var errRefused = errors.New("refused by the server")

func statusOf(err error) int {
	var e *fiber.Error
	switch {
	case errors.As(err, &e):
		return e.Code
	case fault.Of(err) == nil && errors.Is(err, context.DeadlineExceeded): // see requestTime
		return fiber.StatusServiceUnavailable
	}
	return fault.Status(err)
}

func (s *Site) logFailure(c *fiber.Ctx, id string, status int, err error) {
	switch {
	case status >= fiber.StatusInternalServerError:
		s.Log.Error("failed", "request", id, "status", status, "err", err)
	case status != fiber.StatusNotFound:
		s.Log.Warn("refused", "request", id, "status", status, "err", err)
	default:
		s.Log.Debug("not found", "request", id, "err", err)
	}
}

// retryAfter tells the client when to try again, and returns it; zero when there is no such time.
func retryAfter(c *fiber.Ctx, status int, f *fault.Error) (after time.Duration) {
	switch {
	case f != nil && f.After > 0:
		after = f.After
	case status == fiber.StatusServiceUnavailable:
		after = 30 * time.Second
	case status == fiber.StatusTooManyRequests:
		after = time.Minute
	}
	if after > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(after.Seconds()))))
	}
	return after
}

func inWords(d time.Duration) string {
	switch seconds := int(math.Ceil(d.Seconds())); {
	case seconds <= 90:
		return Plural(seconds, "sekund", "sekunder")
	case d <= 2*time.Hour:
		return fmt.Sprintf("%d minuter", int(math.Ceil(d.Minutes())))
	}
	return fmt.Sprintf("%d timmar", int(math.Ceil(d.Hours())))
}

// kept returns what was typed in a refused form, but for what the program itself put there.
func kept(c *fiber.Ctx, status int) []KeptField {
	if c.Method() != fiber.MethodPost || status == fiber.StatusRequestEntityTooLarge {
		return nil
	}
	labels := map[string]string{
		"name": "Namn", "email": "E-post", "organisation": "Organisation", "title": "Vad du arbetar med",
		"purpose": "Varför du vill gå med", "message": "Meddelande", "reason": "Varför",
	}
	var out []KeptField
	c.Request().PostArgs().VisitAll(func(key, value []byte) {
		text := strings.ToValidUTF8(string(value), "")
		if label := labels[string(key)]; label != "" && text != "" {
			out = append(out, KeptField{Label: label, Value: text})
		}
	})
	return out
}

const jsonKey = "web.json"

// JSON marks the routes below it as answering JSON: their failures are problem details, never a page.
func JSON(c *fiber.Ctx) error {
	c.Locals(jsonKey, true)
	return c.Next()
}

// wantsJSON also knows the address: what is refused before the routes has no mark yet.
func wantsJSON(c *fiber.Ctx) bool {
	return c.Locals(jsonKey) != nil || strings.HasPrefix(c.Path(), "/api/")
}

// problem answers with RFC 9457 problem details.
func (s *Site) problem(c *fiber.Ctx, status int, title, detail, id string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if err := c.Status(status).JSON(fiber.Map{"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": "urn:nuso:request:" + id}); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return nil
}
