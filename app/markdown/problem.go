package markdown

import (
	"fmt"
	"strconv"
	"strings"
)

// Problem is one fault in a text: where it is, what it is and what to do about
// it. Text and Cure are Swedish and meant for the person who wrote the text.
// It is the error that [Split] and [Renderer.Render] return.
type Problem struct {
	Line int // from 1; 0 when the fault belongs to no line
	Text string
	Cure string
}

// Error gives line, text and cure in one sentence, as commands print them.
func (p *Problem) Error() string {
	if p.Line == 0 {
		return p.Text + " " + p.Cure
	}
	return "rad " + strconv.Itoa(p.Line) + ": " + p.Text + " " + p.Cure
}

// newProblem fills a message from messages.go: text and cure around a "|". Verbs
// in it carry explicit indexes ("%[1]s"), so that either half may use any of args.
func newProblem(line int, message string, args ...any) *Problem {
	text, cure, _ := strings.Cut(message, "|")
	return &Problem{Line: line, Text: fill(text, args), Cure: fill(cure, args)}
}

func fill(format string, args []any) string {
	if !strings.Contains(format, "%[") {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// excerpt shortens what an author wrote so that a problem can quote it.
func excerpt(s string) string {
	const most = 60
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "") // yaml cuts within letters
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
