package desk

import (
	"fmt"
	"time"

	"nuso.se/app/web"
)

// done are the things that can have been done when one comes to the list, by what its address says.
func done(what string) string {
	return map[string]string{
		"forsok": "Arbetet görs om strax. Misslyckas det igen kommer det tillbaka hit.",
		"alla":   "Arbetena görs om strax. De som misslyckas igen kommer tillbaka hit.",
		"borta":  "Arbetet är borttaget.",
		"ingen":  "Det arbetet finns inte längre här. Någon annan kan ha hunnit före, eller så är det redan gjort om.",
	}[what]
}

// waited tells for how long the oldest job has waited.
func waited(oldest, now time.Time) string {
	switch d := now.Sub(oldest); {
	case d < time.Minute:
		return "mindre än en minut"
	case d < 2*time.Hour:
		return web.Plural(int(d.Minutes()), "minut", "minuter")
	case d < 48*time.Hour:
		return web.Plural(int(d.Hours()), "timme", "timmar")
	default:
		return fmt.Sprintf("%d dygn", int(d.Hours()/24))
	}
}

// standsStill is from when on a job that nobody begins shows that nobody works.
const standsStill = 5 * time.Minute

const textStandsStill = "Arbeten väntar utan att bli gjorda. Kontrollera att servern är igång och att dess logg inte visar fel."
