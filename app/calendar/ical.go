package calendar

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"

	ics "github.com/arran4/golang-ical"

	"nuso.se/app/clock"
)

// Event is one series as a feed tells it.
type Event struct {
	UID         string // never changes, unique in the world: handelse-fragestund@nuso.se
	Series      Series // has passed Validate
	Summary     string
	Description string // plain text
	Location    string
	URL         string    // the page, absolute
	Updated     time.Time // when the document was last changed: DTSTAMP and LAST-MODIFIED
	Sequence    int       // rises with each change of the document
}

// Feed is what Write writes.
type Feed struct {
	Name   string // as readers see it in their program
	Prodid string // who made it: -//NUSO//Samarbetsrummet//SV
	Events []Event
	// Through is until when the red days of endless rules are told; zero: to the end of the third year after the
	// event's Updated. Let it change rarely, as at the turn of the year: the bytes change with it.
	Through time.Time
}

// ContentType is what a feed is served as.
const ContentType = "text/calendar; charset=utf-8"

// Write writes the feed as iCalendar (RFC 5545). The same feed gives the same bytes: no clock is read. An error is
// w's, or tells an event without UID or Updated; nothing is then written.
//
// An occurrence that is off stays in the feed as a VEVENT of its own, with RECURRENCE-ID, STATUS:CANCELLED, a title
// that begins "Inställd: " and TRANSP:TRANSPARENT, instead of an EXDATE, because that comes out right everywhere:
// Google takes CANCELLED for a deleted occurrence and hides it, Apple shows it crossed out, and Outlook, which knows
// STATUS only as free or busy (MS-OXCICAL 2.1.3.1.1.20.23) but replaces the occurrence that RECURRENCE-ID names,
// shows a free "Inställd: …". With EXDATE nobody would learn why the meeting is gone. A moved one is done alike.
//
// There is no METHOD: PUBLISH asks for an ORGANIZER, and a subscribed feed needs none.
func Write(w io.Writer, feed Feed) error {
	for _, e := range feed.Events {
		if e.UID == "" || e.Updated.IsZero() {
			return fmt.Errorf("writing calendar %q: event %q has no UID or no time of update", feed.Name, e.Summary)
		}
	}
	calendar := newCalendar(feed)
	for _, e := range feed.Events {
		e.addTo(calendar, feed.Through)
	}
	// The library swallows some errors of its writer, so it writes to memory.
	var out bytes.Buffer
	if err := calendar.SerializeTo(&out, ics.WithNewLineWindows); err != nil {
		return fmt.Errorf("writing calendar %q: %w", feed.Name, err)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// newCalendar makes the calendar without its events.
func newCalendar(feed Feed) *ics.Calendar {
	const interval = "PT60M" // until programs should ask again
	calendar := &ics.Calendar{}
	calendar.SetVersion("2.0")
	calendar.SetProductId(clean(feed.Prodid))
	calendar.SetCalscale("GREGORIAN")
	calendar.SetXWRCalName(clean(feed.Name))
	calendar.SetXWRTimezone(zoneName)
	calendar.SetRefreshInterval(interval) // the library adds VALUE=DURATION
	calendar.SetXPublishedTTL(interval)   // the same for Outlook
	calendar.AddVTimezone(newZone())
	return calendar
}

// addTo adds the series and, one by one, the occurrences that differ from it.
func (e Event) addTo(calendar *ics.Calendar, through time.Time) {
	if e.Series.Rule.IsZero() {
		for day := range e.Series.days(time.Time{}) {
			calendar.AddVEvent(e.component(e.Series.occurrence(day)))
		}
		return
	}
	if through.IsZero() {
		through = clock.At(e.Updated.In(clock.Stockholm()).Year()+3, time.December, 31, 23, 59, 59)
	}
	last := "" // the date after which nothing is asked for
	for _, o := range e.Series.Overrides {
		last = max(last, o.Date)
	}
	last = max(last, clock.ISO(through))
	first := true
	for day := range e.Series.days(time.Time{}) {
		if day.Format(time.DateOnly) > last && !first {
			return
		}
		o := e.Series.occurrence(day)
		if first {
			calendar.AddVEvent(e.repeated(o))
			first = false
		}
		if o.Change == Cancelled || o.Change == Moved || o.Text != "" {
			changed := e.component(o)
			setTime(changed, "RECURRENCE-ID", o.Original, o.AllDay)
			calendar.AddVEvent(changed)
		}
	}
}

// repeated makes the VEVENT of the whole series, which begins at its first occurrence as if that were unchanged.
func (e Event) repeated(first Occurrence) *ics.VEvent {
	day := utcDay(first.Original)
	plain := Occurrence{Date: first.Date, AllDay: first.AllDay}
	plain.Start, plain.End = e.Series.times(day)
	component := e.component(plain)
	component.AddRrule(e.Series.Rule.text(func(string) string {
		if e.Series.AllDay {
			return utcDay(e.Series.Rule.until).Format("20060102")
		}
		return utcStamp(e.Series.Rule.until)
	}))
	return component
}

// component makes the VEVENT of one occurrence.
func (e Event) component(o Occurrence) *ics.VEvent {
	status, title, opaque := "CONFIRMED", e.Summary, "OPAQUE"
	switch {
	case o.Change == Cancelled:
		status, title, opaque = "CANCELLED", cancelledTitle+title, "TRANSPARENT"
	case o.Change == Moved:
		title = movedTitle + title
	}
	if o.AllDay {
		opaque = "TRANSPARENT" // a last day to apply leaves the day free
	}
	v := ics.NewEvent(clean(e.UID))
	set := func(key ics.ComponentProperty, value string) {
		if value != "" {
			v.SetProperty(key, value)
		}
	}
	set("DTSTAMP", utcStamp(e.Updated))
	set("LAST-MODIFIED", utcStamp(e.Updated))
	set("SEQUENCE", strconv.Itoa(max(0, e.Sequence)))
	setTime(v, "DTSTART", o.Start, o.AllDay)
	if o.End.After(o.Start) {
		setTime(v, "DTEND", o.End, o.AllDay)
	}
	set("STATUS", status)
	set("TRANSP", opaque)
	set("SUMMARY", clean(title))
	set("DESCRIPTION", clean(joined(o.Text, e.Description)))
	set("LOCATION", clean(e.Location))
	set("URL", cleanAddress(e.URL))
	return v
}

// joined puts the reason for a change before the description.
func joined(text, description string) string {
	if text == "" || description == "" {
		return text + description
	}
	return text + "\n\n" + description
}

// setTime writes a Swedish day, or a Swedish time with its zone.
func setTime(v *ics.VEvent, key ics.ComponentProperty, t time.Time, allDay bool) {
	t = t.In(clock.Stockholm())
	if allDay {
		v.SetProperty(key, t.Format("20060102"), ics.WithValue("DATE"))
		return
	}
	v.SetProperty(key, t.Format("20060102T150405"), ics.WithTZID(zoneName))
}

func utcStamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }
