package calendar_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"

	"nuso.se/app/calendar"
	"nuso.se/app/clock"
)

var update = flag.Bool("update", false, "write the goldens anew")

// sample is a feed with one event of every sort.
func sample(t testing.TB) calendar.Feed {
	updated := at(t, "2025-12-18 14:03:20")
	hour := openHour(t,
		calendar.Override{Date: "2026-02-13", Change: calendar.Cancelled, Text: "Inställt på grund av sjukdom."},
		calendar.Override{Date: "2026-02-20", Change: calendar.Moved, Start: at(t, "2026-02-23 10:00"), End: at(t, "2026-02-23 11:00"), Text: "Vi är på resa på fredagen."},
		calendar.Override{Date: "2026-05-01", Change: calendar.Restored, Text: "Vi ses trots röd dag."})
	hour.Rule = rule(t, "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260612")
	return calendar.Feed{
		Name: "NUSO: möten, dagar", Prodid: "-//NUSO//Samarbetsrummet//SV",
		Events: []calendar.Event{
			{
				UID: "handelse-fragestund@nuso.se", Series: hour, Summary: "Öppen frågestund",
				Description: "Fråga vad du vill; vi svarar, eller tar reda på det.\nKom när det passar – du behöver inte anmäla dig, och du får gå när du vill.",
				Location:    "Zoom", URL: "https://nuso.se/kalender/oppen-fragestund", Updated: updated, Sequence: 3,
			},
			{
				UID: "handelse-informationsmote@nuso.se", Summary: "Informationsmöte", Updated: updated,
				Series: calendar.Series{Start: at(t, "2026-01-22 13:00"), End: at(t, "2026-01-22 14:00")},
			},
			{
				UID: "handelse-sista-dag@nuso.se", Summary: "Sista dag för intresseanmälan", Updated: updated, Sequence: 1,
				Series: calendar.Series{Start: at(t, "2026-10-15"), AllDay: true},
			},
			{
				UID: "handelse-publicering@nuso.se", Summary: "Två manus skickas in", Updated: updated,
				Series: calendar.Series{Start: at(t, "2026-10-24"), End: at(t, "2026-10-31"), AllDay: true,
					Overrides: []calendar.Override{{Date: "2026-10-24", Change: calendar.Cancelled}}},
			},
			{
				UID: "handelse-arsdag@nuso.se", Summary: "Årsdag", Updated: updated,
				Series: calendar.Series{Start: at(t, "2026-11-15"), AllDay: true, Rule: rule(t, "FREQ=YEARLY;UNTIL=20301231"),
					Overrides: []calendar.Override{{Date: "2027-11-15", Change: calendar.Moved, Start: at(t, "2027-11-16")}}},
			},
		},
	}
}

// write returns the feed's bytes.
func write(t testing.TB, feed calendar.Feed) string {
	t.Helper()
	var out bytes.Buffer
	if err := calendar.Write(&out, feed); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The golden has LF where the feed has CRLF.
func TestAFeedIsTheGolden(t *testing.T) {
	const golden = "testdata/feed.ics"
	got := write(t, sample(t))
	if again := write(t, sample(t)); again != got {
		t.Error("the same feed gives other bytes")
	}
	if strings.Count(got, "\r\n") != strings.Count(got, "\n") || strings.Count(got, "\r") != strings.Count(got, "\n") {
		t.Error("a line does not end with CRLF")
	}
	got = strings.ReplaceAll(got, "\r\n", "\n")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the feed differs from %s (write it anew with -update and look):\n%s", golden, got)
	}
}

func TestLinesAreFoldedWithoutSplittingCharacters(t *testing.T) {
	feed := sample(t)
	feed.Name = strings.Repeat("Å", 300)
	feed.Events[0].Summary = strings.Repeat("å", 40) + strings.Repeat("𝟎–", 50)
	feed.Events[0].Description = strings.Repeat("barnavårdsutredning, ", 200)
	for _, line := range strings.Split(strings.TrimSuffix(write(t, feed), "\r\n"), "\r\n") {
		if len(line) > 75 || line == "" || !utf8.ValidString(line) {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
}

func TestAnEndlessRuleTellsItsRedDaysAsFarAsAsked(t *testing.T) {
	feed := calendar.Feed{Events: []calendar.Event{{
		UID: "x@nuso.se", Updated: at(t, "2026-01-01"),
		Series: openHour(t, calendar.Override{Date: "2031-03-14", Change: calendar.Cancelled}),
	}}}
	for _, row := range []struct {
		name    string
		through string
		want    int
	}{
		{"to the end of a year", "2026-12-31", 4}, // långfredagen, första maj, midsommarafton, juldagen
		{"by default to the end of the third year after", "", 4 + 5 + 2 + 2},
		{"an override is told however far away it is", "2030-12-31", 4 + 5 + 2 + 2 + 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			feed.Through = at(t, row.through)
			through := row.through
			if through == "" {
				through = "2029-12-31"
			}
			red, far := 0, 0
			for _, e := range parse(t, write(t, feed)).Events() {
				id := e.GetProperty("RECURRENCE-ID")
				switch {
				case id == nil:
				case id.Value[:4] <= through[:4]:
					red++
				case id.Value == "20310314T081500":
					far++
				}
			}
			if red != row.want || far != 1 {
				t.Errorf("%d red days, %d far away, want %d and 1", red, far, row.want)
			}
		})
	}
}

func TestWhatWriteRefuses(t *testing.T) {
	updated := at(t, "2026-01-01")
	for _, row := range []struct {
		name  string
		event calendar.Event
	}{
		{"an event without UID", calendar.Event{Updated: updated}},
		{"an event without time of update", calendar.Event{UID: "x@nuso.se"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := calendar.Write(&out, calendar.Feed{Events: []calendar.Event{row.event}}); err == nil || out.Len() > 0 {
				t.Errorf("got %v and %d bytes", err, out.Len())
			}
		})
	}
	t.Run("an error of the writer comes back", func(t *testing.T) {
		if err := calendar.Write(broken{}, sample(t)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestTheRefreshIntervalIsToldTwice(t *testing.T) {
	text := write(t, calendar.Feed{})
	if !strings.Contains(text, "REFRESH-INTERVAL;VALUE=DURATION:PT60M\r\n") || !strings.Contains(text, "X-PUBLISHED-TTL:PT60M\r\n") {
		t.Error(text)
	}
}

func TestNoAddressBreaksOutOfItsLine(t *testing.T) {
	feed := sample(t)
	feed.Events[0].URL = "https://nuso.se/\r\nATTENDEE:mailto:x@example.org\n a\x00b"
	text := write(t, feed)
	if strings.Contains(text, "\nATTENDEE") || !strings.Contains(unfold(text), "URL:https://nuso.se/ATTENDEE:mailto:x@example.orgab\r\n") {
		t.Error(text)
	}
}

// The zone of the feed says what the time zone database says, summer and winter, for as long as things happen.
func TestTheZoneAgreesWithTheDatabase(t *testing.T) {
	zone := parse(t, write(t, calendar.Feed{})).Timezones()[0]
	if name := zone.GetProperty("TZID"); name.Value != "Europe/Stockholm" {
		t.Fatalf("TZID %v", name)
	}
	turns := 0
	for _, part := range zone.SubComponents() {
		value := func(key string) string {
			for _, p := range part.UnknownPropertiesIANAProperties() {
				if p.IANAToken == key {
					return p.Value
				}
			}
			return ""
		}
		first, err := time.Parse("20060102T150405", value("DTSTART"))
		if err != nil {
			t.Fatal(err)
		}
		option, err := rrule.StrToROption(value("RRULE"))
		if err != nil {
			t.Fatal(err)
		}
		option.Dtstart, option.Until = first, time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
		turning, err := rrule.NewRRule(*option)
		if err != nil {
			t.Fatal(err)
		}
		from, to := offset(t, value("TZOFFSETFROM")), offset(t, value("TZOFFSETTO"))
		for _, wall := range turning.All() {
			turns++
			at := wall.Add(-from).In(clock.Stockholm())
			name, after := at.Zone()
			_, before := at.Add(-time.Second).Zone()
			if time.Duration(before)*time.Second != from || time.Duration(after)*time.Second != to || name != value("TZNAME") {
				t.Fatalf("%v: the database has %d to %d %s", at, before, after, name)
			}
		}
	}
	if want := 2 * (2199 - 1996 + 1); turns != want {
		t.Errorf("%d turns, want %d", turns, want)
	}
}

func offset(t *testing.T, text string) time.Duration {
	moment, err := time.Parse("-0700", text)
	if err != nil {
		t.Fatal(err)
	}
	_, seconds := moment.Zone()
	return time.Duration(seconds) * time.Second
}

// A reader who works out the feed by RFC 5545 sees the occurrences that the pages show.
func TestFeedAndPagesTellTheSame(t *testing.T) {
	from, to := at(t, "2026-01-01"), at(t, "2029-12-31")
	for _, e := range sample(t).Events {
		t.Run(e.Summary, func(t *testing.T) {
			var want []string
			for o := range e.Series.Occurrences(from, to) {
				off := ""
				if o.Change == calendar.Cancelled {
					off = " off"
				}
				want = append(want, o.Start.Format(time.RFC3339)+off)
			}
			got := readFeed(t, write(t, calendar.Feed{Events: []calendar.Event{e}}), from, to)
			slices.Sort(want)
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("feed\n%s\npages\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// readFeed expands the events of a feed the way a calendar program does.
func readFeed(t *testing.T, text string, from, to time.Time) []string {
	starts := map[string]string{} // by RECURRENCE-ID
	for _, e := range parse(t, text).Events() {
		start := propertyTime(t, e.GetProperty("DTSTART"))
		id := start
		if p := e.GetProperty("RECURRENCE-ID"); p != nil {
			id = propertyTime(t, p)
		}
		line := start.Format(time.RFC3339)
		if e.GetProperty("STATUS").Value == "CANCELLED" {
			line += " off"
		}
		if p := e.GetProperty("RRULE"); p != nil {
			option, err := rrule.StrToROption(p.Value)
			if err != nil {
				t.Fatal(err)
			}
			option.Dtstart = start
			all, err := rrule.NewRRule(*option)
			if err != nil {
				t.Fatal(err)
			}
			for _, moment := range all.Between(from, to, true) {
				starts[moment.Format(time.RFC3339)] = moment.Format(time.RFC3339)
			}
			continue
		}
		starts[id.Format(time.RFC3339)] = line
	}
	var lines []string
	for _, line := range starts {
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

func propertyTime(t *testing.T, p *ics.IANAProperty) time.Time {
	layout := "20060102T150405"
	if p.GetValueType() == ics.ValueDataTypeDate {
		layout = "20060102"
	} else if zone := p.ICalParameters["TZID"]; len(zone) != 1 || zone[0] != "Europe/Stockholm" {
		t.Errorf("%s has the zone %v", p.IANAToken, zone)
	}
	moment, err := time.ParseInLocation(layout, p.Value, clock.Stockholm())
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func parse(t testing.TB, text string) *ics.Calendar {
	t.Helper()
	parsed, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return parsed
}

func unfold(text string) string { return strings.ReplaceAll(text, "\r\n ", "") }

// Text of any characters comes back as it was, but for what no line of text has.
func FuzzWrite(f *testing.F) {
	for _, text := range []string{
		"", "Öppen frågestund; fråga, svara: \"ja\" \\ nej", "rad\nrad\r\nrad\rslut\n", `\n \\n \, \;`, " mellanslag ", "\t\tflikar",
		"BEGIN:VEVENT\r\nEND:VCALENDAR", strings.Repeat("å", 80), strings.Repeat("x", 75) + "é", "a\x00b\x7f\u0085\u2028", "\xff\xfe", "👩‍👩‍👧‍👦<b>>",
	} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, summary, description string) {
		feed := sample(t)
		feed.Events = feed.Events[:1]
		e := &feed.Events[0]
		e.Summary, e.Description, e.Location, feed.Name = summary, description, description, summary
		e.Series.Overrides = nil
		text := write(t, feed)
		for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
				t.Fatalf("bad line %q", line)
			}
		}
		parsed := parse(t, text)
		got := parsed.Events()[0]
		for key, want := range map[ics.ComponentProperty]string{"SUMMARY": summary, "DESCRIPTION": description, "LOCATION": description} {
			value := ""
			if p := got.GetProperty(key); p != nil {
				value = p.Value
			}
			if value != carried(want) {
				t.Errorf("%s %q came back as %q", key, want, value)
			}
		}
		if len(parsed.Components) != 1+len(parsed.Events()) {
			t.Errorf("%d components", len(parsed.Components))
		}
	})
}

// carried is what is left of a text that has been through a feed.
func carried(text string) string {
	var out strings.Builder
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	for _, r := range text {
		switch {
		case r == '\r':
			out.WriteByte('\n')
		case r == '\n' || r == '\t' || r >= ' ' && r < 0x7f || r >= 0xa0:
			out.WriteRune(r)
		}
	}
	return out.String()
}
