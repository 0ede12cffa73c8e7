package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"nuso.se/app/access"
	"nuso.se/app/demo"
	"nuso.se/app/web"
)

type demoLoad struct{}

// Run loads the demonstration data and says how to log in as its people. A server that runs shows it within a second.
func (demoLoad) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if h.cfg.Production() {
			return errors.New("det här är produktion (NUSO_ENV=production), och där läses inga demonstrationsuppgifter in. Använd en egen uppsättning för dem")
		}
		if err := h.prepare(c.ctx); err != nil {
			return err
		}
		changed, err := h.demo.Load(access.System(c.ctx))
		if err != nil {
			return err
		}
		if changed {
			fmt.Fprintln(c.out, "Demonstrationsuppgifterna är inlästa.")
		} else {
			fmt.Fprintln(c.out, "Demonstrationsuppgifterna är redan inlästa. Inget har ändrats.")
		}
		tellPeople(c.out)
		return nil
	})
}

// tellPeople prints who there is and how to log in as one of them.
func tellPeople(w io.Writer) {
	fmt.Fprint(w, "Logga in som någon av personerna, till exempel:\n\n  nuso user link kontakt@"+demo.Domain+"\n\n")
	for _, p := range demo.People() {
		fmt.Fprintf(w, "  %-32s  %-18s  %s\n", p.Email, p.Role.Title(), p.Name)
	}
	fmt.Fprint(w, "\nTa bort allt igen med nuso demo clear.\n")
}

type demoClear struct{}

// Run removes the demonstration data. A server that runs drops it within a second.
func (demoClear) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if err := h.schemaIsCurrent(c.ctx); err != nil {
			return err
		}
		cleared, err := h.demo.Clear(access.System(c.ctx))
		if err != nil {
			return err
		}
		if len(cleared.Removed) == 0 {
			fmt.Fprintln(c.out, "Det finns inga demonstrationsuppgifter att ta bort. Inget har ändrats.")
		} else {
			fmt.Fprintf(c.out, "Borttaget: %s.\nRevisionsloggens rader om dem står kvar, som alla dess rader.\n", removed(cleared.Removed))
		}
		for _, name := range cleared.Kept {
			fmt.Fprintf(c.out, "%s står kvar: där finns någon med en roll som inte hör till demonstrationen.\n", name)
		}
		return nil
	})
}

// removed tells how much was removed of what people know.
func removed(rows map[string]int64) string {
	var parts []string
	for _, what := range []struct{ table, one, many string }{
		{"organisations", "organisation", "organisationer"}, {"persons", "person", "personer"}, {"rounds", "omgång", "omgångar"},
		{"documents", "nyhet", "nyheter"}, {"sessions", "inloggning", "inloggningar"}, {"join_requests", "ansökan", "ansökningar"},
	} {
		if n := int(rows[what.table]); n > 0 {
			parts = append(parts, web.Plural(n, what.one, what.many))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "det som fanns kvar")
}
