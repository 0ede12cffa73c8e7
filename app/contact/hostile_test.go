package contact

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"nuso.se/app/db/dbtest"
	"nuso.se/app/web/webtest"
)

func TestOddPostsAreRefusedWithAPage(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for _, c := range []struct {
		name, mediaType, body string
		status                int
	}{
		{"JSON", "application/json", `{"name":"Anna Berg","email":"anna@exempel.se","message":"Hej på er alla"}`, 422},
		{"files", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAnna\r\n--x--\r\n", 422},
		{"broken files", "multipart/form-data", "--", 422},
		{"no media type", "", "name=Anna", 422},
		{"an empty form", "application/x-www-form-urlencoded", "", 403},
		{"broken escapes", "application/x-www-form-urlencoded", "name=%zz&stamp=%&=&&&email", 403},
		{"many fields", "application/x-www-form-urlencoded", strings.Repeat("name=a&", 50_000), 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := r.do(webtest.Request(http.MethodPost, "/kontakt", strings.NewReader(c.body), "Content-Type", c.mediaType, "Sec-Fetch-Site", "same-origin"))
			page.Want(t, c.status, "<h1>", "!goroutine")
		})
	}
	r.wantMails(0)
}

func TestWhatIsTypedIsNeverMarkup(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	corpus := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</textarea><svg onload=alert(1)>`, `' autofocus onfocus=alert(1) x='`,
		`javascript:alert(1)//`, `{{.Stamp}}<!--`, `<a href="javascript:alert(1)">x</a>`, "<plaintext>\u2028<x y=\u202e>",
	}
	form, confirm, mailed := r.pagesOf("a", "a", "a")
	for _, evil := range corpus {
		t.Run(evil, func(t *testing.T) {
			evilForm, evilConfirm, evilMailed := r.pagesOf(evil, evil, evil)
			wantSameElements(t, "the form", form, evilForm)
			wantSameElements(t, "the page behind the link", confirm, evilConfirm)
			wantSameElements(t, "the mail", mailed, evilMailed)
			r.get(pendingPath+"?till="+url.QueryEscape(evil)).Want(t, 200, textSomeAddress, "!alert(1)")
		})
	}
}

// pagesOf returns the three places where typed words are shown: the refused form, the page behind the link, and the
// mail to the office. Where the words would be refused, as much of them as passes is shown.
func (r *rig) pagesOf(name, email, message string) (form, confirm, mailed string) {
	r.t.Helper()
	values := r.filled()
	values.Set("name", name)
	values.Set("email", email)
	values.Set("message", message)
	page := r.post("/kontakt", values, from(freshAddress())...)
	page.Want(r.t, 422)

	values = r.filled()
	values.Set("name", strings.Map(dropUnfit, name)+" Berg")
	values.Set("email", freshMailbox())
	values.Set("message", message+" och mer därtill")
	r.post("/kontakt", values, from(freshAddress())...).WantRedirect(r.t, "/kontakt/vantar?")
	link := confirmPath + "/" + r.token()
	confirm = r.get(link).Text
	r.post(link, nil).WantRedirect(r.t, "/kontakt/tack")
	mails := r.mails()
	return page.Text, confirm, mails[len(mails)-1].HTML
}

func TestAMegabyteIsTooMuch(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- r.App.Listener(listener) }()
	defer func() { _ = r.App.Shutdown(); <-served }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /kontakt HTTP/1.1\r\nHost: nuso.example\r\nSec-Fetch-Site: same-origin\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\nmessage=aaaa", 1<<20+1)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	webtest.Answer{Response: response, Text: string(body)}.Want(t, 413, "Det du skickade är för stort")
}

// elements counts the elements of a page, those that hold a handler or a script's address as "!".
func elements(t *testing.T, page string) map[string]int {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		counts[node.Data]++
		for _, a := range node.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "href" && strings.HasPrefix(a.Val, "javascript:") {
				counts["!"]++
			}
		}
	}
	return counts
}

// wantSameElements fails when a page has more of any element than the clean one.
func wantSameElements(t *testing.T, what, clean, page string) {
	t.Helper()
	allowed := elements(t, clean)
	for name, n := range elements(t, page) {
		if n > allowed[name] {
			t.Errorf("%s has %d of <%s>, want %d", what, n, name, allowed[name])
		}
	}
}

func dropUnfit(r rune) rune {
	if unfitForLine(r) {
		return -1
	}
	return r
}
