package load

import (
	"fmt"
	"strings"
	"testing"
)

func TestPathsComeFromTheSitemap(t *testing.T) {
	body := `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` +
		`<url><loc>https://nuso.example</loc></url>`
	for i := range 10 {
		body += fmt.Sprintf(`<url><loc>https://nuso.example/nyheter/%d</loc></url>`, i)
	}
	paths, err := locations([]byte(body + "</urlset>"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/", "/nyheter/9", "/feed.atom"} {
		if !strings.Contains("\n"+strings.Join(paths, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("%s is missing in %v", want, paths)
		}
	}
	if script := mix(paths); !strings.Contains(script, `"/nyheter/9",`) || !strings.Contains(script, "/sok?q=barn") {
		t.Errorf("the script:\n%s", script)
	}
}

func TestAnEmptySitemapIsAnError(t *testing.T) {
	if _, err := locations([]byte(`<urlset></urlset>`)); err == nil {
		t.Error("taken for a site")
	}
}
