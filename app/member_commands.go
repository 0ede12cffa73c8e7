package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
)

type userAdd struct {
	Email        string `arg:"" help:"Personens mejladress."`
	Name         string `help:"Personens namn. Behövs för den som inte finns."`
	Role         string `required:"" enum:"follower,member,contact,regional,researcher,editor,admin" help:"Rollen: follower, member, contact, regional, researcher, editor eller admin."`
	Municipality string `help:"Kommunens kod, fyra siffror." xor:"where"`
	Organisation string `help:"Organisationens namn. Den läggs till om den inte finns." xor:"where"`
}

// Run gives somebody a role, and an account and an organisation where there is none.
func (u userAdd) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if err := h.prepare(c.ctx); err != nil {
			return err
		}
		ctx := access.System(c.ctx)
		where, err := u.organisation(c, h)
		if err != nil {
			return err
		}
		admitted, err := h.members.Admit(ctx, member.Admission{
			Email: u.Email, Name: u.Name, Role: access.Role(u.Role), Organisation: where.ID, Reason: "nuso user add",
		})
		if err != nil {
			return err
		}
		role := access.Role(u.Role).Title()
		switch {
		case admitted.New:
			fmt.Fprintf(c.out, "%s är nu %s hos %s.\n", admitted.Email, role, where.Name)
		case admitted.Changed:
			fmt.Fprintf(c.out, "%s fanns redan och är nu %s hos %s.\n", admitted.Email, role, where.Name)
		default:
			fmt.Fprintf(c.out, "%s är redan %s hos %s. Inget har ändrats.\n", admitted.Email, role, where.Name)
		}
		return nil
	})
}

// office is the organisation of editors and admins when no other is named.
const office = "NUSO:s projektkontor"

// organisation returns where the person belongs.
func (u userAdd) organisation(c *console, h *house) (organisation.Organisation, error) {
	role := access.Role(u.Role)
	switch {
	case u.Municipality != "":
		m := organisation.MunicipalityOf(u.Municipality)
		if m.Code == "" {
			return organisation.Organisation{}, fmt.Errorf("ingen kommun har koden %q. Skriv fyra siffror, till exempel 1780", u.Municipality)
		}
		return organisation.Organisation{ID: m.ID(), Name: m.Name}, nil
	case u.Organisation == "" && role != access.Editor && role != access.Admin:
		return organisation.Organisation{}, errors.New("vilken organisation? Ange --municipality KOD eller --organisation NAMN")
	case u.Organisation == "":
		u.Organisation = office
	}
	return h.organisations.Ensure(access.System(c.ctx), organisation.KindFor(role), u.Organisation)
}

type userLink struct {
	Email string `arg:"" help:"Personens mejladress."`
}

// Run prints an address that logs the person in, in any browser: who has this shell may already do everything.
func (u userLink) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if err := h.schemaIsCurrent(c.ctx); err != nil {
			return err
		}
		link, err := h.members.ShellLink(access.System(c.ctx), u.Email)
		if fault.Is(err, fault.NotFound) {
			return fmt.Errorf("ingen har adressen %s. Lägg till personen med nuso user add", u.Email)
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, h.cfg.BaseURL+member.LinkPath+"/"+link)
		return nil
	})
}

type userList struct {
	JSON bool `name:"json" help:"Skriv som JSON."`
}

// listedUser is a person in the list's JSON.
type listedUser struct {
	ID          string           `json:"id"`
	Email       string           `json:"email"`
	Name        string           `json:"name"`
	Memberships []listedUserRole `json:"memberships"`
	Bounce      *listedBounce    `json:"bounce,omitempty"` // absent: the address takes mail, as far as anybody knows
}

// listedBounce is that letters to the address are refused for good.
type listedBounce struct {
	Code  int64      `json:"code"`
	Count int64      `json:"count"`
	Since db.Instant `json:"since"`
}

type listedUserRole struct {
	Organisation string      `json:"organisation"`
	Role         access.Role `json:"role"`
}

// Run prints everybody who has an account, with what they are and whether their address takes mail.
func (u userList) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if err := h.schemaIsCurrent(c.ctx); err != nil {
			return err
		}
		list, err := h.listUsers(c.ctx)
		if err != nil {
			return err
		}
		if u.JSON {
			encoder := json.NewEncoder(c.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(list)
		}
		if len(list) == 0 {
			fmt.Fprintln(c.out, "Ingen har något konto. Lägg till den första med nuso user add MEJL --name NAMN --role admin")
		}
		for _, user := range list {
			fmt.Fprintf(c.out, "%-40s  %-30s  %s\n", user.Email, user.Name, user.told())
		}
		return nil
	})
}

func (h *house) listUsers(ctx context.Context) ([]listedUser, error) {
	people, err := h.members.List(access.System(ctx))
	if err != nil {
		return nil, err
	}
	addresses := make([]string, len(people))
	for i, p := range people {
		addresses[i] = p.Email
	}
	bounces, err := h.bounces.Of(ctx, addresses)
	list := make([]listedUser, 0, len(people))
	for _, p := range people {
		user := listedUser{ID: p.ID, Email: p.Email, Name: p.Name, Memberships: []listedUserRole{}}
		for _, m := range p.Memberships {
			user.Memberships = append(user.Memberships, listedUserRole{Organisation: m.Organisation, Role: m.Role})
		}
		if b, found := bounces[p.Email]; found {
			user.Bounce = &listedBounce{Code: b.Code, Count: b.Count, Since: b.FirstAt}
		}
		list = append(list, user)
	}
	return list, err
}

// told returns what somebody is, in words.
func (u listedUser) told() string {
	var parts []string
	for _, m := range u.Memberships {
		parts = append(parts, fmt.Sprintf("%s hos %s", m.Role.Title(), m.Organisation))
	}
	if u.Bounce != nil {
		parts = append(parts, fmt.Sprintf("adressen tar inte emot mejl (%d) sedan %s", u.Bounce.Code, clock.ISO(u.Bounce.Since.Time)))
	}
	return strings.Join(parts, ", ")
}
