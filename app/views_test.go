package main

import (
	"testing"
	"time"

	"github.com/jba/templatecheck"
)

// A template that names a field its view does not have, or that calls it wrongly, fails here and not on the page.
func TestEveryTemplateFitsItsView(t *testing.T) {
	s := newTestServer(t, testConfig(t), time.Now)
	for _, sample := range samples() {
		t.Run(sample.Name, func(t *testing.T) {
			set := s.site.Templates().Set(sample.Name)
			if set == nil {
				t.Fatal("no template")
			}
			if err := templatecheck.CheckHTML(set, sample.View); err != nil {
				t.Error(err)
			}
		})
	}
}
