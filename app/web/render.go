package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/fault"
	"nuso.se/app/session"
)

// Sample is a view's template, named by its path without ending ("news/list"), with an empty value of the struct that
// goes with it. Features list theirs; a test holds templates and samples together.
type Sample struct {
	Name string
	View View
}

// Templates are the site's views, each a set of its own: layout, partials and page. html/template's own sets are safe
// for concurrent use once parsed; Fiber's view engine is not used since it holds one lock for every render.
type Templates struct {
	files fs.FS
	names []string
	live  bool // parse anew at every render
	sets  map[string]*template.Template
}

// ParseTemplates parses a set for each sample from files, the folder of a theme. It fails for a view without a
// template and for a template without a view.
func ParseTemplates(files fs.FS, samples []Sample, live bool) (*Templates, error) {
	t := &Templates{files: files, live: live, sets: map[string]*template.Template{}}
	for _, sample := range samples {
		set, err := t.parse(sample.Name)
		if err != nil {
			return nil, err
		}
		t.sets[sample.Name] = set
		t.names = append(t.names, sample.Name)
	}
	found, err := fs.Glob(files, "*/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range found {
		name = strings.TrimSuffix(name, ".html")
		folder, _, _ := strings.Cut(name, "/")
		if !slices.Contains([]string{"layouts", "partials", "mail"}, folder) && !slices.Contains(t.names, name) {
			return nil, fmt.Errorf("template %s has no view", name)
		}
	}
	return t, nil
}

func (t *Templates) parse(name string) (*template.Template, error) {
	set, err := template.New("base").ParseFS(t.files, "layouts/base.html", "partials/*.html", name+".html")
	if err != nil {
		return nil, fmt.Errorf("parsing template %s: %w", name, err)
	}
	return set, nil
}

// Set returns the parsed set of a view, for the test that type-checks it.
func (t *Templates) Set(name string) *template.Template { return t.sets[name] }

func (t *Templates) execute(buffer *bytes.Buffer, name string, view View) error {
	set := t.sets[name]
	if t.live {
		fresh, err := t.parse(name)
		if err != nil {
			return err
		}
		set = fresh
	}
	if set == nil {
		return fmt.Errorf("no template %s", name)
	}
	return set.ExecuteTemplate(buffer, "base", view)
}

// buffers keeps rendering buffers between requests; one that grew beyond maxKept is let go.
type buffers struct{ pool sync.Pool }

const maxKept = 256 << 10

func (b *buffers) take() *bytes.Buffer {
	if buffer, ok := b.pool.Get().(*bytes.Buffer); ok {
		return buffer
	}
	return new(bytes.Buffer)
}

func (b *buffers) give(buffer *bytes.Buffer) {
	if buffer.Cap() <= maxKept {
		buffer.Reset()
		b.pool.Put(buffer)
	}
}

// Render answers with the view's page, status 200.
func (s *Site) Render(c *fiber.Ctx, name string, view View) error {
	return s.RenderStatus(c, fiber.StatusOK, name, view)
}

// RenderStatus answers with the view's page and the status. A page of status 200 that is not NoStore and was made for a
// visitor goes to the page cache.
func (s *Site) RenderStatus(c *fiber.Ctx, status int, name string, view View) error {
	page := view.base()
	s.fill(page)
	s.greet(c, page)
	s.renders <- struct{}{}
	defer func() { <-s.renders }()
	buffer := s.buffers.take()
	defer s.buffers.give(buffer)
	if err := s.templates.execute(buffer, name, view); err != nil {
		return fault.Wrap(err, "rendering %s", name)
	}
	c.Status(status).Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	if page.NoStore || status != fiber.StatusOK || !access.From(c.UserContext()).Anonymous() {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return s.sendCompressed(c, buffer.Bytes())
	}
	return s.sendShared(c, buffer.Bytes(), page.Turns)
}

// greet tells the page who is logged in, and gives its forms what shows that they came from here.
func (s *Site) greet(c *fiber.Ctx, page *Page) {
	page.Login = s.who != nil
	if actor := access.From(c.UserContext()); !actor.Anonymous() {
		page.Person, page.FormToken = actor.Name, session.FormToken(Token(c), s.secret)
		page.Unproved = actor.Unproved.Title()
		page.Nav = append(page.Nav, desks(actor.Role, page.Path)...)
		page.View = viewing(actor.View)
		if page.Others = actor.Others; len(page.Others) > 0 {
			page.At = actor.At
		}
	}
}

// desks are the menu's entries for those who have a desk.
func desks(role access.Role, path string) []NavEntry {
	desk := map[access.Role]Section{
		access.Contact: {Title: "Ansökningar", Path: "/min-kommun/ansokningar"},
		access.Editor:  {Title: "Redaktion", Path: "/redaktion"},
		access.Admin:   {Title: "Redaktion", Path: "/redaktion", Also: []string{"/admin"}},
	}[role]
	if desk.Path == "" {
		return nil
	}
	return []NavEntry{{Title: desk.Title, Path: desk.Path, Current: desk.covers(path)}}
}

// viewing tells whom an admin sees as, and until when.
func viewing(v access.View) string {
	if v.Until.IsZero() {
		return ""
	}
	who := "besökare"
	if v.Role != access.Visitor {
		who = v.Role.Title() + " hos " + v.At
	}
	return who + " till klockan " + v.Until.In(clock.Stockholm()).Format("15.04")
}

// CheckForm is Forbidden unless the form came from a page of this session. Handlers of whoever is logged in call it first.
func (s *Site) CheckForm(c *fiber.Ctx) error {
	return session.CheckFormToken(Token(c), Field(c, "token"), s.secret)
}

// fill completes what all pages share.
func (s *Site) fill(page *Page) {
	if page.Lang == "" {
		page.Lang = "sv"
	}
	if page.OGType == "" {
		page.OGType = "website"
	}
	if page.Description == "" {
		page.Description = page.Lead
	}
	page.Canonical = s.BaseURL + page.Path
	page.Banner = s.cache.above()
	built := s.assets.Load()
	page.Assets, page.Built = built.page(), built.built
	names := page.Scripts
	page.Scripts = nil
	for _, name := range names {
		if address := built.address(name + ".mjs"); address != "" {
			page.Scripts = append(page.Scripts, address)
		}
	}
	page.Nav = make([]NavEntry, 0, len(s.Nav))
	for _, entry := range s.Nav {
		page.Nav = append(page.Nav, NavEntry{Title: entry.Title, Path: entry.Path, Current: entry.covers(page.Path)})
	}
}

// Section is a part of the site with a page of its own that is no text by anybody.
type Section struct {
	Title, Path, Lead string
	Also              []string // other addresses that belong below it in the menu
}

// Page returns how the section's page begins.
func (s Section) Page() Page {
	return Page{Title: s.Title, Path: s.Path, Lead: s.Lead, Crumbs: []Link{{Title: "Start", Path: "/"}, {Title: s.Title}}}
}

func (s Section) covers(path string) bool {
	for _, p := range append([]string{s.Path}, s.Also...) {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}
