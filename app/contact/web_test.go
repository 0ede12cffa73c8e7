package contact

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/web/webtest"
)

func TestTheFormIsServedFresh(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	page := r.get("/kontakt")
	page.Want(t, 200, `action="/kontakt"`, `name="name"`, `name="email"`, `name="message"`, `name="website"`, `name="proof" value=""`,
		`data-bits="16"`, `href="https://nuso.example/kontakt"`, "!ds-error-summary")
	if got := page.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q: a stamp must not be shared", got)
	}
	if page.Stamp(t) == r.get("/kontakt").Stamp(t) {
		t.Error("two pages have the same stamp")
	}
}

func TestAProvenFormIsThankedAndReloadSendsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		values := r.proven()
		r.post("/kontakt", values).WantRedirect(t, "/kontakt/tack")
		r.get("/kontakt/tack").Want(t, 200, "Tack för ditt meddelande", `name="robots" content="noindex"`)
		r.post("/kontakt", values).WantRedirect(t, "/kontakt/tack") // a second press
		if m := r.wantMails(1)[0]; m.ReplyTo != "anna@exempel.se" || !strings.Contains(m.Text, "Hej!\n\nHur tolkar") {
			t.Errorf("reply to %s:\n%s", m.ReplyTo, m.Text)
		}
	})
}

func TestAnUnprovenFormIsConfirmedByTheMailedLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		values := r.filled()
		answer := r.post("/kontakt", values, "Host", "evil.example", "X-Forwarded-Host", "evil.example")
		answer.WantRedirect(t, "/kontakt/vantar?")
		if location := answer.Header.Get("Location"); strings.Contains(location, "anna") {
			t.Errorf("the address is readable in %s", location)
		}
		r.get(answer.Header.Get("Location")).Want(t, 200, "anna@exempel.se", "24 timmar")
		if mail := r.wantMails(1)[0]; strings.Contains(mail.Text+mail.HTML, "evil") {
			t.Errorf("a forged host is mailed:\n%s", mail.Text)
		}

		link := confirmPath + "/" + r.token()
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
			page := r.do(webtest.Request(method, link, nil))
			if page.StatusCode != 200 || page.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d, %s", method, page.StatusCode, page.Header.Get("Cache-Control"))
			}
		}
		r.get(link).Want(t, 200, "Anna Berg", "anna@exempel.se", "Hur tolkar vi tabell 3", `action="`+link+`"`, `name="robots" content="noindex"`)
		r.wantMails(1)

		token := url.Values{"token": {r.token()}}
		cross := r.post(link, token, "Sec-Fetch-Site", "cross-site")
		cross.Want(t, 403)
		r.wantMails(1)
		r.post(link, token).WantRedirect(t, "/kontakt/tack")
		r.post(link, token).WantRedirect(t, "/kontakt/tack")
		r.get(link).Want(t, 404, "Länken går inte att använda", html.EscapeString(textLinkUsed), `href="/kontakt"`, "!Anna", "!tabell")
		r.wantMails(2)
	})
}

func TestALinkThatIsOldOrNotWholeSaysWhatToDo(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	r.post("/kontakt", r.filled()).WantRedirect(t, "/kontakt/vantar?")
	link := confirmPath + "/" + r.token()
	r.Clock.Advance(waitTime)
	for name, address := range map[string]string{"old": link, "cut": link[:len(link)-3], "altered": link + "a", "odd": confirmPath + "/~.x"} {
		t.Run(name, func(t *testing.T) {
			r.get(address).Want(t, 404, "Länken går inte att använda", html.EscapeString(textLinkOld), `href="/kontakt"`, "!Hur tolkar")
			r.post(address, nil).Want(t, 404, "Länken går inte att använda", html.EscapeString(textLinkOld))
		})
	}
	r.wantMails(1)
}

func TestATrappedFormIsAnsweredAsAnyOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, fill := range map[string]func(*rig) url.Values{"proven": (*rig).proven, "unproven": (*rig).filled} {
			t.Run(name, func(t *testing.T) {
				r := newRig(t, d)
				real := r.post("/kontakt", fill(r))
				sent, kept := len(r.mails()), r.count("contact_messages")
				values := fill(r)
				values.Set("website", "https://spam.example")
				trapped := r.post("/kontakt", values)
				to := map[string]string{"proven": "/kontakt/tack", "unproven": "/kontakt/vantar?"}[name]
				real.WantRedirect(t, to)
				trapped.WantRedirect(t, to)
				page, same := r.get(trapped.Header.Get("Location")), r.get(real.Header.Get("Location"))
				if page.Text != same.Text || page.StatusCode != same.StatusCode {
					t.Error("a program can tell the difference")
				}
				r.wantMails(sent)
				if n := r.count("contact_messages"); n != kept {
					t.Errorf("%d messages are kept, want %d", n, kept)
				}
			})
		}
	})
}

func TestWhatIsWrongIsToldAtItsFieldAndAllIsKept(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for _, c := range []struct {
		name, field, value, says string
	}{
		{"no name", "name", "", textNameShort},
		{"a name in two lines", "name", "Anna\r\nBcc: bo@exempel.se", textNameLine},
		{"no address", "email", "  ", textEmailMissing},
		{"an address with a line of a mail's head", "email", "anna@exempel.se\nBcc: bo@exempel.se", textEmailWrong},
		{"a short message", "message", "Hej!", textMessageShort},
		{"a personal number", "message", "Det gäller 19811218-9876.", "ett personnummer (rad 1, tecken 12)"},
		{"bytes that are no text", "message", "Hej p\xe5 dig, kommun", textUnreadable},
		{"a zero byte", "name", "Anna\x00 Berg", textUnreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			values := r.proven()
			values.Set(c.field, c.value)
			page := r.post("/kontakt", values, from(freshAddress())...)
			page.Want(t, 422, html.EscapeString(c.says), `aria-invalid="true"`, `href="#`+c.field+`"`, "data-form-summary")
			for field, typed := range values {
				if typed := strings.TrimSpace(typed[0]); field != c.field && strings.Contains("name email message", field) {
					page.Want(t, 422, strings.ReplaceAll(html.EscapeString(typed), "\r\n", "\n"))
				}
			}
			if page.Stamp(t) == values.Get("stamp") {
				t.Error("the stamp is the old one")
			}
		})
	}
	r.wantMails(0)
}

func TestAFormWithoutAGoodStampComesBackWithANewOne(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	old := r.get("/kontakt").Stamp(t)
	r.Clock.Advance(12*time.Hour + time.Second)
	fresh := r.get("/kontakt").Stamp(t)
	for name, stamp := range map[string]string{
		"missing": "", "old": old, "altered": fresh[:len(fresh)-2] + "xx", "another form's": r.Site.Stamp("annat"), "nonsense": "a.b.c\x00",
	} {
		t.Run(name, func(t *testing.T) {
			values := r.filled()
			values.Set("stamp", stamp)
			page := r.post("/kontakt", values, from(freshAddress())...)
			page.Want(t, 403, `value="Anna Berg"`, `value="anna@exempel.se"`, "Hur tolkar vi tabell 3", html.EscapeString(textStale))
			values.Set("stamp", page.Stamp(t))
			values.Set("proof", prove(page.Stamp(t)))
			r.post("/kontakt", values, from(freshAddress())...).WantRedirect(t, "/kontakt/tack")
		})
	}
}

func TestAPostFromElsewhereIsRefused(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for name, headers := range map[string][]string{
		"cross-site":        {"Sec-Fetch-Site", "cross-site"},
		"without an origin": {"Sec-Fetch-Site", ""},
		"of another origin": {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
	} {
		t.Run(name, func(t *testing.T) {
			r.post("/kontakt", r.proven(), headers...).Want(t, 403, "Anna Berg", "Hur tolkar vi tabell 3")
		})
	}
	r.wantMails(0)
}

func TestTooManyPostsWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		for range maxPosts {
			r.post("/kontakt", r.filled(), from("192.0.2.1")...)
		}
		r.Clock.Advance(90 * time.Second)
		page := r.post("/kontakt", r.proven(), from("192.0.2.1")...)
		page.Want(t, 429, `value="Anna Berg"`, `value="anna@exempel.se"`, "Hur tolkar vi tabell 3", "Försök igen om 9 minuter")
		if got := page.Header.Get("Retry-After"); got != "510" {
			t.Errorf("Retry-After %q, want 510", got)
		}
		r.post("/kontakt", r.proven(), from("192.0.2.2")...).WantRedirect(t, "/kontakt/tack")
	})
}

func TestTooManyLinksToOneAddressWait(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for range maxMailsTo {
		r.post("/kontakt", r.filled(), from(freshAddress())...).WantRedirect(t, "/kontakt/vantar?")
	}
	page := r.post("/kontakt", r.filled(), from(freshAddress())...)
	page.Want(t, 429, `value="Anna Berg"`, "Hur tolkar vi tabell 3", "En ny länk kan skickas om 24 timmar")
	if got := page.Header.Get("Retry-After"); got != "86400" {
		t.Errorf("Retry-After %q, want 86400", got)
	}
	r.wantMails(maxMailsTo)
}

func TestADatabaseThatIsAwayKeepsWhatWasTyped(t *testing.T) {
	d := dbtest.Any(t)
	r := newRig(t, d)
	values := r.proven()
	d.Close()
	page := r.post("/kontakt", values)
	page.Want(t, 503, `value="Anna Berg"`, `value="anna@exempel.se"`, "Hur tolkar vi tabell 3", html.EscapeString(textAway), "!Tack")
	if page.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if page.Stamp(t) != values.Get("stamp") {
		t.Error("another stamp: if the message was taken after all it would be sent twice")
	}
	r.get("/kontakt").Want(t, 200)
	r.get("/kontakt/tack").Want(t, 200)
	r.get(confirmPath+"/x").Want(t, 503, "!Tack")
	r.post(confirmPath+"/x", nil).Want(t, 503, "!Tack")
}

func TestTheLogNamesNobody(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	r.post("/kontakt", r.proven())
	r.get(r.post("/kontakt", r.filled()).Header.Get("Location"))
	r.post(confirmPath+"/"+r.token(), nil)
	values := r.filled()
	values.Set("message", "Det gäller Anna, 19811218-9876.")
	r.post("/kontakt", values)
	r.mails()
	for _, secret := range []string{"Anna", "anna@", "tolkar", "19811218"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("%q is in the log:\n%s", secret, r.log)
		}
	}
}

func freshAddress() string {
	id := strings.ReplaceAll(db.NewID(), "-", "")
	return fmt.Sprintf("2001:db8:%s:%s::1", id[24:28], id[28:32])
}

func freshMailbox() string { return "a" + db.NewID()[24:] + "@exempel.se" }
