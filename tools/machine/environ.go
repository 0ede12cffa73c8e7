package machine

import (
	"os"
	"strings"
)

// Environ returns this process's environment without the settings of a site
// (they would point tests at somebody's data) and with extra added.
func Environ(extra ...string) []string {
	var list []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !isSetting(name) {
			list = append(list, entry)
		}
	}
	return append(list, extra...)
}

// isSetting reports whether the name is one of the site's settings, or one by
// which a database driver or Node.js would be led astray.
func isSetting(name string) bool {
	switch name {
	case "DATABASE_URL", "SMTP_URL", "MAIL_FROM", "NODE_OPTIONS", "NODE_ENV", "NODE_V8_COVERAGE", "GOWORK":
		return true
	}
	for _, prefix := range []string{"NUSO_", "MEILI_", "OIDC_", "OTEL_", "PG"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
