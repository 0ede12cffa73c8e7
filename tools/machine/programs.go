package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// PostgreSQL is the database server's own programs; the distribution's
// cluster is neither made, started nor used.
func PostgreSQL() Program {
	return Program{Name: "PostgreSQL server", Debian: []string{"postgresql"}, Brew: "postgresql@17",
		Find: PostgreSQLBin, Prepare: noCluster}
}

// Chromium is the browser of the browser tests.
func Chromium() Program {
	return Program{Name: "Chromium", Debian: []string{"chromium"}, Brew: "--cask chromium", Find: ChromiumPath}
}

// Compiler is the C compiler that the race detector needs.
func Compiler() Program {
	return Program{Name: "C compiler", Debian: []string{"gcc", "libc6-dev"}, Brew: "gcc",
		Find: func() string { return Which("gcc", "cc") }}
}

// Nginx is what the figures are compared with.
func Nginx() Program {
	return Program{Name: "nginx", Debian: []string{"nginx-light"}, Brew: "nginx",
		Find: func() string { return Which("nginx") }}
}

// Wrk is the load generator.
func Wrk() Program {
	return Program{Name: "wrk", Debian: []string{"wrk"}, Brew: "wrk", Find: func() string { return Which("wrk") }}
}

// ChromiumPath returns the browser's path, or nothing.
func ChromiumPath() string {
	for _, path := range []string{"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return Which("chromium", "chromium-browser", "google-chrome")
}

// PostgreSQLBin returns the folder with initdb and postgres of the newest
// version there is, or nothing.
func PostgreSQLBin() string {
	best, newest := "", -1
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin"} {
		found, _ := filepath.Glob(pattern)
		for _, dir := range found {
			if v := version(dir); v > newest && hasServer(dir) {
				best, newest = dir, v
			}
		}
	}
	if best == "" {
		if path := Which("initdb"); path != "" && hasServer(filepath.Dir(path)) {
			return filepath.Dir(path)
		}
	}
	return best
}

func hasServer(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// version reads the number in a path such as /usr/lib/postgresql/15/bin.
func version(dir string) int {
	digits := strings.TrimFunc(filepath.Base(filepath.Dir(dir)), func(r rune) bool { return r < '0' || r > '9' })
	n, _ := strconv.Atoi(digits)
	return n
}

// noCluster keeps Debian's package from making and starting a cluster of its
// own. What it writes it takes away again.
func noCluster() (undo func(), err error) {
	dir := "/etc/postgresql-common/createcluster.d"
	name := filepath.Join(dir, fmt.Sprintf("nuso-%d.conf", os.Getpid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(name, []byte("create_main_cluster = false\nstart_conf = 'disabled'\n"), 0o644); err != nil {
		return nil, err
	}
	return func() { os.Remove(name) }, nil
}
