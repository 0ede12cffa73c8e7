package db

import (
	"net/url"
	"path/filepath"
	"strings"

	"nuso.se/app/fault"
)

// address is where a database lives.
type address struct {
	engine string
	file   string   // SQLite
	url    *url.URL // PostgreSQL
}

// parseAddress reads DATABASE_URL. Its errors never repeat the address, which may hold a password.
func parseAddress(text, dataDir string) (address, error) {
	switch {
	case text == "" && dataDir == "":
		return address{}, fault.New(fault.Invalid, textNoFolder, nil)
	case text == "":
		return sqliteAt(filepath.Join(dataDir, "nuso.db"))
	case strings.HasPrefix(text, "sqlite:"):
		path := strings.TrimPrefix(text, "sqlite:")
		if rest, ok := strings.CutPrefix(path, "//"); ok { // sqlite:///var/lib/nuso.db is written by habit
			path = rest
		}
		if path == "" || strings.Contains(path, ":memory:") {
			return address{}, fault.New(fault.Invalid, textNoFile, nil)
		}
		return sqliteAt(path)
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || u.Host == "" && u.Query().Get("host") == "" {
		return address{}, fault.New(fault.Invalid, textBadURL, nil)
	}
	return address{engine: PostgreSQL, url: u}, nil
}

func sqliteAt(path string) (address, error) {
	file, err := filepath.Abs(path)
	if err != nil {
		return address{}, fault.New(fault.Invalid, textNoFile, err)
	}
	return address{engine: SQLite, file: file}, nil
}
