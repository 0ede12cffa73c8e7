package join

import (
	"context"
	"fmt"
	"slices"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
)

// Filter chooses requests: those that wait, or those that are decided.
type Filter struct {
	Decided       bool
	Limit, Offset int
}

// Listed is a request with who decided it and whom it waits for.
type Listed struct {
	Request
	AccountName   string // of the account that came of it
	AccountEmail  string
	Decider       string // the name; empty: nobody has
	Place         string // the name of the organisation; empty while it is but as it was typed
	ContactsFirst bool   // it waits for the organisation's contact persons, and for nobody else yet
}

// Shown is a request with what the one who decides needs to know.
type Shown struct {
	Listed
	Mine      bool                        // the actor may decide it now
	Contacts  []string                    // who are contact persons of the organisation
	Roles     []access.Role               // that the actor may give
	TakesPart bool                        // the organisation does, in some round
	Choices   []organisation.Organisation // of a request with an organisation as it was typed: those that there are
}

// Waiting returns how many requests the actor may decide now. Anyone may call it: it is nothing for those who decide none.
func (s *Service) Waiting(ctx context.Context) (int, error) {
	n, err := countDecidable(s.db.Read(ctx), access.From(ctx), s.now())
	return int(n), fault.Wrap(db.Error(err), "counting requests to join")
}

// List returns a page of the requests that the actor may see, and how many there are. Contact persons see those of their organisation,
// editors and admins all, others none.
func (s *Service) List(ctx context.Context, f Filter) ([]Listed, int, error) {
	rows, total, err := findList(s.db.Read(ctx), access.From(ctx), f, s.now())
	return rows, int(total), fault.Wrap(db.Error(err), "listing requests to join")
}

// ByID returns a request. Who sees it in the list may call it; NotFound to others and for what there is not.
func (s *Service) ByID(ctx context.Context, id string) (Shown, error) {
	tx, actor := s.db.Read(ctx), access.From(ctx)
	row, err := findVisible(tx, actor, id, s.now())
	if err != nil {
		return Shown{}, fault.Wrap(db.Error(err), "reading the request %q", id)
	}
	shown := Shown{Listed: row, Mine: row.DecidedAt.IsZero() && !(actor.Edits() && row.ContactsFirst)}
	at := ""
	if row.OrganisationID == nil {
		shown.Choices, err = s.organisations.Others(ctx)
	} else {
		at = *row.OrganisationID
		err = s.describe(ctx, tx, &shown, at)
	}
	for _, role := range Roles() {
		if slices.Contains(member.Givable(actor, at), role) && (role != access.Member || at == "" || shown.TakesPart) {
			shown.Roles = append(shown.Roles, role)
		}
	}
	return shown, fault.Wrap(err, "reading the request %q", id)
}

// describe adds what there is to know of the organisation.
func (s *Service) describe(ctx context.Context, tx db.Tx, shown *Shown, organisation string) error {
	areas, err := s.organisations.Areas(ctx, organisation)
	if err != nil {
		return err
	}
	shown.TakesPart = len(areas) > 0
	contacts, err := s.members.Contacts(tx, organisation)
	for _, p := range contacts {
		shown.Contacts = append(shown.Contacts, p.Name)
	}
	return err
}

// verdict tells who decided what and when: "Bo Ek har godkänt ansökan lördag 28 november 2026 kl. 8.15".
func (r Listed) verdict() string {
	if r.Outcome == Replaced {
		return r.Outcome.done()
	}
	return fmt.Sprintf("%s %s %s", r.Decider, r.Outcome.did(), clock.LongTime(r.DecidedAt.Time))
}
