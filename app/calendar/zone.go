package calendar

import ics "github.com/arran4/golang-ical"

const zoneName = "Europe/Stockholm"

// newZone makes the VTIMEZONE: the rule of the European Union, in force since 1996, an hour ahead of UTC and two
// from the last Sunday of March to the last of October. Programs that know the name use their own tables; Outlook
// uses this.
func newZone() *ics.VTimezone {
	zone := ics.NewTimezone(zoneName)
	summer := &ics.Daylight{ComponentBase: turn("19960331T020000", "+0100", "+0200", "CEST", "3")}
	winter := &ics.Standard{ComponentBase: turn("19961027T030000", "+0200", "+0100", "CET", "10")}
	zone.Components = append(zone.Components, summer, winter)
	return zone
}

// turn describes one of the two changes of the clocks.
func turn(first, from, to, name, month string) ics.ComponentBase {
	var c ics.ComponentBase
	c.AddProperty("DTSTART", first)
	c.AddProperty("TZOFFSETFROM", from)
	c.AddProperty("TZOFFSETTO", to)
	c.AddProperty("TZNAME", name)
	c.AddProperty("RRULE", "FREQ=YEARLY;BYMONTH="+month+";BYDAY=-1SU")
	return c
}
