package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"nuso.se/tools/guardian"
	"nuso.se/tools/machine"
	"nuso.se/tools/site"
)

// nginx is a server with files of its own: the very bytes that ours sent.
type nginx struct{ addr string }

// nginx starts one that serves the pages of s, plain and compressed.
func (b *bench) nginx(ctx context.Context, s *site.Site) (*nginx, error) {
	dir := filepath.Join(b.Scratch, "nginx")
	for _, sub := range []string{"files", "temp", "logs"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, fmt.Errorf("making nginx's folder: %w", err)
		}
	}
	for i, p := range b.all() {
		for accept, ending := range map[string]string{"identity": "", "gzip": ".gz"} {
			a, err := fetch(ctx, s.Addr, p.path, accept)
			if err != nil {
				return nil, err
			}
			if ending != "" && a.encoding != "gzip" {
				return nil, fmt.Errorf("%s is not sent compressed to a client that accepts gzip", p.path)
			}
			if err := os.WriteFile(filepath.Join(dir, "files", fmt.Sprintf("%d.html%s", i, ending)), a.body, 0o644); err != nil {
				return nil, fmt.Errorf("writing nginx's files: %w", err)
			}
		}
	}
	var err error
	for range 5 {
		var n *nginx
		if n, err = b.startNginx(ctx, dir); err == nil {
			return n, b.sameBytes(ctx, s, n)
		}
	}
	return nil, err
}

// startNginx writes the configuration for a free port and starts the server.
func (b *bench) startNginx(ctx context.Context, dir string) (*nginx, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("asking for a free port: %w", err)
	}
	n := &nginx{addr: l.Addr().String()}
	l.Close()
	config := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(config, []byte(b.config(dir, n.addr)), 0o644); err != nil {
		return nil, fmt.Errorf("writing nginx's configuration: %w", err)
	}
	var said strings.Builder
	cmd := guardian.Command(context.Background(), machine.Which("nginx"), "-p", dir, "-c", config, "-e", filepath.Join(dir, "logs", "error.log"))
	cmd.Stderr = &said
	if err := b.Guard.Start(cmd, syscall.SIGTERM); err != nil {
		return nil, err
	}
	gone := make(chan error, 1)
	go func() { gone <- b.Guard.Wait(cmd) }()
	for range 500 {
		select {
		case err := <-gone:
			return nil, fmt.Errorf("nginx ended at once: %w\n%s", err, said.String())
		case <-time.After(10 * time.Millisecond):
		}
		if c, err := net.Dial("tcp", n.addr); err == nil {
			c.Close()
			return n, nil
		}
	}
	return nil, errors.New("nginx did not answer within five seconds")
}

// config is nginx as it comes, and what makes it quick with small files.
func (b *bench) config(dir, addr string) string {
	var text strings.Builder
	if machine.Root() {
		text.WriteString("user root;\n") // the run's folder is root's own
	}
	fmt.Fprintf(&text, `daemon off;
worker_processes auto;
pid "%[1]s/nginx.pid";
error_log "%[1]s/logs/error.log";
events { worker_connections 1024; }
http {
  access_log "%[1]s/logs/access.log";
  client_body_temp_path "%[1]s/temp/body";
  proxy_temp_path "%[1]s/temp/proxy";
  fastcgi_temp_path "%[1]s/temp/fastcgi";
  uwsgi_temp_path "%[1]s/temp/uwsgi";
  scgi_temp_path "%[1]s/temp/scgi";
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  gzip_static on;
  gzip_vary on;
  charset utf-8;
  types { text/html html; }
  server {
    listen %[2]s;
    root "%[1]s/files";
`, dir, addr)
	for i, p := range b.all() {
		address, _, _ := strings.Cut(p.path, "?")
		fmt.Fprintf(&text, "    location = %s { try_files /%d.html =404; }\n", address, i)
	}
	text.WriteString("  }\n}\n")
	return text.String()
}

// sameBytes makes sure that the two servers send the same.
func (b *bench) sameBytes(ctx context.Context, s *site.Site, n *nginx) error {
	for _, p := range b.all() {
		ours, err := fetch(ctx, s.Addr, p.path, "gzip")
		if err != nil {
			return err
		}
		theirs, err := fetch(ctx, n.addr, p.path, "gzip")
		if err != nil {
			return fmt.Errorf("nginx: %w", err)
		}
		if theirs.encoding != "gzip" || !bytes.Equal(ours.body, theirs.body) {
			return fmt.Errorf("%s: nginx sends %d bytes (%s) and the site %d: the comparison would be void",
				p.path, len(theirs.body), theirs.encoding, len(ours.body))
		}
	}
	return nil
}
