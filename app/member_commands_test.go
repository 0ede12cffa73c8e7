package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"nuso.se/app/config"
)

// shell runs the program with arguments and returns what it says and its exit status.
func shell(t *testing.T, cfg config.Config, args ...string) (said string, status int) {
	t.Helper()
	var out bytes.Buffer
	status = run(t.Context(), args, map[string]string{"NUSO_DATA_DIR": cfg.DataDir, "DATABASE_URL": cfg.DatabaseURL}, &out, &out)
	return out.String(), status
}

func TestPeopleAreAddedAndListedFromTheShell(t *testing.T) {
	cfg := testConfig(t)
	for _, step := range []struct {
		args   string
		status int
		says   string
	}{
		{"user add rut@nuso.example --name=Rut --role admin", 0, "rut@nuso.example är nu administratör hos NUSO:s projektkontor"},
		{"user add rut@nuso.example --role admin", 0, "är redan administratör hos NUSO:s projektkontor. Inget har ändrats"},
		{"user add Rut@NUSO.example --role editor", 0, "fanns redan och är nu redaktör hos NUSO:s projektkontor"},
		{"user add anna@karlstad.example --name=Anna --role contact --municipality 1780", 0, "är nu kontaktperson hos Karlstad"},
		{"user add eva@uni.example --name=Eva --role researcher --organisation Lärosätet", 0, "är nu forskare hos Lärosätet"},
		{"user add bo@uni.example --name=Bo --role follower --organisation Lärosätet", 0, "är nu följare hos Lärosätet"},
		{"user add bo@x.example --name=Bo --role follower", 1, "Ange --municipality KOD eller --organisation NAMN"},
		{"user add bo@x.example --name=Bo --role member --municipality 9999", 1, "ingen kommun har koden"},
		{"user add bo@x.example --role admin", 1, "Skriv ett namn."},
		{"user add inget --name=Bo --role admin", 1, "Skriv en e-postadress"},
		{"user add bo@x.example --name=Bo --role root", 2, "nuso --help"},
		{"user add bo@x.example --name=Bo", 2, "--role"},
		{"user add bo@x.example --name=Bo --role member --municipality 1780 --organisation X", 2, "nuso --help"},
		{"user list", 0, "kontaktperson hos Karlstad"},
		{"audit verify", 0, ""},
	} {
		said, status := shell(t, cfg, strings.Fields(step.args)...)
		if status != step.status || !strings.Contains(said, step.says) {
			t.Errorf("nuso %s: status %d, said %q; want %d and %q", step.args, status, said, step.status, step.says)
		}
	}
	said, _ := shell(t, cfg, "user", "list", "--json")
	var list []listedUser
	if err := json.Unmarshal([]byte(said), &list); err != nil || len(list) != 4 {
		t.Fatalf("%v: %s", err, said)
	}
	if eva := list[2]; eva.Email != "eva@uni.example" || eva.Name != "Eva" || len(eva.Memberships) != 1 || eva.Memberships[0].Role != "researcher" || eva.ID == "" {
		t.Errorf("%+v", eva)
	}
}

func TestAListOfNobodySaysHowToBegin(t *testing.T) {
	cfg := testConfig(t)
	if said, status := shell(t, cfg, "migrate", "up"); status != 0 {
		t.Fatal(said)
	}
	if said, status := shell(t, cfg, "user", "list"); status != 0 || !strings.Contains(said, "nuso user add") {
		t.Errorf("status %d, %q", status, said)
	}
	if said, _ := shell(t, cfg, "user", "list", "--json"); strings.TrimSpace(said) != "[]" {
		t.Errorf("as JSON %q", said)
	}
}
