package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/web"
)

const base = "https://nuso.example"

// testView is the one page of the tiny theme.
type testView struct {
	web.Page
	Text string
}

func samples() []web.Sample { return []web.Sample{{Name: "test/show", View: &testView{}}} }

// tinyTheme is a theme with the least that a Site needs.
func tinyTheme() fstest.MapFS {
	return fstest.MapFS{
		"layouts/base.html": {Data: []byte(`{{define "base"}}<html lang="{{.Lang}}"><head><title>{{.Title}}</title><link rel="canonical" href="{{.Canonical}}">` +
			`{{with .Assets.CSS}}<link rel="stylesheet" href="{{.}}">{{end}}{{range .Scripts}}<script src="{{.}}"></script>{{end}}` +
			`{{range .Nav}}<a href="{{.Path}}"{{if .Current}} aria-current="true"{{end}}>{{.Title}}</a>{{end}}</head>` +
			`<body>{{with .Banner}}<aside>{{.}}</aside>{{end}}{{template "content" .}}</body></html>{{end}}`)},
		"partials/lead.html": {Data: []byte(`{{define "lead"}}<h1>{{.Title}}</h1><p>{{.Lead}}</p>{{end}}`)},
		"test/show.html":     {Data: []byte(`{{define "content"}}{{template "lead" .}}<main>{{.Text}}</main>{{end}}`)},
		"error/show.html": {Data: []byte(`{{define "content"}}{{template "lead" .}}{{with .RequestID}}<code>{{.}}</code>{{end}}{{.Retry}}` +
			`{{range .Kept}}<dt>{{.Label}}</dt><dd>{{.Value}}</dd>{{end}}{{range .Links}}<a href="{{.Path}}">{{.Title}}</a>{{end}}{{end}}`)},
	}
}

// source is what a page cache follows, moved by hand.
type source struct {
	mu     sync.Mutex
	number int64
	turn   time.Time
	err    error
}

func (s *source) Announcement(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number, s.err
}

func (s *source) NextTurn(context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.turn, s.err
}

func (s *source) set(change func(*source)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// lines is a log that tests read.
type lines struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

// fixture is a Site with its app on a real listener.
type fixture struct {
	testing.TB
	site   *web.Site
	app    *fiber.App
	clock  *clock.Fake
	source *source
	log    *lines
	nudge  chan struct{}
	start  sync.Once
	addr   string
}

// noon is when tests happen unless they say otherwise.
func noon() time.Time { return clock.At(2026, time.March, 4, 12, 0, 0) }

// newFixture makes a site; change may alter its options. Add routes to app before the first request.
func newFixture(t testing.TB, change ...func(*web.Options)) *fixture {
	t.Helper()
	f := &fixture{TB: t, clock: clock.NewFake(noon()), source: &source{number: 1}, log: &lines{}, nudge: make(chan struct{})}
	o := web.Options{
		BaseURL: base, Secret: []byte("a secret of thirty-two bytes and"), Now: f.clock.Now, Theme: tinyTheme(), Dist: fstest.MapFS{},
		Log:     slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Samples: samples(), Source: f.source,
	}
	for _, c := range change {
		c(&o)
	}
	var err error
	if f.site, err = web.New(o); err != nil {
		t.Fatal(err)
	}
	f.app = f.site.App()
	return f
}

// uncached leaves the page cache out.
func uncached(o *web.Options) { o.Source = nil }

// page adds a route that shows a page whose text is what text returns at each rendering.
func (f *fixture) page(path string, text func() string, change ...func(*testView)) {
	f.app.Get(path, func(c *fiber.Ctx) error {
		view := &testView{Page: web.Page{Title: "Sida", Path: path}, Text: text()}
		for _, change := range change {
			change(view)
		}
		return f.site.Render(c, "test/show", view)
	})
}

// serve begins to serve on a listener and follows the source.
func (f *fixture) serve() string {
	f.start.Do(func() {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			f.Fatal(err)
		}
		f.addr = listener.Addr().String()
		ctx, stop := context.WithCancel(context.Background())
		var work sync.WaitGroup
		work.Go(func() { f.site.Watch(ctx, f.nudge) })
		work.Go(func() { _ = f.app.Listener(listener) })
		f.Cleanup(func() {
			stop()
			_ = f.app.ShutdownWithTimeout(50 * time.Millisecond)
			work.Wait()
		})
	})
	return f.addr
}

// announce changes the source and returns when the site has seen it.
func (f *fixture) announce(change func(*source)) {
	f.serve()
	f.source.set(change)
	f.nudge <- struct{}{}
	f.nudge <- struct{}{} // taken only when the first has been looked into
}

func again(s *source) { s.number++ }

// answer is a response that has been read. Body is decoded.
type answer struct {
	Status int
	Header http.Header
	Body   string
}

// ask sends a request with a raw target, so that nothing tidies the address, and reads the answer.
func (f *fixture) ask(method, target string, headers ...string) answer {
	f.Helper()
	return f.send(method, target, "", headers...)
}

func (f *fixture) get(target string, headers ...string) answer {
	f.Helper()
	return f.send("GET", target, "", headers...)
}

// form posts a form; headers are pairs of name and value.
func (f *fixture) form(target, body string, headers ...string) answer {
	f.Helper()
	return f.send("POST", target, body, append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
}

func (f *fixture) send(method, target, body string, headers ...string) answer {
	f.Helper()
	var out strings.Builder
	host := "Host: nuso.example\r\n"
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			host = ""
		}
		fmt.Fprintf(&out, "%s: %s\r\n", headers[i], headers[i+1])
	}
	if body != "" || method == "POST" {
		fmt.Fprintf(&out, "Content-Length: %d\r\n", len(body))
	}
	return f.raw(method, method+" "+target+" HTTP/1.1\r\n"+host+out.String()+"Connection: close\r\n\r\n"+body)
}

// raw sends the bytes as they are.
func (f *fixture) raw(method, request string) answer {
	f.Helper()
	conn, err := net.Dial("tcp", f.serve())
	if err != nil {
		f.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	go func() { _, _ = io.WriteString(conn, request) }() // a refused request may be answered before it is read to its end
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		f.Fatalf("%.80q: %v", request, err)
	}
	defer response.Body.Close()
	return answer{Status: response.StatusCode, Header: response.Header, Body: f.decoded(response)}
}

func (f *fixture) decoded(response *http.Response) string {
	f.Helper()
	var body io.Reader = response.Body
	var err error
	switch response.Header.Get("Content-Encoding") {
	case "br":
		body = brotli.NewReader(response.Body)
	case "gzip":
		if body, err = gzip.NewReader(response.Body); err == io.EOF { // HEAD
			return ""
		}
	}
	if err != nil {
		f.Fatal(err)
	}
	text, err := io.ReadAll(body)
	if err != nil && response.Request.Method != "HEAD" {
		f.Fatal(err)
	}
	return string(text)
}

func (a answer) want(t testing.TB, status int, parts ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d:\n%.300s", a.Status, status, a.Body)
	}
	for _, part := range parts {
		if !strings.Contains(a.Body, part) {
			t.Errorf("the answer lacks %q:\n%.600s", part, a.Body)
		}
	}
}

func (a answer) wantHeader(t testing.TB, name, value string) {
	t.Helper()
	if got := a.Header.Get(name); got != value {
		t.Errorf("%s: %q, want %q", name, got, value)
	}
}

func without(theme fstest.MapFS, name string) fs.FS {
	delete(theme, name)
	return theme
}

func with(theme fstest.MapFS, name, text string) fs.FS {
	theme[name] = &fstest.MapFile{Data: []byte(text)}
	return theme
}
