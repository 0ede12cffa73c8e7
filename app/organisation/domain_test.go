package organisation_test

import (
	"slices"
	"testing"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/organisation"
)

func TestDomains(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a domain", "karlstad.se", "karlstad.se"},
		{"of an address", "Anna.Berg@Karlstad.SE", "karlstad.se"},
		{"with a dot at its end and blanks", " karlstad.se. ", "karlstad.se"},
		{"with rings", "göteborg.se", "xn--gteborg-90a.se"},
		{"already in ASCII", "xn--gteborg-90a.se", "xn--gteborg-90a.se"},
		{"a subdomain", "skola.karlstad.se", "skola.karlstad.se"},
		{"of an address with two signs", `"a@b"@karlstad.se`, "karlstad.se"},
		{"where everybody may be", "gmail.com", ""},
		{"a country", "se", ""},
		{"no domain", "karlstad", ""},
		{"nothing", "", ""},
		{"a blank within", "karl stad.se", ""},
		{"letters that only look right", "kаrlstad.se", "xn--krlstad-2fg.se"},
		{"a line break", "karlstad.se\nx", ""},
		{"an address of a machine", "192.168.0.1", ""},
	} {
		got, err := organisation.Domain(row.text)
		if got != row.want || (err != nil) != (row.want == "") || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %q, %v, want %q", row.name, got, err, row.want)
		}
	}
}

func TestPeopleBelongWhereTheirDomainDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), as(t, access.Editor)
		district, err := s.Add(ctx, organisation.Draft{Kind: organisation.District, Name: "Farsta", Parent: stockholm})
		if err != nil {
			t.Fatal(err)
		}
		for id, domains := range map[string][]string{
			karlstad: {"Karlstad.se", "karlstad.se"}, stockholm: {"stockholm.se", "edu.stockholm.se"}, district.ID: {"stockholm.se"},
		} {
			if err := s.SetDomains(ctx, id, domains); err != nil {
				t.Fatal(err)
			}
		}
		for address, want := range map[string][]string{
			"a@karlstad.se": {"Karlstad"}, "a@mail.karlstad.se": {"Karlstad"}, "a@ond-karlstad.se": nil, "a@karlstad.se.example": nil,
			"a@stockholm.se": {"Stockholm", "Farsta"}, "a@edu.stockholm.se": {"Stockholm"}, "a@x.edu.stockholm.se": {"Stockholm"},
		} {
			found, err := s.ByDomain(t.Context(), address)
			var names []string
			for _, o := range found {
				names = append(names, o.Name)
			}
			if !slices.Equal(names, want) || err != nil {
				t.Errorf("%s: %q, %v, want %q", address, names, err, want)
			}
		}
		if err := s.SetDomains(ctx, karlstad, []string{"karlstad.se", "gmail.com"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a domain of everybody: %v, want Invalid", err)
		}
		if kept, err := s.Domains(ctx, karlstad); !slices.Equal(kept, []string{"karlstad.se"}) || err != nil {
			t.Errorf("kept: %q, %v", kept, err)
		}
		if err := s.SetDomains(ctx, karlstad, nil); err != nil {
			t.Fatal(err)
		}
		if found, _ := s.ByDomain(t.Context(), "a@karlstad.se"); len(found) > 0 {
			t.Errorf("without a domain %v is found", found)
		}
		if err := s.SetDomains(ctx, "kommun-9999", []string{"x.se"}); !fault.Is(err, fault.NotFound) {
			t.Errorf("of an unknown organisation: %v, want NotFound", err)
		}
	})
}
