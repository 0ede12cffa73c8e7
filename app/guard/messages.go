package guard

import (
	"fmt"
	"strings"
)

// mostNamed is how many findings Explain names one by one.
const mostNamed = 5

// String returns the place as it is told: "rad 3, tecken 12".
func (p Position) String() string { return fmt.Sprintf("rad %d, tecken %d", p.Line, p.Column) }

// look is the text of a finding.
func look(kind Kind) string {
	if kind == Serials {
		return "en lista med löpnummer"
	}
	return "ett " + string(kind)
}

// Explain returns one plain Swedish text for the field or form that was refused: what was found where, and what to
// do. It is empty when nothing was found.
func Explain(findings []Finding) string {
	if len(findings) == 0 {
		return ""
	}
	named := make([]string, 0, mostNamed)
	for _, f := range findings[:min(len(findings), mostNamed)] {
		named = append(named, phrase(f))
	}
	what := join(named, len(findings)-len(named))
	return "Texten innehåller något som ser ut som " + what + ". Sådana uppgifter får inte finnas här. " +
		"Ta bort dem och skicka igen. Inget av texten har sparats."
}

// phrase names a finding inside a sentence.
func phrase(f Finding) string {
	if f.Kind == Serials {
		return f.Text + " (från " + f.Where.String() + ")"
	}
	return f.Text + " (" + f.Where.String() + ")"
}

// join lists the phrases, and how many more there are.
func join(phrases []string, more int) string {
	last := len(phrases) - 1
	switch {
	case more > 0:
		return fmt.Sprintf("%s och %d till", strings.Join(phrases, ", "), more)
	case last == 0:
		return phrases[0]
	}
	return strings.Join(phrases[:last], ", ") + " och " + phrases[last]
}
