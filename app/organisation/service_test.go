package organisation_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/organisation"
	"nuso.se/app/search"
)

const karlstad, stockholm = "kommun-1780", "kommun-0180"

func newService(t *testing.T, d *db.DB) *organisation.Service {
	t.Helper()
	s := organisation.New(d, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	if err := s.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func as(t *testing.T, role access.Role) context.Context {
	return access.With(t.Context(), access.Actor{ID: "person", Role: role})
}

func TestTypesAndSchemaAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, organisation.Models()...) })
}

func TestMunicipalitiesStandInTheTableAndInSearchOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		first, err := search.Versions(d.Read(t.Context()), organisation.SearchKind)
		if err != nil || len(first) != 290 || first[karlstad] == 0 {
			t.Fatalf("%d are found, %v", len(first), err)
		}
		before, err := d.Announcement(t.Context())
		if err == nil {
			err = s.Boot(t.Context())
		}
		after, err2 := d.Announcement(t.Context())
		if err != nil || err2 != nil || before != after {
			t.Errorf("another start changes something: announcement %d and then %d, %v, %v", before, after, err, err2)
		}
		if err := d.Tx(t.Context(), func(tx db.Tx) error {
			return tx.Exec("UPDATE organisations SET name = 'Karlsta', slug = 'karlsta' WHERE id = ?", karlstad).Error
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Boot(t.Context()); err != nil {
			t.Fatal(err)
		}
		var name string
		if err := d.Read(t.Context()).Raw("SELECT name FROM organisations WHERE id = ?", karlstad).Scan(&name).Error; err != nil || name != "Karlstad" {
			t.Errorf("what the program says is %q after a start, %v", name, err)
		}
	})
}

// Every verb that writes, or tells what is not public, by role.
func TestOnlyTheOfficeEntersOrganisations(t *testing.T) {
	d := dbtest.Any(t)
	s := newService(t, d)
	verbs := map[string]func(context.Context) error{
		"Add": func(ctx context.Context) error {
			_, err := s.Add(ctx, organisation.Draft{Kind: organisation.Region, Name: "Region " + string(access.From(ctx).Role)})
			return err
		},
		"SetDomains": func(ctx context.Context) error { return s.SetDomains(ctx, karlstad, []string{"karlstad.example"}) },
		"Domains":    func(ctx context.Context) error { _, err := s.Domains(ctx, karlstad); return err },
		"Find":       func(ctx context.Context) error { _, _, err := s.Find(ctx, organisation.Filter{Limit: 1}); return err },
		"Entered":    func(ctx context.Context) error { _, err := s.Entered(ctx, stockholm); return err },
		"Record": func(ctx context.Context) error {
			e, err := s.Entered(as(t, access.Editor), stockholm)
			if err != nil {
				t.Fatal(err)
			}
			return s.Record(ctx, stockholm, e.Version, nil, nil)
		},
		"Enter": func(ctx context.Context) error { return s.Enter(ctx, karlstad, "delstudie-1-2024", true) },
	}
	for name, verb := range verbs {
		for _, role := range []access.Role{access.Visitor, access.Follower, access.Member, access.Contact, access.Regional, access.Researcher} {
			if err := verb(as(t, role)); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s by %q: %v, want NotFound", name, role, err)
			}
		}
		for _, role := range []access.Role{access.Editor, access.Admin} {
			if err := verb(as(t, role)); err != nil {
				t.Errorf("%s by %q: %v", name, role, err)
			}
		}
	}
}

func TestAddingAnOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), as(t, access.Editor)
		district, err := s.Add(ctx, organisation.Draft{Kind: organisation.District, Name: "  Hässelby–  Vällingby ", Parent: stockholm})
		if err != nil || district.Name != "Hässelby– Vällingby" || district.County != "01" || *district.ParentID != stockholm {
			t.Errorf("a district: %+v, %v", district, err)
		}
		p, err := s.BySlug(t.Context(), "stockholm")
		if err != nil || len(p.Districts) != 1 || p.Districts[0].ID != district.ID {
			t.Errorf("of the municipality: %+v, %v", p.Districts, err)
		}
		for _, row := range []struct {
			name   string
			draft  organisation.Draft
			fields []string
		}{
			{"nothing", organisation.Draft{}, []string{"name", "kind"}},
			{"a municipality", organisation.Draft{Kind: organisation.Kommun, Name: "Nystad"}, []string{"kind"}},
			{"an unknown kind", organisation.Draft{Kind: "planet", Name: "Mars"}, []string{"kind"}},
			{"a district of none", organisation.Draft{Kind: organisation.District, Name: "Öster"}, []string{"parent"}},
			{"a district of what is no municipality", organisation.Draft{Kind: organisation.District, Name: "Öster", Parent: district.ID}, []string{"parent"}},
			{"a region of a municipality", organisation.Draft{Kind: organisation.Region, Name: "Region", Parent: stockholm}, []string{"parent"}},
			{"a county that is none", organisation.Draft{Kind: organisation.Region, Name: "Region", County: "02"}, []string{"county"}},
			{"a long name", organisation.Draft{Kind: organisation.Region, Name: string(make([]rune, 121))}, []string{"name"}},
		} {
			_, err := s.Add(ctx, row.draft)
			var fields []string
			if f := fault.Of(err); f != nil {
				for _, field := range f.Fields {
					fields = append(fields, field.Name)
				}
			}
			if diff := cmp.Diff(row.fields, fields); diff != "" || !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v; - want, + got:\n%s", row.name, err, diff)
			}
		}
		if _, err := s.Add(ctx, organisation.Draft{Kind: organisation.District, Name: "Hässelby– Vällingby", Parent: stockholm}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same again: %v, want Conflict", err)
		}
		if _, err := s.Add(ctx, organisation.Draft{Kind: organisation.District, Name: "Hässelby– Vällingby", Parent: karlstad}); err != nil {
			t.Errorf("the same name elsewhere: %v", err)
		}
	})
}

// What has ended is chosen, found and taken for another no more, and its name is free.
func TestAnOrganisationThatHasEndedIsOfferedToNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), as(t, access.Editor)
		offered := func(o organisation.Organisation) (where []string) {
			t.Helper()
			is := func(other organisation.Organisation) bool { return other.ID == o.ID }
			others, err := s.Others(ctx)
			found, err2 := s.ByDomain(ctx, "anna@fou.example")
			p, err3 := s.BySlug(ctx, "stockholm")
			if err := errors.Join(err, err2, err3); err != nil {
				t.Fatal(err)
			}
			for name, all := range map[string][]organisation.Organisation{"others": others, "domain": found, "districts": p.Districts} {
				if slices.ContainsFunc(all, is) {
					where = append(where, name)
				}
			}
			slices.Sort(where)
			return where
		}
		draft := organisation.Draft{Kind: organisation.District, Name: "Farsta", Parent: stockholm}
		old, err := s.Add(ctx, draft)
		if err == nil {
			err = s.SetDomains(ctx, old.ID, []string{"fou.example"})
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := offered(old); !slices.Equal(got, []string{"districts", "domain", "others"}) {
			t.Errorf("while it is there: %q", got)
		}
		err = d.Tx(t.Context(), func(tx db.Tx) error {
			return tx.Exec("UPDATE organisations SET ended_at = 1 WHERE id = ?", old.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := offered(old); len(got) > 0 {
			t.Errorf("when it has ended: %q", got)
		}
		if anew, err := s.Ensure(ctx, organisation.University, "Farsta"); err != nil || anew.ID == old.ID {
			t.Errorf("another of the name: %+v, %v", anew, err)
		}
		if anew, err := s.Add(ctx, draft); err != nil || anew.ID == old.ID {
			t.Errorf("the same anew: %+v, %v", anew, err)
		}
	})
}

func TestWhoTakesPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), as(t, access.Editor)
		areas := func() []string {
			p, err := s.BySlug(t.Context(), "karlstad")
			if err != nil {
				t.Fatal(err)
			}
			var areas []string
			for _, r := range p.Rounds {
				areas = append(areas, r.Area)
			}
			return areas
		}
		before, _ := d.Announcement(t.Context())
		for _, round := range []string{"delstudie-3-2024", "delstudie-1-2024", "delstudie-1-2024"} {
			if err := s.Enter(ctx, karlstad, round, true); err != nil {
				t.Fatal(err)
			}
		}
		if got := areas(); !slices.Equal(got, []string{"delstudie-1", "delstudie-3"}) {
			t.Errorf("it takes part in %q", got)
		}
		if after, _ := d.Announcement(t.Context()); after == before {
			t.Error("pages that show it are not old")
		}
		if err := s.Enter(ctx, karlstad, "delstudie-1-2024", false); err != nil {
			t.Fatal(err)
		}
		if got := areas(); !slices.Equal(got, []string{"delstudie-3"}) {
			t.Errorf("and when it no longer does in one: %q", got)
		}
		if verdict, err := audit.Verify(t.Context(), d, audit.Mark{}); err != nil || verdict.Last.Number != 4 {
			t.Errorf("the log has %+v, %v, want four rows", verdict, err)
		}
		for name, err := range map[string]error{
			"an unknown organisation": s.Enter(ctx, "kommun-9999", "delstudie-1-2024", true),
			"an unknown round":        s.Enter(ctx, karlstad, "delstudie-9", true),
			"an unknown slug":         func() error { _, err := s.BySlug(t.Context(), "ankeborg"); return err }(),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v, want NotFound", name, err)
			}
		}
	})
}

func TestAnOrganisationByItsNameIsAddedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		ensure := func(role access.Role, kind organisation.Kind, name string) (o organisation.Organisation, err error) {
			err = d.Tx(t.Context(), func(tx db.Tx) error {
				o, err = s.EnsureIn(as(t, role), tx, kind, name)
				return err
			})
			return o, err
		}
		first, err := ensure(access.Editor, organisation.KindFor(access.Researcher), " FoU  Nord ")
		if err != nil || first.Name != "FoU Nord" || first.Kind != organisation.University {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := s.Ensure(as(t, access.Admin), organisation.KindFor(access.Follower), "FoU Nord")
		if err != nil || again.ID != first.ID {
			t.Errorf("once more: %+v, %v", again, err)
		}
		if kommun, err := ensure(access.Editor, organisation.Other, "Karlstad"); err != nil || kommun.ID != karlstad {
			t.Errorf("a municipality: %+v, %v", kommun, err)
		}
		for _, role := range []access.Role{access.Visitor, access.Member, access.Contact} {
			if _, err := ensure(role, organisation.Other, "Ny"); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", role, err)
			}
		}
		if _, err := ensure(access.Editor, organisation.Other, " "); !fault.Is(err, fault.Invalid) {
			t.Errorf("without a name: %v", err)
		}
		others, err := s.Others(t.Context())
		if err != nil || len(others) != 1 || others[0].ID != first.ID {
			t.Errorf("others are %+v, %v", others, err)
		}
		if verdict, err := audit.Verify(t.Context(), d, audit.Mark{}); err != nil || verdict.Last.Number != 1 {
			t.Errorf("the log: %+v, %v", verdict, err)
		}
	})
}
