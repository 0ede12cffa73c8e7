package markdown

import (
	"bytes"
	"unicode/utf8"
)

// MaxSource is the largest source, in bytes, that Split and Render accept.
const MaxSource = 512 << 10

// Split parses a content file: front matter between two lines "---", decoded into
// dst (a pointer to a struct with yaml tags; a key it lacks is an error), and the
// Markdown body after it. line is the number of the body's first line in the file,
// to be handed on as [Env].Line.
//
// A type in dst may check its own value in UnmarshalYAML; a *Problem returned from
// there comes out with its Line moved to the line in the file.
//
// Every error is a *Problem.
func Split(source []byte, dst any) (body string, line int, err error) {
	if p := readable(source, 1); p != nil {
		return "", 0, p
	}
	if p := unixLines(source); p != nil {
		return "", 0, p
	}
	head, rest, end, p := cut(source)
	if p != nil {
		return "", 0, p
	}
	if p := decodeYAML(head, 2, dst); p != nil {
		return "", 0, p
	}
	trimmed := bytes.TrimLeft(rest, "\n")
	return string(trimmed), end + 1 + len(rest) - len(trimmed), nil
}

// cut finds the two lines of dashes; end is the number of the second one.
func cut(source []byte) (head, rest []byte, end int, p *Problem) {
	first, tail, _ := bytes.Cut(source, []byte("\n"))
	if string(first) != "---" {
		if string(bytes.TrimSpace(first)) == "---" {
			return nil, nil, 0, newProblem(1, msgDashes)
		}
		return nil, nil, 0, newProblem(1, msgNoFrontMatter)
	}
	start := len(source) - len(tail)
	for at, number := start, 2; at < len(source); number++ {
		line, after, _ := bytes.Cut(source[at:], []byte("\n"))
		if string(line) == "---" {
			return source[start:at], after, number, nil
		}
		if string(bytes.TrimSpace(line)) == "---" {
			return nil, nil, 0, newProblem(number, msgDashes)
		}
		at += len(line) + 1
	}
	return nil, nil, 0, newProblem(1, msgOpenFrontMatter)
}

// readable refuses what is too large or no text at all. first is the number of the
// first line.
func readable(source []byte, first int) *Problem {
	if len(source) > MaxSource {
		return newProblem(0, msgTooLarge, (len(source)+1023)>>10, MaxSource>>10)
	}
	if at := bytes.IndexByte(source, 0); at >= 0 {
		return newProblem(lineAt(source, at, first), msgNUL)
	}
	if !utf8.Valid(source) {
		return newProblem(lineAt(source, firstInvalid(source), first), msgNotUTF8)
	}
	return nil
}

// unixLines refuses the marks that other systems leave in a file.
func unixLines(source []byte) *Problem {
	if bytes.HasPrefix(source, []byte("\ufeff")) {
		return newProblem(1, msgBOM)
	}
	if at := bytes.IndexByte(source, '\r'); at >= 0 {
		return newProblem(lineAt(source, at, 1), msgCRLF)
	}
	return nil
}

func firstInvalid(source []byte) int {
	at := 0
	for at < len(source) {
		r, size := utf8.DecodeRune(source[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return at
}

func lineAt(source []byte, at, first int) int {
	return first + bytes.Count(source[:at], []byte("\n"))
}
