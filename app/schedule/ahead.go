package schedule

import (
	"context"
	"strings"
	"time"

	"nuso.se/app/calendar"
	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// Next returns the next meeting that concerns a study area, nil when none is coming, and when the answer changes.
// Anyone may call it.
func (s *Service) Next(ctx context.Context, area string) (*web.Occurrence, time.Time, error) {
	rows, err := s.Coming(ctx, Filter{Area: area})
	if err != nil {
		return nil, time.Time{}, err
	}
	for _, row := range rows {
		if row.Event.meets() && !row.ended(s.now()) {
			view, turns := s.view(row)
			return &view, turns, nil
		}
	}
	return nil, time.Time{}, nil
}

// Ahead returns what the start page tells: the next question hour, nil when there is none, the next occurrences
// besides it that have a day and have not ended, at most limit, and when any of it changes. Anyone may call it.
func (s *Service) Ahead(ctx context.Context, limit int) (*web.Live, []web.Occurrence, time.Time, error) {
	rows, err := s.Coming(ctx, Filter{})
	if err != nil {
		return nil, nil, time.Time{}, err
	}
	var live *web.Live
	var chosen []Occurrence
	var turns time.Time
	var hour *Entry             // that the card tells of
	listed := map[*Entry]bool{} // a series is listed once
	for _, row := range rows {
		switch {
		case row.Event.vague() || row.ended(s.now()):
		case row.Event.Type == questionHour && live == nil:
			var card web.Live
			card, turns = s.live(row)
			live, hour = &card, row.Entry
		case len(chosen) < limit && !listed[row.Entry]:
			chosen, listed[row.Entry] = append(chosen, row), true
		}
	}
	views, turn := s.views(chosen)
	for i, row := range chosen {
		if row.Entry == hour {
			views[i].Summary = "" // the card has said it
		}
	}
	return live, views, clock.Soonest(turns, turn), nil
}

func (s *Service) live(r Occurrence) (web.Live, time.Time) {
	now := s.now()
	state, _, turns := r.state(now)
	live := web.Live{
		State: state, When: web.Capital(dayTime(r.Occurrence, now)), Date: r.date(now), Title: r.Title,
		Path: s.address(r), Text: r.Summary, Action: web.Link{Title: "Läs om frågestunden", Path: s.docs.Address(r.Document)},
	}
	switch state {
	case "now":
		live.When = "Pågår nu, till " + clock.Time(r.End)
	case "cancelled":
		live.When = "Inställd " + clock.Day(r.Start, now)
		live.Text = sentence(r.Text)
		for o := range r.Series.Occurrences(r.End, r.End.Add(seriesAhead)) {
			if o.Change != calendar.Cancelled {
				live.Text = strings.TrimSpace(live.Text + " Nästa gång: " + dayTime(o, now) + ".")
				break
			}
		}
	case "moved":
		live.Text = strings.TrimSpace(sentence(r.note()) + " " + r.Summary)
	}
	return live, turns
}

// dayTime returns "i dag 8.15–9.30", and of whole days the first.
func dayTime(o calendar.Occurrence, now time.Time) string {
	if o.AllDay {
		return clock.Day(o.Start, now)
	}
	return clock.DayTime(o.Start, o.End, now)
}
