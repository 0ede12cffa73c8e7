package research

import (
	"context"
	"slices"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Service reads themes and projects on behalf of the actor in the context.
type Service struct {
	docs *document.Service
	now  clock.Clock
}

// New returns the service.
func New(docs *document.Service, now clock.Clock) *Service { return &Service{docs: docs, now: now} }

// Network is all themes with their projects, in order.
type Network struct {
	Themes   []document.Document
	Projects []document.Document
}

// List returns the themes and projects that the actor may see. Anyone may call it.
func (s *Service) List(ctx context.Context) (Network, error) {
	list, err := s.docs.List(ctx, document.Filter{Kinds: []string{document.Theme, document.Project}})
	var network Network
	for _, doc := range list.Items {
		if doc.Kind == document.Theme {
			network.Themes = append(network.Themes, doc)
		} else {
			network.Projects = append(network.Projects, doc)
		}
	}
	return network, err
}

// Of returns the projects of a theme.
func (n Network) Of(theme string) []document.Document {
	return slices.DeleteFunc(slices.Clone(n.Projects), func(d document.Document) bool {
		return !slices.Contains(d.Meta().Themes, theme)
	})
}

// Invitations returns the projects whose deadline has not passed, soonest first, and when the answer next changes.
// Anyone may call it.
func (s *Service) Invitations(ctx context.Context) ([]web.Invitation, time.Time, error) {
	network, err := s.List(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	return s.invitations(network)
}

func (s *Service) invitations(network Network) ([]web.Invitation, time.Time, error) {
	now, turns := s.now(), time.Time{}
	type open struct {
		web.Invitation
		deadline time.Time
	}
	var found []open
	for _, doc := range network.Projects {
		p := doc.Front.(*Project)
		deadline, err := document.ParseTime(p.Deadline)
		if err != nil || !clock.InTime(deadline, now) {
			continue
		}
		found = append(found, open{web.Invitation{
			Title: doc.Title, Path: s.docs.Address(doc), Summary: doc.Summary,
			Deadline: web.DateOf(deadline, now), Left: clock.DaysLeft(deadline, now),
		}, deadline})
		turns = clock.Soonest(turns, clock.DaysLeftTurns(deadline, now))
	}
	slices.SortStableFunc(found, func(a, b open) int { return a.deadline.Compare(b.deadline) })
	out := make([]web.Invitation, 0, len(found))
	for _, o := range found {
		out = append(out, o.Invitation)
	}
	return out, turns, nil
}

// BySlug returns a theme or a project. Anyone may call it; NotFound when it is missing or not for the actor.
func (s *Service) BySlug(ctx context.Context, kind, slug string) (document.Document, error) {
	return s.docs.BySlug(ctx, kind, slug)
}
