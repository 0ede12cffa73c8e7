package main

import (
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/document"
	"nuso.se/app/fault"
	"nuso.se/content"
)

type migrateUp struct{}

// Run migrates to the newest version.
func (migrateUp) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if err := h.db.Migrate(c.ctx); err != nil {
			return err
		}
		return printMigrations(c, h)
	})
}

type migrateDown struct{}

// Run takes back the last migration.
func (migrateDown) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if err := h.db.MigrateDown(c.ctx); err != nil {
			return err
		}
		return printMigrations(c, h)
	})
}

type migrateStatus struct{}

// Run prints every migration and whether it is done.
func (migrateStatus) Run(c *console) error {
	return c.withHouse(func(h *house) error { return printMigrations(c, h) })
}

func printMigrations(c *console, h *house) error {
	list, err := h.db.MigrateStatus(c.ctx)
	for _, m := range list {
		state := "väntar"
		if m.Applied {
			state = "gjord"
		}
		fmt.Fprintf(c.out, "%04d  %-6s  %s\n", m.Version, state, m.Name)
	}
	return err
}

type contentCheck struct {
	Dir string `arg:"" optional:"" help:"Mapp med innehållsfiler; utan den kontrolleras det inbyggda."`
}

// Run prints every fault in the content files and fails when there is one. It needs no database.
func (cmd contentCheck) Run(c *console) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	files, err := contentFiles(cmd.Dir)
	if err != nil {
		return err
	}
	n, problems, err := newDocuments(nil, cfg, time.Now).Check(files)
	if err != nil {
		return err
	}
	printProblems(c.err, problems)
	if len(problems) > 0 {
		fmt.Fprintf(c.err, "%d fel i %d dokument (%s)\n", len(problems), n, dirOrBuiltIn(cmd.Dir))
		return errSaid
	}
	fmt.Fprintf(c.out, "%d dokument utan fel (%s)\n", n, dirOrBuiltIn(cmd.Dir))
	return nil
}

type contentSync struct {
	Dir   string `arg:"" optional:"" help:"Mapp med innehållsfiler; utan den läses det inbyggda in."`
	Prune bool   `help:"Arkivera även dokument som ändrats på webbplatsen när deras fil är borta."`
}

// Run brings the database together with the files; a server that runs shows the change within a second.
func (cmd contentSync) Run(c *console) error {
	files, err := contentFiles(cmd.Dir)
	if err != nil {
		return err
	}
	return c.withHouse(func(h *house) error {
		if err := h.db.Migrate(c.ctx); err != nil {
			return err
		}
		report, err := h.docs.Sync(access.System(c.ctx), files, cmd.Prune)
		printProblems(c.err, report.Problems)
		for _, path := range report.Conflicts {
			fmt.Fprintf(c.err, "%s: ändrad både i filen och på webbplatsen. Webbplatsens text står kvar; filens finns bland versionerna.\n", path)
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, report.Line())
		if len(report.Problems) > 0 {
			return errSaid // what is sound was read in all the same
		}
		return nil
	})
}

type contentExport struct {
	Dir string `arg:"" help:"Ny eller tom mapp."`
}

// Run writes every document as the file it came from.
func (cmd contentExport) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if err := h.prepare(c.ctx); err != nil {
			return err
		}
		n, err := h.docs.Export(access.System(c.ctx), cmd.Dir)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%d filer skrivna till %s\n", n, cmd.Dir)
		return nil
	})
}

func contentFiles(dir string) (fs.FS, error) {
	if dir == "" {
		return content.Files, nil
	}
	return os.DirFS(dir), isDir(dir)
}

func printProblems(w io.Writer, problems []document.Problem) {
	for _, p := range problems {
		fmt.Fprintln(w, p.Error())
	}
}

type doctor struct{}

// Run looks at one part after the other and says the cure for what is wrong; it fails when anything is.
func (doctor) Run(c *console) error {
	sound := true
	tell := func(part string, err error) bool {
		if err != nil {
			sound = false
			fmt.Fprintf(c.out, "FEL  %-14s %s\n", part, forPeople(err))
			return false
		}
		fmt.Fprintf(c.out, "bra  %s\n", part)
		return true
	}
	cfg, err := c.config()
	if tell("inställningar", err) {
		tell("innehåll", checkBuiltIn(newDocuments(nil, cfg, time.Now)))
		h, err := openHouse(c.ctx, cfg, time.Now, quiet())
		if tell("databas", err) {
			defer h.close()
			tell("schema", h.schemaIsCurrent(c.ctx))
			site, err := h.newSite()
			if tell("sidmallar", err) && !site.Built() {
				tell("utseende", fmt.Errorf("stilmallarna är inte byggda. Kör make build"))
			}
		}
	}
	if !sound {
		return errSaid
	}
	return nil
}

func checkBuiltIn(docs *document.Service) error {
	_, problems, err := docs.Check(content.Files)
	if err == nil && len(problems) > 0 {
		return fmt.Errorf("%d fel. Kör nuso content check", len(problems))
	}
	return err
}

// Run asks the server that the settings describe, on this machine, whether it is ready.
func (healthcheck) Run(c *console) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 3 * time.Second}
	answer, err := client.Get("http://" + net.JoinHostPort("127.0.0.1", port) + "/readyz")
	if err != nil {
		return fmt.Errorf("servern svarar inte på port %s. Starta den med nuso serve", port)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("servern är inte klar (%s). Se /readyz", answer.Status)
	}
	fmt.Fprintln(c.out, "klar")
	return nil
}

// version is the commit that the binary was built from, where the builder could tell.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "okänd"
	}
	revision, when := "utvecklingsversion", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case "vcs.time":
			when = " " + s.Value
		}
	}
	return revision + when + " " + info.GoVersion
}

// forPeople returns the Swedish text of a house error where it has one, with the cause only when there is no text.
func forPeople(err error) string {
	f := fault.Of(err)
	switch {
	case f == nil || f.Text == "":
		return err.Error()
	case len(f.Fields) > 0:
		texts := make([]string, len(f.Fields))
		for i, field := range f.Fields {
			texts[i] = field.Text
		}
		return strings.Join(texts, " ")
	}
	return f.Text
}
