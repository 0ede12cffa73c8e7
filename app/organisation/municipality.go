package organisation

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"nuso.se/app/markdown"
)

//go:embed data/kommuner.csv data/lan.csv
var data embed.FS

// Municipality is what is known of a municipality from public sources (the page /kallor names them).
type Municipality struct {
	Code, Name, Slug string
	County           County
	Group            Group
	Population       int // on 31 December of the year
	Year             int
	Seat             string
	Lat, Lon         float64 // of the seat, degrees (WGS 84); about a kilometre sure
}

// ID is its organisation's.
func (m Municipality) ID() string { return "kommun-" + m.Code }

// Address is its page.
func (m Municipality) Address() string { return path + "/" + m.Slug }

// County is one of the 21.
type County struct{ Code, Name, Slug string }

// Group is one of SKR's groups of municipalities, of 2023.
type Group struct{ Code, Name string }

// Title is how lists write the group.
func (g Group) Title() string { return g.Name + " (" + g.Code + ")" }

// register is the lists, read once.
type register struct {
	all      []Municipality // as Swedish sorts their names
	counties []County       // the same
	groups   []Group        // by code
	byCode   map[string]Municipality
	bySlug   map[string]Municipality
}

var lists = sync.OnceValue(func() *register {
	r, err := readRegister()
	if err != nil {
		panic("organisation: " + err.Error()) // the lists are part of the program
	}
	return r
})

// Municipalities returns all 290, as Swedish sorts their names; not to be changed.
func Municipalities() []Municipality { return lists().all }

// Counties returns all 21, as Swedish sorts their names; not to be changed.
func Counties() []County { return lists().counties }

// Groups returns SKR's groups by code; not to be changed.
func Groups() []Group { return lists().groups }

// MunicipalityOf returns the municipality with the code, four digits; the zero one when there is none.
func MunicipalityOf(code string) Municipality { return lists().byCode[code] }

// MunicipalityNamed returns the municipality that somebody means who writes its name: "Karlstad", "karlstads kommun", "Malmö stad"; the
// zero one when it is none.
func MunicipalityNamed(text string) Municipality {
	name := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	bare, isKommun := strings.CutSuffix(name, " kommun")
	if !isKommun {
		bare, isKommun = strings.CutSuffix(name, " stad")
	}
	for _, m := range lists().all {
		own := strings.ToLower(m.Name)
		if name == own || isKommun && (bare == own || bare == own+"s") {
			return m
		}
	}
	return Municipality{}
}

// CountyOf returns the county with the code, two digits; the zero one when there is none.
func CountyOf(code string) County {
	i := slices.IndexFunc(lists().counties, func(c County) bool { return c.Code == code })
	if i < 0 {
		return County{}
	}
	return lists().counties[i]
}

func readRegister() (*register, error) {
	r := &register{byCode: map[string]Municipality{}, bySlug: map[string]Municipality{}}
	counties := map[string]County{}
	err := eachRow("data/lan.csv", 3, func(row []string) error {
		counties[row[0]] = County{Code: row[0], Name: row[1], Slug: markdown.Slug(row[1])}
		r.counties = append(r.counties, counties[row[0]])
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachRow("data/kommuner.csv", 11, func(row []string) error {
		m, err := readMunicipality(row, counties)
		r.all = append(r.all, m)
		if !slices.Contains(r.groups, m.Group) {
			r.groups = append(r.groups, m.Group)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	r.address()
	collator := collate.New(language.Swedish)
	slices.SortFunc(r.all, func(a, b Municipality) int { return collator.CompareString(a.Name, b.Name) })
	slices.SortFunc(r.counties, func(a, b County) int { return collator.CompareString(a.Name, b.Name) })
	slices.SortFunc(r.groups, func(a, b Group) int { return strings.Compare(a.Code, b.Code) })
	for _, m := range r.all {
		r.byCode[m.Code], r.bySlug[m.Slug] = m, m
	}
	return r, nil
}

// eachRow hands over the rows of a list after its head.
func eachRow(name string, columns int, do func(row []string) error) error {
	f, err := data.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.FieldsPerRecord = columns
	rows, err := reader.ReadAll()
	if err != nil {
		return err
	}
	for i, row := range rows[1:] {
		if err := do(row); err != nil {
			return fmt.Errorf("%s, row %d: %w", name, i+2, err)
		}
	}
	return nil
}

func readMunicipality(row []string, counties map[string]County) (m Municipality, err error) {
	number := func(text string) (n int) {
		if err == nil {
			n, err = strconv.Atoi(text)
		}
		return n
	}
	degrees := func(text string) (n float64) {
		if err == nil {
			n, err = strconv.ParseFloat(text, 64)
		}
		return n
	}
	m = Municipality{
		Code: row[0], Name: row[1], County: counties[row[2]], Group: Group{Code: row[4], Name: row[5]},
		Population: number(row[6]), Year: number(row[7]), Seat: row[8], Lat: degrees(row[9]), Lon: degrees(row[10]),
	}
	if err == nil && m.County.Name != row[3] {
		err = fmt.Errorf("the county %s is called %q and %q", row[2], m.County.Name, row[3])
	}
	return m, err
}

// address gives each municipality its slug. Where two are alike when å, ä and ö are folded, the one that folding has changed gets its
// county after it: Habo is habo, Håbo is habo-uppsala-lan.
func (r *register) address() {
	count := map[string]int{}
	for _, m := range r.all {
		count[markdown.Slug(m.Name)]++
	}
	for i, m := range r.all {
		slug := markdown.Slug(m.Name)
		if count[slug] > 1 && strings.ContainsAny(strings.ToLower(m.Name), "åäöé") {
			slug += "-" + m.County.Slug
		}
		r.all[i].Slug = slug
	}
}
