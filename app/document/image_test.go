package document_test

import (
	"image/color"
	"strings"
	"testing"

	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/fault"
	"nuso.se/app/web/webtest"
)

func red() color.Color  { return color.RGBA{R: 255, A: 255} }
func blue() color.Color { return color.RGBA{B: 255, A: 255} }

// image returns the picture of a file, as documents show it.
func (h *house) image(path string) document.Image {
	h.Helper()
	var images []document.Image
	if err := h.db.Read(system()).Where("path = ?", path).Find(&images).Error; err != nil {
		h.Fatal(err)
	}
	if len(images) == 0 {
		return document.Image{}
	}
	return images[0]
}

func TestPicturesAreServedByTheHashOfTheirBytes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "![En röd ruta](ruta.png)"))
		h.picture("nyheter/ruta.png", 3, 2, red())
		h.sync()
		stored := h.image("nyheter/ruta.png")
		doc := h.find(document.News, "a")
		for _, part := range []string{`src="/bilder/` + stored.Hash + `/ruta.png"`, `width="3"`, `height="2"`, `alt="En röd ruta"`} {
			if !strings.Contains(doc.HTML, part) {
				t.Errorf("the text lacks %s:\n%s", part, doc.HTML)
			}
		}
		served, err := h.docs.Image(visitor(), stored.Hash)
		if err != nil || string(served.Data) != string(h.files["nyheter/ruta.png"].Data) || served.MediaType != "image/png" {
			t.Errorf("served %d bytes of %s: %v", len(served.Data), served.MediaType, err)
		}
		for _, hash := range []string{"", "x", strings.ToUpper(stored.Hash), stored.Hash[:10]} {
			if _, err := h.docs.Image(visitor(), hash); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v, want NotFound", hash, err)
			}
		}
	})
}

func TestAChangedPictureChangesTheTextsThatShowIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "![En ruta](ruta.png)"))
		h.put(b, source("nyhet-b", "utan bild"))
		h.picture("nyheter/ruta.png", 3, 2, red())
		h.sync()
		old, announced, version := h.image("nyheter/ruta.png"), h.announcement(), h.find(document.News, "a").Version
		h.picture("nyheter/ruta.png", 5, 4, blue())
		wantReport(t, h.sync(), document.Report{Unchanged: 2})
		doc := h.find(document.News, "a")
		if !strings.Contains(doc.HTML, h.image("nyheter/ruta.png").Hash) || !strings.Contains(doc.HTML, `width="5"`) {
			t.Errorf("the text shows the old picture:\n%s", doc.HTML)
		}
		if h.announcement() == announced || doc.Version != version {
			t.Errorf("announced %v, version %d, was %d", h.announcement() != announced, doc.Version, version)
		}
		if _, err := h.docs.Image(visitor(), old.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("the old picture: %v", err)
		}
		h.remove("nyheter/ruta.png")
		h.sync()
		if doc := h.find(document.News, "a"); strings.Contains(doc.HTML, "<img") || !strings.Contains(doc.HTML, "En ruta") {
			t.Errorf("the picture is gone, the text shows it:\n%s", doc.HTML)
		}
		h.changesNothing(false)
	})
}

func TestTheAddressOfAPictureAnswersForAYear(t *testing.T) {
	h := newHouse(t, dbtest.Any(t)) // the app has no engine of its own
	h.put(a, source("nyhet-a", "![En ruta](ruta.png)"))
	h.picture("nyheter/ruta.png", 3, 2, red())
	h.sync()
	p := webtest.New(t, h.clock, nil)
	p.App.Get("/bilder/:hash/:name", document.NewHandler(h.docs).Image)
	address := h.image("nyheter/ruta.png").Address()
	answer, body := p.Get(t, address)
	if answer.StatusCode != 200 || body != string(h.files["nyheter/ruta.png"].Data) {
		t.Errorf("%s: status %d, %d bytes", address, answer.StatusCode, len(body))
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
	} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, address := range []string{"/bilder/0000/ruta.png", strings.Replace(address, "/ruta.png", "", 1), "/bilder"} {
		if answer, _ := p.Get(t, address); answer.StatusCode != 404 || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, %v", address, answer.StatusCode, answer.Header)
		}
	}
}
