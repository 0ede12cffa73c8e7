package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
)

// PageSize is how many entries a list shows.
const PageSize = 20

// PageNumber returns the page asked for by ?page=, 1 when not given; NotFound for anything that is no page number.
func PageNumber(c *fiber.Ctx) (int, error) {
	raw := c.Query("page")
	if raw == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0, fault.Missing("page %q", clip(raw, 20))
	}
	return n, nil
}

// NewPager returns the way through a list of total entries, and NotFound when the page is beyond its end. The
// address of a page keeps the values of query.
func NewPager(path string, query url.Values, page, total int) (Pager, error) {
	pages := max(1, (total+PageSize-1)/PageSize)
	if page > pages {
		return Pager{}, fault.Missing("page %d of %d", page, pages)
	}
	p := Pager{Page: page, Pages: pages, Total: total}
	if pages == 1 {
		return p, nil
	}
	if page > 1 {
		p.Prev = pagePath(path, query, page-1)
	}
	if page < pages {
		p.Next = pagePath(path, query, page+1)
	}
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < page-1 || n > page+1) {
			continue
		}
		if n > last+1 {
			p.Items = append(p.Items, PagerItem{Gap: true})
		}
		p.Items = append(p.Items, PagerItem{Number: n, Path: pagePath(path, query, n), Current: n == page})
		last = n
	}
	return p, nil
}

// Part names the page within the list, for the window's title: "sida 2", nothing on the first.
func (p Pager) Part() string {
	if p.Page < 2 {
		return ""
	}
	return "sida " + strconv.Itoa(p.Page)
}

func pagePath(path string, query url.Values, page int) string {
	if page == 1 {
		return With(path, query, "page", "")
	}
	return With(path, query, "page", strconv.Itoa(page))
}

// With returns path with query, the named value changed; empty takes it away.
func With(path string, query url.Values, name, value string) string {
	next := url.Values{}
	for key, values := range query {
		next[key] = values
	}
	next.Del(name)
	if value != "" {
		next.Set(name, value)
	}
	if len(next) == 0 {
		return path
	}
	return path + "?" + next.Encode()
}

// Add puts a choice into the filter form: "Alla" before the options, the chosen one marked. When one is chosen it becomes a
// chip of the form, also one that is not among the options: what narrows the list is always seen and can be taken away.
func (f *Filters) Add(query url.Values, name, title string, options []Option) {
	chosen := query.Get(name)
	if chosen != "" && !slices.ContainsFunc(options, func(o Option) bool { return o.Value == chosen }) {
		options = append(options, Option{Value: chosen, Title: chosen})
	}
	group := FilterGroup{Name: name, Title: title, Options: []Option{{Title: "Alla", Selected: chosen == ""}}}
	for _, option := range options {
		option.Selected = option.Value == chosen
		group.Options = append(group.Options, option)
		if option.Selected && chosen != "" {
			f.chip(query, name, option.Title)
		}
	}
	f.Groups = append(f.Groups, group)
}

func (f *Filters) chip(query url.Values, name, title string) {
	rest := url.Values{}
	for key, values := range query {
		if key != "page" {
			rest[key] = values
		}
	}
	f.Chips = append(f.Chips, Chip{Title: title, Remove: With(f.Action, rest, name, "")})
	f.Clear = f.Action
}

// Known returns those query parameters that the page knows, cleaned and without empty ones: what filters, chips and
// pagers carry on.
func Known(c *fiber.Ctx, names ...string) url.Values {
	query := url.Values{}
	for _, name := range names {
		if value := Query(c, name); value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// Plural returns the number with its noun: "1 nyhet", "14 nyheter".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Thousands writes a number as Swedish does: 98 123, with spaces that do not break.
func Thousands(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "\u00a0" + text[at:]
	}
	return text
}

// Keep carries a value on through the filter form without offering it as a choice.
func (f *Filters) Keep(query url.Values, name string) {
	if value := query.Get(name); value != "" {
		f.Kept = append(f.Kept, Option{Value: value, Title: name})
	}
}
