// Package organisation is who takes part in NUSO and who follows: municipalities, their city districts, regions, universities and
// others, their mail domains, and which rounds of which study areas they take part in.
//
// Municipalities are facts: the 290 of them, their counties and groups are lists built into the program (municipality.go) and
// stand in the table so that others can refer to them. All other organisations, the mail domains and the participation are data that
// the office enters.
package organisation

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Kind is what sort of organisation it is.
type Kind string

// The kinds.
const (
	Kommun      Kind = "municipality"
	District    Kind = "district" // stadsdel: lies below a municipality
	Region      Kind = "region"
	RnD         Kind = "rnd" // FoU
	University  Kind = "university"
	Authority   Kind = "authority"
	Cooperation Kind = "cooperation" // of some municipalities
	Office      Kind = "office"      // runs NUSO
	Other       Kind = "other"
)

// Kinds returns all kinds in the order in which forms list them; municipalities first, which nobody adds.
func Kinds() []Kind {
	return []Kind{Kommun, District, Region, RnD, University, Authority, Cooperation, Office, Other}
}

// Title is the kind in Swedish; empty for what is none.
func (k Kind) Title() string {
	return map[Kind]string{
		Kommun: "Kommun", District: "Stadsdel", Region: "Region eller RSS", RnD: "FoU-enhet", University: "Universitet eller högskola",
		Authority: "Myndighet", Cooperation: "Kommunsamarbete", Office: "Projektkontor", Other: "Annan organisation",
	}[k]
}

// KindFor returns what sort of organisation is added for somebody with the role when nothing more is known of it.
func KindFor(role access.Role) Kind {
	switch role {
	case access.Researcher:
		return University
	case access.Editor, access.Admin:
		return Office
	}
	return Other
}

// Organisation is a row of the table.
type Organisation struct {
	ID        string
	Kind      Kind
	Code      string // of a municipality: four digits; empty for others
	Name      string
	Slug      string  // its address below /kommuner; empty without a page
	ParentID  *string // of a district: the municipality
	County    string  // its code: two digits; empty when it is of no county
	Version   int64
	CreatedAt db.Instant
	EndedAt   db.Instant // when it ceased to be; zero: it has not
}

// TableName is the table's name.
func (Organisation) TableName() string { return "organisations" }

// Address returns the page of the organisation; empty when it has none.
func (o Organisation) Address() string {
	if o.Slug == "" {
		return ""
	}
	return path + "/" + o.Slug
}

// Draft is a new organisation as somebody describes it.
type Draft struct {
	ID     string // when the program itself adds one that it must know again; else empty
	Kind   Kind
	Name   string
	Parent string // of a district: the id of its municipality
	County string
}

// maxName is how many characters a name may have.
const maxName = 120

// check returns what is wrong with the draft, by field.
func (d *Draft) check() error {
	var fields []fault.Field
	d.Name = strings.Join(strings.Fields(d.Name), " ")
	switch {
	case d.Name == "":
		fields = append(fields, fault.Field{Name: "name", Text: "Skriv vad organisationen heter."})
	case len([]rune(d.Name)) > maxName:
		fields = append(fields, fault.Field{Name: "name", Text: "Skriv ett namn på högst 120 tecken."})
	}
	switch {
	case d.Kind == Kommun || d.Kind.Title() == "":
		fields = append(fields, fault.Field{Name: "kind", Text: "Välj vad det är för en organisation. Alla kommuner finns redan."})
	case (d.Kind == District) != (d.Parent != ""):
		fields = append(fields, fault.Field{Name: "parent", Text: "Välj vilken kommun stadsdelen hör till, och bara för en stadsdel."})
	}
	if d.County != "" && CountyOf(d.County).Code == "" {
		fields = append(fields, fault.Field{Name: "county", Text: "Välj ett av länen."})
	}
	if len(fields) == 0 {
		return nil
	}
	return fault.InvalidFields(fields...)
}

// Round is a collection for a study area, in which organisations take part.
type Round struct {
	ID       string
	StudyID  string
	Area     string // the study area's slug
	Name     string
	Position int64
}

// TableName is the table's name.
func (Round) TableName() string { return "rounds" }

// Study is what rounds belong to: children and youth to begin with.
type Study struct {
	ID       string
	Name     string
	Position int64
}

// TableName is the table's name.
func (Study) TableName() string { return "studies" }

// Domain returns the domain of a mail address or a domain as it is compared: in lower case and ASCII. Invalid when it is none, or
// when everybody can have an address there.
func Domain(text string) (string, error) {
	text = text[strings.LastIndexByte(text, '@')+1:]
	domain, err := idna.Lookup.ToASCII(strings.ToLower(strings.TrimSuffix(strings.TrimSpace(text), ".")))
	if _, number := netip.ParseAddr(domain); err != nil || number == nil || !strings.Contains(domain, ".") || len(domain) > 253 {
		return "", fault.New(fault.Invalid, "Skriv en domän som kommunen.se.", err)
	}
	if common(domain) {
		return "", fault.New(fault.Invalid, "På den domänen kan vem som helst ha en adress. Skriv organisationens egen.", nil)
	}
	return domain, nil
}

// common reports whether anybody can have a mail address in the domain.
func common(domain string) bool {
	for _, open := range []string{
		"gmail.com", "googlemail.com", "hotmail.com", "hotmail.se", "live.com", "live.se", "outlook.com", "outlook.se", "msn.com", "icloud.com", "me.com",
		"mac.com", "yahoo.com", "yahoo.se", "telia.com", "bredband.net", "comhem.se", "spray.se", "tele2.se", "protonmail.com", "proton.me", "gmx.com",
		"aol.com", "mail.com", "com", "se", "org", "net", "nu",
	} {
		if domain == open {
			return true
		}
	}
	return false
}
