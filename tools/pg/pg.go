// Package pg starts a PostgreSQL of the run's own: fresh data in a temporary
// folder, a random port on the loopback, a random password. It is gone with
// the runner.
package pg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"nuso.se/tools/guardian"
	"nuso.se/tools/machine"
)

// role is the superuser that initdb makes.
const role = "nuso"

// Server is a running PostgreSQL.
type Server struct {
	URL     string // of the database postgres; the role may make databases
	Version string
	Port    int
	cluster *cluster
}

// cluster is what Start works on.
type cluster struct {
	bin, dir string
	secret   string
	as       *syscall.Credential // nil: as the caller
	guard    *guardian.Guardian
	gone     chan struct{} // closed when the server has ended
}

// Start makes and starts a server. As root it runs as the system's user
// postgres, since PostgreSQL refuses root. The guardian ends it.
func Start(ctx context.Context, guard *guardian.Guardian) (*Server, error) {
	c := &cluster{bin: machine.PostgreSQLBin(), secret: rand.Text(), guard: guard}
	if c.bin == "" {
		return nil, errors.New("PostgreSQL's programs initdb and postgres are not on this machine")
	}
	if err := c.own(); err != nil {
		return nil, err
	}
	if err := c.create(ctx); err != nil {
		return nil, err
	}
	var err error
	for range 5 { // the port may be taken between asking for it and using it
		var port int
		if port, err = freePort(); err != nil {
			return nil, err
		}
		if err = c.serve(ctx, port); err == nil {
			return &Server{Port: port, Version: c.version(ctx), cluster: c,
				URL: fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/postgres?sslmode=disable", role, c.secret, port)}, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

// own makes the folder and gives it to the user the server will run as.
func (c *cluster) own() error {
	parent := ""
	if machine.Root() {
		u, err := user.Lookup("postgres")
		if err != nil {
			return fmt.Errorf("as root the server needs the system user postgres: %w", err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		parent = reachable(os.TempDir())
	}
	dir, err := c.guard.Folder(parent, "nuso-pg-*")
	if err != nil {
		return err
	}
	if len(dir) > 80 { // a socket's path has room for 107 bytes
		if dir, err = c.guard.Folder("/tmp", "nuso-pg-*"); err != nil {
			return err
		}
	}
	c.dir = dir
	if c.as != nil {
		return os.Chown(dir, int(c.as.Uid), int(c.as.Gid))
	}
	return nil
}

// reachable returns dir if every user may pass through it, else /tmp.
func reachable(dir string) string {
	for d := filepath.Clean(dir); d != "/"; d = filepath.Dir(d) {
		if info, err := os.Stat(d); err != nil || info.Mode().Perm()&1 == 0 {
			return "/tmp"
		}
	}
	return dir
}

// create runs initdb.
func (c *cluster) create(ctx context.Context) error {
	secret := filepath.Join(c.dir, "secret")
	if err := os.WriteFile(secret, []byte(c.secret+"\n"), 0o644); err != nil { // in a folder that is 0700
		return err
	}
	defer os.Remove(secret)
	cmd := c.command(ctx, "initdb", "--pgdata", c.data(), "--username", role, "--pwfile", secret,
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", locale(), "--no-sync")
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := c.guard.Run(cmd); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, said.String())
	}
	return nil
}

// serve starts the server on a port and waits until it answers.
func (c *cluster) serve(ctx context.Context, port int) error {
	log, err := os.Create(filepath.Join(c.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"-D", c.data(), "-p", strconv.Itoa(port), "-k", c.dir}
	// A crash of the server alone loses nothing without fsync; one of the machine takes the folder with it.
	for _, setting := range []string{"listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off",
		"max_connections=300", "jit=off", "max_wal_size=2GB", "autovacuum_naptime=5min"} {
		args = append(args, "-c", setting)
	}
	cmd := c.command(context.WithoutCancel(ctx), "postgres", args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := c.guard.Start(cmd, syscall.SIGQUIT); err != nil {
		return err
	}
	gone := make(chan struct{})
	c.gone = gone
	var ended error
	go func() {
		ended = c.guard.Wait(cmd)
		close(gone)
	}()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); {
		select {
		case <-gone:
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("PostgreSQL ended at once: %w\n%s", ended, said)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
		if c.ready() {
			return nil
		}
	}
	return errors.New("PostgreSQL did not answer within a minute")
}

// ready reads the state that the server writes into its pid file.
func (c *cluster) ready() bool {
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	return err == nil && len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *cluster) version(ctx context.Context) string {
	text, _ := exec.CommandContext(ctx, filepath.Join(c.bin, "postgres"), "--version").Output()
	_, version, _ := strings.Cut(strings.TrimSpace(string(text)), ") ")
	return version
}

// command prepares one of PostgreSQL's programs as the server's user.
func (c *cluster) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := guardian.Command(ctx, filepath.Join(c.bin, name), args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + c.dir, "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr.Credential = c.as
	return cmd
}

// locale is one in which every letter has its other case, as in production.
func locale() string {
	if runtime.GOOS == "darwin" {
		return "en_US.UTF-8"
	}
	return "C.UTF-8"
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("asking for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
