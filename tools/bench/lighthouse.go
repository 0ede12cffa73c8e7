package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"nuso.se/tools/machine"
	"nuso.se/tools/site"
)

// lighthouseVersion runs on Node.js 20.
const lighthouseVersion = "12.8.2"

// lighthouseReport is what is read of Lighthouse's JSON.
type lighthouseReport struct {
	Categories map[string]struct {
		Score *float64 `json:"score"`
	} `json:"categories"`
	Audits map[string]struct {
		Title string   `json:"title"`
		Score *float64 `json:"score"`
		Mode  string   `json:"scoreDisplayMode"`
	} `json:"audits"`
}

// lighthouse runs Lighthouse on each page of a server at development settings,
// whose addresses are then those of this machine. Where it cannot be had the
// table says so, without a target missed.
func (b *bench) lighthouse(ctx context.Context) error {
	b.Out.Head("Lighthouse")
	program, err := b.installLighthouse(ctx)
	if err != nil {
		b.Out.Say("   left out: %v", err)
		return nil
	}
	s, err := site.Start(ctx, b.Runner, site.Options{Bin: b.bin, Data: filepath.Join(b.Scratch, "lighthouse")})
	if err != nil {
		return err
	}
	defer s.Stop()
	for i, p := range b.pages {
		out := filepath.Join(b.Scratch, fmt.Sprintf("lighthouse-%d.json", i))
		for range 2 { // on a busy machine the browser now and then does not start in time
			_, err = b.Command(ctx, []string{"CHROME_PATH=" + machine.ChromiumPath(), "TMPDIR=" + b.Scratch}, "node", program, s.URL+p.path,
				"--quiet", "--output=json", "--output-path="+out, "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage")
			if err == nil {
				break
			}
		}
		if err != nil {
			b.sheet.Missing("Lighthouse on "+p.name, "it failed; see above")
			b.Out.Say("%v", err)
			continue
		}
		if err := b.scores(p, out); err != nil {
			return err
		}
	}
	return nil
}

// scores records the four scores of one page and says what cost points.
func (b *bench) scores(p page, path string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading Lighthouse's report: %w", err)
	}
	var report lighthouseReport
	if err := json.Unmarshal(body, &report); err != nil {
		return fmt.Errorf("reading Lighthouse's report: %w", err)
	}
	for _, category := range []string{"performance", "accessibility", "best-practices", "seo"} {
		if score := report.Categories[category].Score; score != nil {
			b.sheet.AtLeast(100, *score*100, "", "Lighthouse on %s: %s", p.name, category)
		}
	}
	for id, audit := range report.Audits {
		if audit.Score != nil && *audit.Score < 0.9 && audit.Mode != "informative" {
			b.Out.Say("   %s: %s (%s): %.2f", p.name, audit.Title, id, *audit.Score)
		}
	}
	return nil
}

// installLighthouse keeps Lighthouse beside the clone's other caches; it is no
// dependency of the project.
func (b *bench) installLighthouse(ctx context.Context) (string, error) {
	if err := machine.Need(ctx, b.Out, machine.Chromium()); err != nil {
		return "", err
	}
	dir := b.Path(".cache", "lighthouse-"+lighthouseVersion)
	program := filepath.Join(dir, "node_modules", "lighthouse", "cli", "index.js")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("making Lighthouse's folder: %w", err)
	}
	_, err := b.Command(ctx, nil, "npm", "install", "--prefix", dir, "--no-save", "--no-audit", "--no-fund", "lighthouse@"+lighthouseVersion)
	if err != nil {
		return "", fmt.Errorf("installing Lighthouse: %w", err)
	}
	return program, nil
}
