package pg

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nuso.se/tools/guardian"
	"nuso.se/tools/machine"
)

func TestMain(m *testing.M) {
	guardian.Main()
	os.Exit(m.Run())
}

func TestTwoServersAtOnceAnswerAndAreGoneAfterwards(t *testing.T) {
	bin := machine.PostgreSQLBin()
	if bin == "" {
		t.Skip("PostgreSQL's programs are not on this machine")
	}
	guard, err := guardian.Start()
	if err != nil {
		t.Fatal(err)
	}
	var servers []*Server
	for range 2 {
		s, err := Start(context.Background(), guard)
		if err != nil {
			t.Fatal(err)
		}
		servers = append(servers, s)
	}
	if servers[0].Port == servers[1].Port {
		t.Errorf("both on port %d", servers[0].Port)
	}
	for _, s := range servers {
		if got, err := ask(bin, s.URL, "select upper('å') || current_user"); err != nil || got != "Ånuso" {
			t.Errorf("answer %q, %v", got, err)
		}
	}
	wrong := strings.Replace(servers[0].URL, "nuso:", "nuso:x", 1)
	if got, err := ask(bin, wrong, "select 1"); err == nil {
		t.Errorf("a wrong password was let in: %q", got)
	}
	guard.Close()
	if _, err := ask(bin, servers[0].URL, "select 1"); err == nil {
		t.Error("the server still answers")
	}
}

func TestAFolderThatTheServersUserCannotReachIsNotUsed(t *testing.T) {
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.MkdirAll(filepath.Join(closed, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := reachable(filepath.Join(closed, "in")); got != "/tmp" {
		t.Errorf("reachable = %q, want /tmp", got)
	}
}

// ask runs one query with PostgreSQL's own client.
func ask(bin, url, query string) (string, error) {
	psql := filepath.Join(bin, "psql")
	if _, err := os.Stat(psql); err != nil {
		psql = "psql"
	}
	out, err := exec.Command(psql, "-w", "-tA", "-c", query, url).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
