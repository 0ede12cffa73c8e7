package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// composeFile is what the tests read of docker-compose.yml.
type composeFile struct {
	Services map[string]composeService
	Volumes  map[string]any
	Networks map[string]any
	Configs  map[string]struct{ Content string }
}

type composeService struct {
	Image string
	Build struct{ Context, Dockerfile string }

	Deploy struct {
		Replicas  int
		Resources struct{ Limits struct{ Memory string } }
	}
	Environment map[string]string
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct{ Test []string }
	Ports       []string
	Volumes     []string
	Networks    any
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
}

// contractSettings are the names in the contract's table of settings, and those added since.
var contractSettings = regexp.MustCompile(`^(DATABASE_URL|MAIL_FROM|MEILI_API_KEY|MEILI_URL|NUSO_ADDR|NUSO_BASE_URL|NUSO_CONTACT_TO|NUSO_DATA_DIR|` +
	`NUSO_ENV|NUSO_LIVE|NUSO_METRICS_ADDR|NUSO_PAGE_CACHE|NUSO_SECRET|NUSO_TRUSTED_PROXIES|NUSO_UPLOADS_URL|OIDC_CLIENT_ID|` +
	`OIDC_CLIENT_SECRET|OIDC_ISSUER|OTEL_EXPORTER_OTLP_ENDPOINT|SMTP_URL)$`)

var (
	secretName  = regexp.MustCompile(`SECRET|PASSWORD|_KEY$|TOKEN`)
	required    = regexp.MustCompile(`^\$\{[A-Z_]+:\?[^}]+\}$`)
	urlPassword = regexp.MustCompile(`://[^:/@]+:([^@]+)@`)
	pinned      = regexp.MustCompile(`:v?\d+\.\d+\.?\d*[a-z0-9.-]*$`)
)

func compose(t *testing.T) composeFile {
	t.Helper()
	body, err := os.ReadFile("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c composeFile
	if err := yaml.Unmarshal(body, &c); err != nil {
		t.Fatalf("docker-compose.yml: %v", err)
	}
	return c
}

func TestComposeHasTheProductionShape(t *testing.T) {
	c := compose(t)
	app := c.Services["app"]
	if app.Deploy.Replicas != 2 {
		t.Errorf("%d of the app, want 2", app.Deploy.Replicas)
	}
	if app.Build.Context != "." || app.Build.Dockerfile != "app/Dockerfile" {
		t.Errorf("the app is built from %+v", app.Build)
	}
	if len(app.Ports) > 0 {
		t.Errorf("the app can be reached past the proxy, by %v", app.Ports)
	}
	if !app.ReadOnly || !slices.Contains(app.CapDrop, "ALL") || !slices.Contains(app.SecurityOpt, "no-new-privileges:true") || app.Deploy.Resources.Limits.Memory == "" {
		t.Error("the app is not confined: read_only, cap_drop ALL, no-new-privileges and a limit of memory are wanted")
	}
	for _, name := range []string{"app", "proxy", "postgres", "meilisearch", "mailpit"} {
		if len(c.Services[name].Healthcheck.Test) < 2 {
			t.Errorf("%s has no health check", name)
		}
	}
	for _, name := range []string{"postgres", "meilisearch", "mailpit"} {
		if app.DependsOn[name].Condition != "service_healthy" {
			t.Errorf("the app starts before %s is healthy", name)
		}
	}
	if c.Services["proxy"].DependsOn["app"].Condition != "service_healthy" {
		t.Error("the proxy starts before the app is healthy")
	}
	if !strings.Contains(c.Configs["caddyfile"].Content, "dynamic a app 3000") {
		t.Error("the proxy does not find both of the app")
	}
}

func TestComposeNamesOnlyWhatIsDefined(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		for _, v := range s.Volumes {
			if source, _, _ := strings.Cut(v, ":"); !hasKey(c.Volumes, source) {
				t.Errorf("%s: the volume %s is not defined", name, source)
			}
		}
		var networks []string
		switch n := s.Networks.(type) {
		case []any:
			for _, entry := range n {
				networks = append(networks, fmt.Sprint(entry))
			}
		case map[string]any:
			for entry := range n {
				networks = append(networks, entry)
			}
		}
		for _, n := range networks {
			if !hasKey(c.Networks, n) {
				t.Errorf("%s: the network %s is not defined", name, n)
			}
		}
		if s.Image == "" && s.Build.Context == "" || s.Image != "" && !pinned.MatchString(s.Image) {
			t.Errorf("%s: the image %q is not pinned by version", name, s.Image)
		}
	}
}

func TestComposeSetsOnlySettingsOfTheContract(t *testing.T) {
	app := compose(t).Services["app"].Environment
	for name := range app {
		if !contractSettings.MatchString(name) {
			t.Errorf("%s is no setting of the contract", name)
		}
	}
	for name, want := range map[string]string{"NUSO_ENV": "production", "MEILI_URL": "http://meilisearch:7700", "SMTP_URL": "smtp://mailpit:1025"} {
		if app[name] != want {
			t.Errorf("%s is %q, want %q", name, app[name], want)
		}
	}
	if !strings.HasPrefix(app["NUSO_BASE_URL"], "https://") || !strings.HasPrefix(app["DATABASE_URL"], "postgres://") {
		t.Error("production wants an https base URL, and several of the app want PostgreSQL")
	}
}

func TestComposeHoldsNoSecret(t *testing.T) {
	for service, s := range compose(t).Services {
		for name, value := range s.Environment {
			if secretName.MatchString(name) && !required.MatchString(value) {
				t.Errorf("%s: %s should be a reference that must be set, ${NAME:?cure}", service, name)
			}
			if found := urlPassword.FindStringSubmatch(value); found != nil && !required.MatchString(found[1]) {
				t.Errorf("%s: the password in %s should be a reference that must be set, ${NAME:?cure}", service, name)
			}
		}
	}
}

// instruction is one line of a Dockerfile, its continuations joined.
type instruction struct{ name, rest string }

func dockerfile(t *testing.T) []instruction {
	t.Helper()
	body, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var list []instruction
	for line := range strings.Lines(strings.ReplaceAll(string(body), "\\\n", " ")) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name != "" && !strings.HasPrefix(name, "#") {
			list = append(list, instruction{name, strings.TrimSpace(rest)})
		}
	}
	return list
}

func TestDockerfileBuildsInStagesFromPinnedImages(t *testing.T) {
	var stages []string
	for _, in := range dockerfile(t) {
		if in.name != "FROM" {
			continue
		}
		words := slices.DeleteFunc(strings.Fields(in.rest), func(w string) bool { return strings.HasPrefix(w, "--") })
		stages = append(stages, words[0])
		if words[0] != "scratch" && !pinned.MatchString(words[0]) {
			t.Errorf("the image %s is not pinned by version", words[0])
		}
	}
	if len(stages) < 3 || stages[len(stages)-1] != "scratch" {
		t.Errorf("stages %v: one for the front end, one for Go, and an empty one last are wanted", stages)
	}
	if !slices.ContainsFunc(stages, func(s string) bool { return strings.HasPrefix(s, "golang:"+goMinor(t)+".") }) {
		t.Errorf("stages %v: none has Go %s of go.mod", stages, goMinor(t))
	}
}

// goMinor returns the version of Go in go.mod, without the patch.
func goMinor(t *testing.T) string {
	t.Helper()
	body, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(body)
	if found == nil {
		t.Fatal("go.mod names no version of Go")
	}
	return string(found[1])
}

func TestDockerfileRunsTheProgramAsNobody(t *testing.T) {
	list := dockerfile(t)
	last := 0
	for i, in := range list {
		if in.name == "FROM" {
			last = i
		}
	}
	if !slices.ContainsFunc(list, func(in instruction) bool { return in.name == "ENV" && strings.Contains(in.rest, "CGO_ENABLED=0") }) {
		t.Error("cgo is not off")
	}
	final := map[string]string{}
	for _, in := range list[last:] {
		final[in.name] = in.rest
	}
	if user := final["USER"]; user == "" || strings.HasPrefix(user, "0") || strings.HasPrefix(user, "root") {
		t.Errorf("the program runs as %q", user)
	}
	if !strings.HasSuffix(final["HEALTHCHECK"], `CMD ["nuso", "healthcheck"]`) {
		t.Errorf("health check %q", final["HEALTHCHECK"])
	}
	if final["ENTRYPOINT"] != `["nuso"]` || final["CMD"] != `["serve"]` {
		t.Errorf("starts %s %s", final["ENTRYPOINT"], final["CMD"])
	}
	for _, in := range list[last:] {
		if in.name == "COPY" && !strings.Contains(in.rest, "--from=build") {
			t.Errorf("the last stage takes %q from the clone", in.rest)
		}
	}
	for _, pair := range strings.Fields(final["ENV"]) {
		if name, _, _ := strings.Cut(pair, "="); name != "PATH" && !contractSettings.MatchString(name) {
			t.Errorf("%s is no setting of the contract", name)
		}
	}
}

func TestDockerfileCopiesOnlyWhatIsNeeded(t *testing.T) {
	ignore, err := os.ReadFile("../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	let := strings.Split(string(ignore), "\n")
	if !slices.Contains(let, "*") {
		t.Error(".dockerignore does not begin by leaving everything out")
	}
	needed := []string{"go.mod", "go.sum", "package.json", "package-lock.json", ".npmrc", "app", "content", "migrations", "static", "themes"}
	copied := map[string]bool{}
	for _, in := range dockerfile(t) {
		if in.name != "COPY" || strings.Contains(in.rest, "--from=") {
			continue
		}
		words := strings.Fields(in.rest)
		for _, source := range words[:len(words)-1] {
			source = strings.TrimPrefix(source, "./")
			copied[source] = true
			if !slices.Contains(needed, source) {
				t.Errorf("%s is not needed", source)
			}
		}
	}
	for _, name := range needed {
		if !copied[name] {
			t.Errorf("%s is not copied", name)
		}
		if !slices.Contains(let, "!"+name) {
			t.Errorf(".dockerignore keeps %s out", name)
		}
		if _, err := os.Stat("../" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func hasKey(m map[string]any, key string) bool {
	_, ok := m[key]
	return ok
}
