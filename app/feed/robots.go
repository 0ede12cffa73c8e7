package feed

import (
	"strings"
	"time"

	"nuso.se/app/clock"
)

// disallowed are the addresses that crawlers are asked to stay away from: hits are without end, and what the JSON says
// stands on pages too.
func disallowed() []string { return []string{"/api/", "/sok"} }

// robotsText is robots.txt as RFC 9309 has it.
func robotsText(baseURL string) string {
	lines := []string{"User-agent: *", "Allow: /"}
	for _, path := range disallowed() {
		lines = append(lines, "Disallow: "+path)
	}
	return strings.Join(append(lines, "", "Sitemap: "+baseURL+"/sitemap.xml", ""), "\n")
}

// securityText is security.txt as RFC 9116 has it. It expires eleven months after the month's first day: within the year that
// the standard asks for, and the same all month.
func securityText(baseURL string, now time.Time) string {
	year, month, _ := now.In(clock.Stockholm()).Date()
	return strings.Join([]string{
		"Contact: " + baseURL + "/kontakt",
		"Expires: " + timestamp(clock.At(year, month+11, 1, 0, 0, 0)),
		"Preferred-Languages: sv, en",
		"Canonical: " + baseURL + "/.well-known/security.txt",
		"",
	}, "\n")
}

// nextMonth returns when security.txt changes.
func nextMonth(now time.Time) time.Time {
	year, month, _ := now.In(clock.Stockholm()).Date()
	return clock.At(year, month+1, 1, 0, 0, 0)
}
