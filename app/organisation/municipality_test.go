package organisation_test

import (
	"slices"
	"strings"
	"testing"

	"nuso.se/app/organisation"
)

func TestTheListsAreWhole(t *testing.T) {
	all, counties := organisation.Municipalities(), organisation.Counties()
	if len(all) != 290 || len(counties) != 21 || len(organisation.Groups()) != 9 {
		t.Fatalf("%d municipalities, %d counties, %d groups", len(all), len(counties), len(organisation.Groups()))
	}
	seen, population := map[string]string{}, 0
	for _, m := range all {
		for _, key := range []string{"code " + m.Code, "name " + m.Name, "slug " + m.Slug} {
			if other := seen[key]; other != "" {
				t.Errorf("%s and %s share the %s", m.Name, other, key)
			}
			seen[key] = m.Name
		}
		if len(m.Code) != 4 || !strings.HasPrefix(m.Code, m.County.Code) || m.County.Name == "" || m.Group.Name == "" || m.Seat == "" || m.Year != 2025 {
			t.Errorf("%+v is not whole", m)
		}
		if m.Lat < 55 || m.Lat > 69.5 || m.Lon < 10.5 || m.Lon > 24.5 {
			t.Errorf("%s does not lie in Sweden", m.Name)
		}
		if strings.Trim(m.Slug, "abcdefghijklmnopqrstuvwxyz-") != "" || organisation.MunicipalityOf(m.Code) != m {
			t.Errorf("%s has the slug %q", m.Name, m.Slug)
		}
		population += m.Population
	}
	if population != 10_605_520 {
		t.Errorf("%d people, want SCB's 10 605 520", population)
	}
}

func TestSlugs(t *testing.T) {
	for code, want := range map[string]string{
		"0114": "upplands-vasby", "0643": "habo", "0305": "habo-uppsala-lan", "1780": "karlstad", "1480": "goteborg", "1283": "helsingborg", "0862": "emmaboda",
		"1781": "kristinehamn", "2326": "berg", "0885": "borgholm", "1465": "svenljunga", "1440": "ale", "1762": "munkfors",
	} {
		if got := organisation.MunicipalityOf(code).Slug; got != want {
			t.Errorf("%s %s has the slug %q, want %q", code, organisation.MunicipalityOf(code).Name, got, want)
		}
	}
	if got := organisation.MunicipalityOf("0114").Address(); got != "/kommuner/upplands-vasby" {
		t.Error(got)
	}
}

func TestNamesAreInSwedishOrder(t *testing.T) {
	var names, counties []string
	for _, m := range organisation.Municipalities() {
		names = append(names, m.Name)
	}
	for _, c := range organisation.Counties() {
		counties = append(counties, c.Name)
	}
	if first, last := names[0], names[len(names)-1]; first != "Ale" || last != "Övertorneå" {
		t.Errorf("from %s to %s", first, last)
	}
	if z, a, o := slices.Index(names, "Ystad"), slices.Index(names, "Åmål"), slices.Index(names, "Öckerö"); z > a || a > o {
		t.Errorf("Ystad %d, Åmål %d, Öckerö %d", z, a, o)
	}
	if last := counties[len(counties)-1]; last != "Östergötlands län" {
		t.Errorf("the last county is %s", last)
	}
	if none := organisation.CountyOf("02"); none.Code != "" || organisation.MunicipalityOf("9999").Code != "" {
		t.Errorf("what there is not is %+v", none)
	}
}

func TestAMunicipalityIsKnownByWhatPeopleWrite(t *testing.T) {
	for text, want := range map[string]string{
		"Karlstad": "1780", " karlstad ": "1780", "KARLSTAD": "1780", "Karlstads kommun": "1780", "Karlstad  kommun": "1780", "Malmö stad": "1280",
		"Göteborgs Stad": "1480", "Upplands Väsby kommun": "0114", "Degerfors kommun": "1862", "Habo kommun": "0643", "Håbo kommun": "0305",
		"Region Värmland": "", "Karlstads universitet": "", "Karlstadskommun": "", "kommun": "", "": "", "s kommun": "",
	} {
		if got := organisation.MunicipalityNamed(text).Code; got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
