// Package access says who asks and what they may see.
//
// Every request carries an Actor in its context; a context without one belongs to a visitor, so that
// forgetting it can only hide things. Audience is the one mechanism for who may read an object: a key such
// as "öppen" or "delstudie:delstudie-1" stored with it. An actor holds a set of keys, and Sight hands that set to the
// stores and to the search engines, which make it a condition in their query, never a filter on the answer.
package access

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Role is what a person is at an organisation. The zero Role is a visitor.
type Role string

// The roles, least rights first.
const (
	Visitor    Role = ""
	Follower   Role = "follower"
	Member     Role = "member"
	Contact    Role = "contact"
	Regional   Role = "regional"
	Researcher Role = "researcher"
	Editor     Role = "editor"
	Admin      Role = "admin"
)

// Audience is the key of who may read an object, as it stands in front matter and in the database.
type Audience string

// The audiences without a parameter. The others are a prefix and a name: see Audience.Valid.
const (
	Open         Audience = "öppen"
	LoggedIn     Audience = "inloggad"
	Participants Audience = "deltagare"
)

// prefixes begin the audiences that carry a name.
func prefixes() []string { return []string{"delstudie:", "organisation:", "grupp:", "roll:"} }

// Valid reports whether a is an audience that an actor can hold.
func (a Audience) Valid() bool {
	if a == Open || a == LoggedIn || a == Participants {
		return true
	}
	return slices.ContainsFunc(prefixes(), func(p string) bool {
		rest, ok := strings.CutPrefix(string(a), p)
		return ok && rest != "" && strings.TrimSpace(rest) == rest
	})
}

// Label returns the words that readers see beside a closed object, after "Visas för"; empty for an open one.
func (a Audience) Label() string {
	switch a {
	case Open, "":
		return ""
	case LoggedIn:
		return "inloggade"
	case Participants:
		return "deltagande kommuner"
	}
	switch kind, name, _ := strings.Cut(string(a), ":"); kind {
	case "delstudie":
		return "deltagare i " + strings.ReplaceAll(name, "-", " ")
	case "organisation":
		return "en viss organisation"
	case "grupp":
		return "en viss grupp"
	default:
		return Role(name).plural()
	}
}

// NeedsFactor reports whether the role is had only in a session in which a second factor has been proved.
func (r Role) NeedsFactor() bool { return r == Contact || r == Editor || r == Admin }

// Title is what somebody with the role is called; empty for a visitor.
func (r Role) Title() string {
	return map[Role]string{
		Follower: "följare", Member: "medlem", Contact: "kontaktperson", Regional: "regional aktör", Researcher: "forskare",
		Editor: "redaktör", Admin: "administratör",
	}[r]
}

// plural is what people of the role are called.
func (r Role) plural() string {
	return map[Role]string{
		Follower: "följare", Member: "medlemmar", Contact: "kontaktpersoner", Regional: "regionala aktörer", Researcher: "forskare",
		Editor: "redaktörer", Admin: "administratörer",
	}[r]
}

// Actor is the person on whose behalf something is done. The zero Actor is a visitor.
type Actor struct {
	ID       string // empty for visitors and for the system
	Name     string
	Session  string // the id of the session by which the actor asks; empty for the system
	Role     Role
	Unproved Role       // the role they would have with a second factor; empty: none is lacking
	Strong   bool       // a second factor was proved a short while ago: see member.Fresh
	Keys     []Audience // the audiences held besides Open, by membership
	At       string     // the name of the organisation at which they act
	Others   []Place    // where else they could act
	View     View       // an admin sees as somebody else; the zero View: as themselves
}

// Place is a membership that somebody could act by: its id, the role and the organisation's name.
type Place struct {
	Membership string
	Role       Role
	At         string
}

// View is that an admin sees the site as a role at an organisation does, and changes nothing, until an instant.
type View struct {
	Role  Role
	At    string // the organisation's name
	Until time.Time
}

// Anonymous reports whether the actor is nobody in particular. Who has logged in and lacks a second factor is a visitor, but somebody.
func (a Actor) Anonymous() bool { return a.ID == "" && a.Role == Visitor }

// Organisation returns the id of the organisation by whose membership the actor asks; empty for visitors and for the system.
func (a Actor) Organisation() string {
	for _, key := range a.Keys {
		if id, ok := strings.CutPrefix(string(key), "organisation:"); ok {
			return id
		}
	}
	return ""
}

// Edits reports whether the actor may change content: editors and admins.
func (a Actor) Edits() bool { return a.Role == Editor || a.Role == Admin }

// Sight is what an actor may see, as a value that stores and search turn into conditions.
// The zero Sight sees nothing.
type Sight struct {
	All       bool       // editors and admins: every audience, drafts and archived objects too
	Audiences []Audience // else: exactly these, and only what is published
}

// Sight returns what the actor may see.
func (a Actor) Sight() Sight {
	if a.Edits() {
		return Sight{All: true}
	}
	keys := []Audience{Open}
	if a.Role != Visitor {
		keys = append(keys, LoggedIn, Audience("roll:"+string(a.Role)))
	}
	return Sight{Audiences: append(keys, a.Keys...)}
}

type contextKey struct{}

// With returns a context on behalf of the actor.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, a)
}

// From returns the actor of ctx; a visitor when none was set.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(contextKey{}).(Actor)
	return a
}

// System returns a context on behalf of the program itself: commands and jobs, never a request.
func System(ctx context.Context) context.Context {
	return With(ctx, Actor{Name: "nuso", Role: Admin, Strong: true})
}
