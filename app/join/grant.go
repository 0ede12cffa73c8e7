package join

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/organisation"
)

// Grant is an approval: the role to give, and where.
type Grant struct {
	Role         access.Role
	Organisation string // its id, when the request's is as it was typed; empty: the typed one is added
	Message      string // to who asked; may be empty
}

// check returns where the role is to be given; without an id it is the organisation as it was typed, which is to be added. Invalid by
// field when it cannot.
func (s *Service) check(ctx context.Context, r Shown, g Grant) (organisation.Organisation, error) {
	var fields []fault.Field
	where, found := r.where(g.Organisation)
	if !found {
		fields = append(fields, fault.Field{Name: "organisation", Text: textNoOrganisation})
	}
	if !slices.Contains(r.Roles, g.Role) {
		fields = append(fields, fault.Field{Name: "role", Text: textRole})
	}
	if g.Role == access.Member && found && r.OrganisationID == nil {
		areas, err := s.organisations.Areas(ctx, where.ID)
		if err != nil {
			return where, err
		}
		if len(areas) == 0 {
			fields = append(fields, fault.Field{Name: "role", Text: fmt.Sprintf(textNotTaking, where.Name)})
		}
	}
	if problem := checkMessage(g.Message); problem != "" {
		fields = append(fields, fault.Field{Name: "message", Text: problem})
	}
	if len(fields) > 0 {
		return where, fault.InvalidFields(fields...)
	}
	return where, nil
}

// where returns the organisation of the request, or of a request with one as it was typed the one that was chosen.
func (r Shown) where(chosen string) (organisation.Organisation, bool) {
	if r.OrganisationID != nil {
		return organisation.Organisation{ID: *r.OrganisationID, Name: r.OrganisationName}, true
	}
	if chosen == "" {
		return organisation.Organisation{Name: r.OrganisationName}, true
	}
	for _, m := range organisation.Municipalities() {
		if m.ID() == chosen {
			return organisation.Organisation{ID: m.ID(), Name: m.Name}, true
		}
	}
	i := slices.IndexFunc(r.Choices, func(o organisation.Organisation) bool { return o.ID == chosen })
	if i < 0 {
		return organisation.Organisation{}, false
	}
	return r.Choices[i], true
}

func checkMessage(message string) string {
	if utf8.RuneCountInString(message) > maxMessage {
		return textMessageLong
	}
	return checkText(message)
}
