package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

func TestPager(t *testing.T) {
	for _, row := range []struct {
		name        string
		page, total int
		want        string // prev | items | next; [n] is current, … a gap
	}{
		{"an empty list is one page", 1, 0, "||"},
		{"a full page", 1, 20, "||"},
		{"one more", 1, 21, "|[1] 2|/l?ar=2025&page=2"},
		{"the last of two leads back without a number", 2, 21, "/l?ar=2025|1 [2]|"},
		{"the middle of many", 5, 200, "/l?ar=2025&page=4|1 … 4 [5] 6 … 10|/l?ar=2025&page=6"},
		{"near the beginning", 3, 200, "/l?ar=2025&page=2|1 2 [3] 4 … 10|/l?ar=2025&page=4"},
		{"the end", 10, 200, "/l?ar=2025&page=9|1 … 9 [10]|"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, err := web.NewPager("/l", url.Values{"ar": {"2025"}}, row.page, row.total)
			if err != nil {
				t.Fatal(err)
			}
			var items []string
			for _, item := range p.Items {
				switch {
				case item.Gap:
					items = append(items, "…")
				case item.Current:
					items = append(items, fmt.Sprintf("[%d]", item.Number))
				default:
					items = append(items, fmt.Sprint(item.Number))
				}
			}
			if got := p.Prev + "|" + strings.Join(items, " ") + "|" + p.Next; got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
	for _, row := range [][2]int{{2, 0}, {2, 20}, {11, 200}, {1_000_000, 200}} {
		if _, err := web.NewPager("/l", nil, row[0], row[1]); !fault.Is(err, fault.NotFound) {
			t.Errorf("page %d of %d entries: %v, want NotFound", row[0], row[1], err)
		}
	}
}

func TestFilters(t *testing.T) {
	query := url.Values{"omrade": {"delstudie-1"}, "ar": {"2025"}, "page": {"3"}}
	f := web.Filters{Action: "/nyheter"}
	f.Add(query, "omrade", "Studieområde", []web.Option{{Value: "delstudie-1", Title: "Delstudie 1", Count: 3}, {Value: "delstudie-2", Title: "Delstudie 2"}})
	f.Add(query, "ar", "År", []web.Option{{Value: "2024", Title: "2024"}})
	f.Keep(query, "ar")
	want := web.Filters{
		Action: "/nyheter", Clear: "/nyheter",
		Groups: []web.FilterGroup{
			{Name: "omrade", Title: "Studieområde", Options: []web.Option{{Title: "Alla"}, {Value: "delstudie-1", Title: "Delstudie 1", Count: 3, Selected: true}, {Value: "delstudie-2", Title: "Delstudie 2"}}},
			{Name: "ar", Title: "År", Options: []web.Option{{Title: "Alla"}, {Value: "2024", Title: "2024"}, {Value: "2025", Title: "2025", Selected: true}}},
		},
		Chips: []web.Chip{{Title: "Delstudie 1", Remove: "/nyheter?ar=2025"}, {Title: "2025", Remove: "/nyheter?omrade=delstudie-1"}},
		Kept:  []web.Option{{Value: "2025", Title: "ar"}},
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	none := web.Filters{Action: "/nyheter"}
	none.Add(url.Values{}, "ar", "År", nil)
	if !none.Groups[0].Options[0].Selected || none.Chips != nil || none.Clear != "" {
		t.Errorf("nothing chosen: %+v", none)
	}
}

func TestAddressesKeepTheOtherValues(t *testing.T) {
	query := url.Values{"q": {"å & ä"}, "ar": {"2025"}}
	for _, row := range []struct{ name, value, want string }{
		{"page", "2", "/sok?ar=2025&page=2&q=%C3%A5+%26+%C3%A4"},
		{"q", "", "/sok?ar=2025"},
		{"ar", "2024", "/sok?ar=2024&q=%C3%A5+%26+%C3%A4"},
	} {
		if got := web.With("/sok", query, row.name, row.value); got != row.want {
			t.Errorf("%s=%s: %s, want %s", row.name, row.value, got, row.want)
		}
	}
	if len(query) != 2 {
		t.Error("With changes the query it is given")
	}
	if got := web.With("/sok", url.Values{"q": {"x"}}, "q", ""); got != "/sok" {
		t.Errorf("got %s", got)
	}
}
