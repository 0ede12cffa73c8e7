package bench

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"nuso.se/tools/guardian"
	"nuso.se/tools/runner"
)

func TestMain(m *testing.M) {
	guardian.Main()
	os.Exit(m.Run())
}

func TestAPagesTagsAreRead(t *testing.T) {
	got := wanted(`<head><link rel="stylesheet" href="/a.css"><link href=/i.svg rel=icon><link rel="canonical" href="/x">
		<link rel="alternate" href="/feed.atom"><script type="module" src='/a.mjs'></script><script type="application/ld+json">{}</script>
		<link rel="preload" as="font" href="/f.woff2"></head><img src="data:x"><img src="/p.svg" alt=""><img src="/l.svg" loading="lazy">`)
	if want := []string{"/a.css", "/i.svg", "/a.mjs", "/f.woff2", "/p.svg"}; !slices.Equal(got, want) {
		t.Errorf("wanted %v, want %v", got, want)
	}
}

func TestReferencesOfFilesAreRead(t *testing.T) {
	tests := []struct {
		name, file, body string
		want             []string
	}{
		{"fonts and imports of a style sheet", "/s/a.css", `@import "b.css";@font-face{src:url(./f.woff2)}a{background:url("data:x")}`, []string{"/s/b.css", "/s/f.woff2"}},
		{"imports of a module", "/s/a.mjs", `import"./b.mjs";import{x}from"/c.mjs";`, []string{"/s/b.mjs", "/c.mjs"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := references(tt.file, tt.body); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAVisitCountsEachFileOnceAndFontsApart(t *testing.T) {
	files := map[string]string{
		"/p":         `<link rel=stylesheet href=/a.css><link rel=preload href=/f.woff2><script src=/a.mjs></script><script src=/a.mjs></script>`,
		"/a.css":     `@font-face{src:url(/f.woff2)}`,
		"/f.woff2":   strings.Repeat("f", 100),
		"/a.mjs":     `import"./b.mjs"`,
		"/b.mjs":     `1`,
		"/elsewhere": `<script src=https://example.com/x.js></script>`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") == "gzip" && !strings.HasSuffix(r.URL.Path, "woff2") {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			fmt.Fprint(z, files[r.URL.Path])
			return
		}
		fmt.Fprint(w, files[r.URL.Path])
	}))
	defer server.Close()
	addr := server.Listener.Addr().String()
	got, err := visit(t.Context(), addr, "/p")
	if err != nil {
		t.Fatal(err)
	}
	plain := len(files["/p"]) + len(files["/a.css"]) + len(files["/a.mjs"]) + len(files["/b.mjs"])
	if got.requests != 4 || got.fonts != 100 || got.brotli != plain || got.html == 0 || got.text <= got.html {
		t.Errorf("weighed %+v", got)
	}
	if _, err := visit(t.Context(), addr, "/elsewhere"); err == nil {
		t.Error("a request to another host was let pass")
	}
}

func TestNginxGetsTheVeryBytes(t *testing.T) {
	b := &bench{Runner: &runner.Runner{}, pages: []page{{"home", "/"}, {"list", "/nyheter"}}}
	config := b.config("/tmp/with space", "127.0.0.1:9")
	for _, want := range []string{`root "/tmp/with space/files"`, "listen 127.0.0.1:9;", "gzip_static on", "location = /nyheter { try_files /1.html"} {
		if !strings.Contains(config, want) {
			t.Errorf("the configuration lacks %q:\n%s", want, config)
		}
	}
}

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{0: nil, 1: {1}, 2: {3, 1, 2}, 4: {4, 9}} {
		if got := median(values); got != want {
			t.Errorf("median(%v) = %v, want %v", values, got, want)
		}
	}
}

func TestBenchmarkLinesAreRead(t *testing.T) {
	found := benchmark.FindAllStringSubmatch("goos: linux\nBenchmarkRender2kB-2   \t    3000\t    512345 ns/op\t 100 B/op\nPASS\n", -1)
	if len(found) != 1 || found[0][1] != "Render2kB" || found[0][2] != "512345" {
		t.Errorf("read %v", found)
	}
}

func TestTheSearchBenchmarkIsRead(t *testing.T) {
	rows := searchRows("goos: linux\nBenchmarkService/index-2 \t 100\t 9.797 ns/op\t 172.6 MB-highest\t 63.92 documents/s\n" +
		"BenchmarkService/search_with_facets-2 \t 151\t 48703542 ns/op\t 172.6 MB-highest\t 32.95 p50-ms\t 280.0 p99-ms\nPASS\n")
	if rows["index"]["documents/s"] != 63.92 || rows["search_with_facets"]["p50-ms"] != 32.95 || rows["search_with_facets"]["p99-ms"] != 280 || len(rows) != 2 {
		t.Errorf("%v", rows)
	}
}
