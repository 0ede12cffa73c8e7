package web_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/web"
)

func TestAnswersOfDifferentVisitorsNeverMix(t *testing.T) {
	f := newFixture(t, uncached)
	f.app.Get("/:name", func(c *fiber.Ctx) error {
		text := strings.Repeat(c.Params("name")+" ", 2000)
		return f.site.Render(c, "test/show", &testView{Page: web.Page{Title: c.Params("name"), Path: "/", NoStore: true}, Text: text})
	})
	var visitors sync.WaitGroup
	for visitor := range 8 {
		visitors.Go(func() {
			for round := range 60 {
				name := fmt.Sprintf("besokare-%d-%d", visitor, round)
				if got := strings.Count(f.get("/"+name).Body, name); got != 2002 {
					t.Errorf("%s got %d of 2002 own words", name, got)
					return
				}
			}
		})
	}
	visitors.Wait()
}
