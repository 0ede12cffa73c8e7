package markdown

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// filmHead is a fenced block "film".
type filmHead struct {
	Title      string `yaml:"titel"`
	Address    string `yaml:"adress"`
	Length     string `yaml:"längd"`
	Captions   string `yaml:"undertexter"`
	Transcript string `yaml:"transkript"`
}

// film prepares a link card. It loads nothing: the film is a link, and the card says
// where it leads.
func (s *survey) film(n *ast.FencedCodeBlock, content []byte, first int) {
	var f filmHead
	if p := decodeYAML(content, first, &f); p != nil {
		s.hide(n, msgFilmHidden, []*Problem{p})
		return
	}
	problems := f.check(first)
	u, err := url.Parse(strings.TrimSpace(f.Address))
	to, message := s.route.to(strings.TrimSpace(f.Address))
	if f.Address != "" && (err != nil || message != "" || u.Scheme != "https") {
		problems = append(problems, newProblem(first, msgFilmAddress, excerpt(f.Address)))
	}
	transcript, ok := s.transcript(f.Transcript, first)
	if !ok {
		problems = append(problems, newProblem(first, msgFilmTranscript, excerpt(f.Transcript)))
	}
	if len(problems) > 0 {
		s.hide(n, msgFilmHidden, problems)
		return
	}
	s.text.WriteString(f.Title + "\n")
	s.follow(n.Pos(), to)
	s.prepared[n] = f.html(s, to.href, u.Hostname(), transcript)
}

func (f *filmHead) check(line int) []*Problem {
	var problems []*Problem
	for _, key := range [][2]string{{"titel", f.Title}, {"adress", f.Address}, {"längd", f.Length},
		{"undertexter", f.Captions}, {"transkript", f.Transcript}} {
		if strings.TrimSpace(key[1]) == "" {
			problems = append(problems, newProblem(line, msgNoFilmKey, key[0]))
		}
	}
	return problems
}

// transcript gives the transcript's HTML: a link when it is an address, else words.
func (s *survey) transcript(written string, line int) (string, bool) {
	written = strings.TrimSpace(written)
	if !strings.HasPrefix(written, "/") && !strings.Contains(written, "://") {
		return escape(written), true
	}
	to, message := s.route.to(written)
	if message != "" {
		return "", false
	}
	if to.path != "" {
		s.result.Links = append(s.result.Links, Link{Path: to.path, Line: line})
	}
	p := page{survey: s}
	p.openLink(to.href, nil)
	p.put(s.say.transcript)
	p.closeLink(to.href)
	return p.String(), true
}

func (f *filmHead) html(s *survey, href, host, transcript string) string {
	p := page{survey: s}
	p.put(`<div class="film">`, "\n", `<p class="film-title">`)
	p.openLink(href, nil)
	p.put(escape(s.say.film + ": " + f.Title))
	p.closeLink(href)
	p.put("</p>\n", `<p class="film-note">`, escape(fmt.Sprintf(s.say.watch, host)), "</p>\n<dl>\n")
	for _, row := range [][2]string{{s.say.length, escape(f.Length)}, {s.say.captions, escape(f.Captions)},
		{s.say.transcript, transcript}} {
		p.put("<div><dt>", row[0], "</dt><dd>", row[1], "</dd></div>\n")
	}
	p.put("</dl>\n</div>\n")
	return p.String()
}
