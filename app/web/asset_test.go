package web_test

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"nuso.se/app/web"
	"nuso.se/static"
	"nuso.se/themes"
)

const css = "app-4ccbb00b2f.css"

func builtAssets(t *testing.T) fstest.MapFS {
	t.Helper()
	text := strings.Repeat("body{color:black}", 100)
	var gz, br bytes.Buffer
	w := gzip.NewWriter(&gz)
	b := brotli.NewWriter(&br)
	for _, out := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{w, b} {
		if _, err := out.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return fstest.MapFS{
		"manifest.json":         {Data: []byte(`{"app.css":"` + css + `","filter.mjs":"filter-1.mjs","source-sans-3.woff2":"source-sans-3-1.woff2"}`)},
		css:                     {Data: []byte(text)},
		css + ".gz":             {Data: gz.Bytes()},
		css + ".br":             {Data: br.Bytes()},
		"filter-1.mjs":          {Data: []byte("export {}")},
		"secret.txt":            {Data: []byte("hemligt")},
		"source-sans-3-1.woff2": {Data: []byte("wOF2")},
	}
}

func TestAssets(t *testing.T) {
	f := newFixture(t, func(o *web.Options) { o.Dist = builtAssets(t) })
	f.app.Get(web.AssetPrefix+":name", f.site.Asset)
	if !f.site.Built() {
		t.Error("not built")
	}
	plain := f.get("/static/" + css)
	for _, accept := range []string{"", "gzip", "gzip, br"} {
		got := f.get("/static/"+css, "Accept-Encoding", accept)
		got.want(t, 200)
		if got.Body != plain.Body || !strings.HasPrefix(plain.Body, "body{color:black}") {
			t.Errorf("%q: another text: %.60q", accept, got.Body)
		}
		want := ""
		if accept != "" {
			want = strings.TrimSpace(accept[max(strings.LastIndex(accept, ",")+1, 0):])
		}
		got.wantHeader(t, "Content-Encoding", want)
		got.wantHeader(t, "Content-Type", "text/css; charset=utf-8")
		got.wantHeader(t, "Cache-Control", "public, max-age=31536000, immutable")
		got.wantHeader(t, "Vary", "Accept-Encoding")
		wantSafe(t, got)
	}
	f.get("/static/"+css, "If-None-Match", plain.Header.Get("ETag")).want(t, 304)
	f.get("/static/filter-1.mjs", "Accept-Encoding", "gzip").wantHeader(t, "Content-Type", "text/javascript; charset=utf-8")
	f.get("/static/source-sans-3-1.woff2").wantHeader(t, "Content-Type", "font/woff2")
	for _, name := range []string{"secret.txt", "manifest.json", "app.css", css + ".gz", "..", "x"} {
		f.get("/static/"+name).want(t, 404)
	}
}

func TestASiteThatWasNotBuiltServesPagesWithoutStyles(t *testing.T) {
	f := newFixture(t)
	f.page("/", func() string { return "ord" }, func(v *testView) { v.Scripts = []string{"filter"} })
	got := f.get("/")
	got.want(t, 200, "ord")
	if f.site.Built() || strings.Contains(got.Body, "src=") || strings.Contains(got.Body, "stylesheet") {
		t.Errorf("addresses of what is not there:\n%s", got.Body)
	}
}

func TestABuiltSiteNamesItsAssets(t *testing.T) {
	f := newFixture(t, func(o *web.Options) { o.Dist = builtAssets(t) })
	f.page("/", func() string { return "ord" }, func(v *testView) { v.Scripts = []string{"filter"} })
	f.get("/").want(t, 200, `href="/static/`+css+`"`, `src="/static/filter-1.mjs"`)
}

func TestDamagedAssetsStopTheStart(t *testing.T) {
	lost, damaged := builtAssets(t), builtAssets(t)
	delete(lost, css)
	damaged["manifest.json"] = &fstest.MapFile{Data: []byte("{")}
	for name, dist := range map[string]fstest.MapFS{css: lost, "manifest": damaged} {
		_, err := web.New(web.Options{Theme: tinyTheme(), Dist: dist, Samples: samples()})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want an error about %s", err, name)
		}
	}
}

// What was really built must be addresses that canonical lets through, or every page would be redirected to no style.
func TestTheRealAssetsAndThemeWork(t *testing.T) {
	theme, err := fs.Sub(themes.Files, "nuso")
	if err != nil {
		t.Fatal(err)
	}
	dist, err := fs.Sub(static.Dist, "dist")
	if err != nil {
		t.Fatal(err)
	}
	views, err := fs.Glob(theme, "*/*.html")
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, func(o *web.Options) {
		o.Theme, o.Dist, o.Samples = theme, dist, nil
		for _, name := range views { // the views' own types are main's matter: see app/views_test.go
			if folder, _, _ := strings.Cut(name, "/"); !strings.Contains("layouts partials mail error", folder) {
				o.Samples = append(o.Samples, web.Sample{Name: strings.TrimSuffix(name, ".html"), View: &testView{}})
			}
		}
	})
	f.app.Get(web.AssetPrefix+":name", f.site.Asset)
	got := f.get("/finns-inte")
	got.want(t, 404, notFound, `<title>Sidan finns inte – NUSO</title>`, `name="q"`)
	if !f.site.Built() {
		t.Skip("the assets are not built: nothing more to look at")
	}
	for _, part := range strings.Split(got.Body, `"`) {
		if strings.HasPrefix(part, web.AssetPrefix) {
			f.get(part).want(t, 200)
		}
	}
}
