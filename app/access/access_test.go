package access_test

import (
	"context"
	"slices"
	"testing"

	"nuso.se/app/access"
)

func TestSightFollowsRoleAndMemberships(t *testing.T) {
	for _, row := range []struct {
		name    string
		actor   access.Actor
		all     bool
		sees    []access.Audience
		notSees []access.Audience
	}{
		{"a visitor sees what is open", access.Actor{}, false,
			[]access.Audience{access.Open}, []access.Audience{access.LoggedIn, access.Participants, "roll:"}},
		{"a follower sees room news too", access.Actor{Role: access.Follower}, false,
			[]access.Audience{access.Open, access.LoggedIn, "roll:follower"}, []access.Audience{access.Participants, "roll:member"}},
		{"a member holds the keys of the membership", access.Actor{Role: access.Member, Keys: []access.Audience{access.Participants, "delstudie:delstudie-1"}}, false,
			[]access.Audience{access.Participants, "delstudie:delstudie-1"}, []access.Audience{"delstudie:delstudie-2", "organisation:1780"}},
		{"an editor sees all", access.Actor{Role: access.Editor}, true, nil, nil},
		{"an admin sees all", access.Actor{Role: access.Admin}, true, nil, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			sight := row.actor.Sight()
			if sight.All != row.all {
				t.Fatalf("All = %v, want %v", sight.All, row.all)
			}
			for _, a := range row.sees {
				if !slices.Contains(sight.Audiences, a) {
					t.Errorf("does not see %q", a)
				}
			}
			for _, a := range row.notSees {
				if slices.Contains(sight.Audiences, a) {
					t.Errorf("sees %q", a)
				}
			}
		})
	}
}

func TestContextWithoutActorIsAVisitor(t *testing.T) {
	if got := access.From(context.Background()); got.Role != access.Visitor || got.Edits() {
		t.Errorf("actor = %+v, want a visitor", got)
	}
	if !access.From(access.System(context.Background())).Edits() {
		t.Error("the system may not edit")
	}
}

func TestTheOrganisationIsThatOfTheMembership(t *testing.T) {
	for want, actor := range map[string]access.Actor{
		"":            {},
		"kommun-1780": {Role: access.Member, Keys: []access.Audience{access.Participants, "organisation:kommun-1780", "delstudie:delstudie-1"}},
	} {
		if got := actor.Organisation(); got != want {
			t.Errorf("%+v asks for %q, want %q", actor, got, want)
		}
	}
}

func TestAudienceIsValidOnlyInKnownForms(t *testing.T) {
	for audience, want := range map[access.Audience]bool{
		"öppen": true, "inloggad": true, "deltagare": true, "delstudie:delstudie-1": true, "grupp:x": true, "roll:editor": true,
		"": false, "alla": false, "delstudie:": false, "delstudie: x": false, "grupp": false,
	} {
		if got := audience.Valid(); got != want {
			t.Errorf("%q valid = %v, want %v", audience, got, want)
		}
	}
}

// What a label says stands after "Visas för".
func TestAudiencesAreToldInWords(t *testing.T) {
	for audience, want := range map[access.Audience]string{
		"inloggad": "inloggade", "deltagare": "deltagande kommuner", "delstudie:delstudie-1": "deltagare i delstudie 1", "organisation:kommun-1780": "en viss organisation",
		"grupp:skola": "en viss grupp", "roll:contact": "kontaktpersoner", "roll:researcher": "forskare", "roll:admin": "administratörer",
	} {
		if got := audience.Label(); got != want {
			t.Errorf("%q: %q, want %q", audience, got, want)
		}
	}
}
