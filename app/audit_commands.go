package main

import (
	"fmt"

	"nuso.se/app/audit"
)

type auditVerify struct {
	From audit.Mark `placeholder:"NUMMER:KONTROLLSUMMA" help:"En rad från en tidigare kontroll, som ska finnas kvar."`
}

// Run reads the whole audit log and prints its last row, for the next time; it fails and names the first row that does not hold.
func (cmd auditVerify) Run(c *console) error {
	return c.withHouse(func(h *house) error {
		if err := h.schemaIsCurrent(c.ctx); err != nil {
			return err
		}
		v, err := audit.Verify(c.ctx, h.db, cmd.From)
		if err != nil {
			return err
		}
		if v.Flaw != "" {
			fmt.Fprintf(c.err, "Revisionsloggen stämmer inte: %s. %d rader före felet stämmer. "+
				"Jämför med en säkerhetskopia, och ta reda på vem som har haft tillgång till databasen.\n", flawed(v), v.Last.Number)
			return errSaid
		}
		if v.Last.Number == 0 {
			fmt.Fprintln(c.out, "Revisionsloggen är tom.")
			return nil
		}
		fmt.Fprintf(c.out, "Revisionsloggen stämmer: %d rader. Den sista:\n%s\n"+
			"Spara den raden utanför servern och ange den nästa gång med --from: bara så märks det om rader i slutet har tagits bort.\n",
			v.Last.Number, v.Last)
		return nil
	})
}

// flawed returns what is wrong with the log, in words.
func flawed(v audit.Verdict) string {
	switch v.Flaw {
	case audit.Missing:
		return fmt.Sprintf("rader saknas före rad %d", v.Broken)
	case audit.Changed:
		return fmt.Sprintf("rad %d har ändrats", v.Broken)
	case audit.Misplaced:
		return fmt.Sprintf("rad %d följer inte på raden före den; någon av dem har bytts ut, flyttats eller skjutits in", v.Broken)
	case audit.Rewritten:
		return fmt.Sprintf("rad %d är inte den som angavs med --from; loggen har skrivits om", v.Broken)
	case audit.CutOff:
		return fmt.Sprintf("rad %d saknas; loggen slutar före raden som angavs med --from", v.Broken)
	}
	return string(v.Flaw)
}
