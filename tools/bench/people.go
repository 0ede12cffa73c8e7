package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"nuso.se/tools/site"
	"nuso.se/tools/wrk"
)

// Targets of what those meet who log in.
const (
	ratioMember = 0.010
	memberSlow  = 40.0 // ms, 99th percentile with memberClients
	tellTale    = 5.0  // ms between the medians for a known and an unknown address
	endedWithin = 1.0  // s

	memberClients = 16
	askers        = 200
	timings       = 200 // of each kind of address
)

// closedItem is a news item for participants, of a day, and what shows that a page has it.
const (
	closedItem = "---\nid: nyhet-matning\ntitle: Mätord för deltagare\ndate: %s\nsummary: Mätord.\naudience: deltagare\n---\n\nMätord.\n"
	closedWord = "Mätord för deltagare"
	closedPath = "/nyheter/matning"
)

// people measures what those meet who log in: asking to, a page of theirs, and how soon a right that ends is dead.
func (b *bench) people(ctx context.Context) error {
	b.Out.Head("people: %d who ask to log in at once", askers)
	s, err := site.Start(ctx, b.Runner, site.Options{Bin: b.bin, Data: filepath.Join(b.Scratch, "people"), Env: []string{"NUSO_TRUSTED_PROXIES=127.0.0.1"}})
	if err != nil {
		return err
	}
	defer s.Stop()
	if err := b.choose(ctx, s); err != nil {
		return err
	}
	if err := b.addPeople(ctx, s); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *site.Site) error{b.asking, b.alike, b.memberPage, b.ended} {
		if err := step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func person(i int) string { return fmt.Sprintf("person%d@matning.example", i) }

// addPeople adds a member for each who asks, and the closed news item.
func (b *bench) addPeople(ctx context.Context, s *site.Site) error {
	for i := range askers {
		if _, err := s.Nuso(ctx, b.Runner, "user", "add", person(i), "--name", fmt.Sprintf("Person %d", i), "--role", "member", "--municipality", "1780"); err != nil {
			return err
		}
	}
	dir := filepath.Join(b.Scratch, "closed")
	if err := os.CopyFS(dir, os.DirFS(b.Path("content"))); err != nil {
		return fmt.Errorf("copying the content: %w", err)
	}
	os.Remove(filepath.Join(dir, "fs.go"))
	if err := os.WriteFile(filepath.Join(dir, "nyheter", "matning.md"), fmt.Appendf(nil, closedItem, time.Now().Format(time.DateOnly)), 0o644); err != nil {
		return fmt.Errorf("writing a closed news item: %w", err)
	}
	_, err := s.Nuso(ctx, b.Runner, "content", "sync", dir)
	return err
}

// hidden are the hidden fields of a form.
var hidden = regexp.MustCompile(`<input type="hidden" name="(stamp|next)" value="([^"]*)">`)

// form gets the hidden fields of the page.
func form(ctx context.Context, s *site.Site, path string) (url.Values, error) {
	a, err := fetch(ctx, s.Addr, path, "identity")
	if err != nil {
		return nil, err
	}
	values := url.Values{}
	for _, field := range hidden.FindAllSubmatch(a.body, -1) {
		values.Set(string(field[1]), string(field[2]))
	}
	return values, nil
}

// client sends as if through a proxy, and follows nothing.
func client() *http.Client {
	return &http.Client{
		Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: askers},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post sends a form for the client with the number, and returns its answer, read to the end.
func post(ctx context.Context, c *http.Client, s *site.Site, path string, number int, values url.Values) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.Addr+path, strings.NewReader(values.Encode()))
	if err != nil {
		return nil, fmt.Errorf("posting to %s: %w", path, err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("X-Forwarded-For", fmt.Sprintf("192.0.%d.%d", number/200, number%200))
	answer, err := c.Do(request)
	if err != nil {
		return nil, fmt.Errorf("posting to %s: %w", path, err)
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer, err
}

// asking lets as many clients ask to log in at once, and counts the answers and the letters.
func (b *bench) asking(ctx context.Context, s *site.Site) error {
	fields, err := form(ctx, s, "/logga-in")
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	answers, failures := make([]int, askers), make([]error, askers)
	c := client()
	begun := time.Now()
	for i := range askers {
		group.Go(func() {
			values := url.Values{"email": {person(i)}, "stamp": fields["stamp"], "next": {"/"}}
			answer, err := post(ctx, c, s, "/logga-in", i, values)
			if failures[i] = err; err == nil {
				answers[i] = answer.StatusCode
			}
		})
	}
	group.Wait()
	took := time.Since(begun)
	if err := errors.Join(failures...); err != nil {
		return err
	}
	wrong := 0
	for _, status := range answers {
		if status != http.StatusSeeOther {
			wrong++
		}
	}
	b.sheet.AtMost(0, float64(wrong), "", "%d ask to log in at once: answers other than the page for the code", askers)
	b.sheet.Record(took.Seconds(), "s", "%d ask to log in at once: until all are answered", askers)
	letters, lone := 0, 0
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && letters < askers; time.Sleep(100 * time.Millisecond) {
		if letters, lone, err = countLetters(s.Data); err != nil {
			return err
		}
	}
	b.sheet.Record(time.Since(begun).Seconds(), "s", "%d ask to log in at once: until all mails are sent", askers)
	b.sheet.AtMost(0, float64(askers-lone)+float64(letters-lone), "", "%d ask to log in at once: people with another number of mails than one", askers)
	return nil
}

var letterTo = regexp.MustCompile(`(?m)^To: .*?(person\d+@matning\.example)`)

// countLetters returns how many letters there are, and how many people have exactly one.
func countLetters(data string) (letters, lone int, err error) {
	files, err := filepath.Glob(filepath.Join(data, "mail", "*.eml"))
	if err != nil {
		return 0, 0, err
	}
	to := map[string]int{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return 0, 0, fmt.Errorf("reading a letter: %w", err)
		}
		if found := letterTo.FindSubmatch(text); found != nil {
			to[string(found[1])]++
		}
	}
	for _, n := range to {
		letters += n
		if n == 1 {
			lone++
		}
	}
	return letters, lone, nil
}

// alike compares how long a known and an unknown address take, asked in turns.
func (b *bench) alike(ctx context.Context, s *site.Site) error {
	b.Out.Head("people: %d known and %d unknown addresses", timings, timings)
	fields, err := form(ctx, s, "/logga-in")
	if err != nil {
		return err
	}
	c := client()
	var took [2][]float64
	for i := range timings {
		for kind, email := range []string{person(i % askers), fmt.Sprintf("ingen%d@matning.example", i)} {
			begun := time.Now()
			answer, err := post(ctx, c, s, "/logga-in", 1000+2*i+kind, url.Values{"email": {email}, "stamp": fields["stamp"], "next": {"/"}})
			if err != nil {
				return err
			}
			if answer.StatusCode != http.StatusSeeOther {
				return fmt.Errorf("asking for %s answers %s", email, answer.Status)
			}
			took[kind] = append(took[kind], time.Since(begun).Seconds()*1000)
		}
	}
	known, unknown := median(took[0]), median(took[1])
	b.sheet.Record(known, "ms", "asking to log in, a known address: median")
	b.sheet.Record(unknown, "ms", "asking to log in, an unknown address: median")
	b.sheet.AtMost(tellTale, max(known-unknown, unknown-known), "ms", "asking to log in: between the medians")
	return nil
}

// login logs the person in by the link of the shell and returns the session's cookie.
func (b *bench) login(ctx context.Context, s *site.Site, i int) (string, error) {
	said, err := s.Nuso(ctx, b.Runner, "user", "link", person(i))
	if err != nil {
		return "", err
	}
	link, err := url.Parse(strings.TrimSpace(said))
	if err != nil {
		return "", fmt.Errorf("reading the link: %w", err)
	}
	fields, err := form(ctx, s, link.Path)
	if err != nil {
		return "", err
	}
	answer, err := post(ctx, client(), s, link.Path, 5000+i, fields)
	if err != nil {
		return "", err
	}
	for _, cookie := range answer.Cookies() {
		if cookie.Name == "__Host-nuso" {
			return cookie.Name + "=" + cookie.Value, nil
		}
	}
	return "", fmt.Errorf("logging in answers %s without a session", answer.Status)
}

// memberPage measures the list of news of a member, beside nginx.
func (b *bench) memberPage(ctx context.Context, s *site.Site) error {
	b.Out.Head("people: a member's news, %d runs of %s beside nginx", rounds, b.seconds)
	n, err := b.nginx(ctx, s)
	if err != nil {
		return err
	}
	cookie, err := b.login(ctx, s, 0)
	if err != nil {
		return err
	}
	script := filepath.Join(b.Scratch, "member.lua")
	if err := os.WriteFile(script, fmt.Appendf(nil, "wrk.headers[\"Cookie\"] = %q\n", cookie), 0o600); err != nil {
		return fmt.Errorf("writing the script for wrk: %w", err)
	}
	var ratios, slow []float64
	bad := 0
	for range rounds {
		options := wrk.Options{URL: "http://" + s.Addr + "/nyheter", For: b.seconds, Threads: 2, Clients: memberClients, Script: script}
		mine, err := wrk.Run(ctx, b.Runner, options)
		if err != nil {
			return err
		}
		options.URL, options.Script = "http://"+n.addr+"/nyheter", ""
		other, err := wrk.Run(ctx, b.Runner, options)
		if err != nil {
			return err
		}
		ratios, slow = append(ratios, mine.PerSecond/other.PerSecond), append(slow, mine.Latency["99"].Seconds()*1000)
		bad += mine.Errors + mine.Broken
		b.Out.Say("   %8.0f beside %8.0f requests/s: %.3f", mine.PerSecond, other.PerSecond, mine.PerSecond/other.PerSecond)
	}
	b.sheet.AtLeast(ratioMember, median(ratios), "", "a member's news: requests/s as a share of nginx's")
	b.sheet.AtMost(memberSlow, median(slow), "ms", "a member's news: 99th percentile of the answer's time, %d clients", memberClients)
	b.sheet.AtMost(0, float64(bad), "", "a member's news: answers other than 2xx, and broken connections")
	return nil
}

// ended measures how long after the command that takes a right away what it opened is still to be had: at its address, in the list and by
// search. Feeds have what is open alone.
func (b *bench) ended(ctx context.Context, s *site.Site) error {
	b.Out.Head("people: rights that end")
	var longest float64
	for i := 1; i <= 5; i++ {
		cookie, err := b.login(ctx, s, i)
		if err != nil {
			return err
		}
		doors := []string{closedPath, "/nyheter", "/api/v1/search?q=m%C3%A4tord"}
		if err := waitOpen(ctx, s, cookie, doors, len(doors)); err != nil {
			return err
		}
		begun := time.Now()
		if _, err := s.Nuso(ctx, b.Runner, "user", "add", person(i), "--role", "follower", "--municipality", "1780"); err != nil {
			return err
		}
		if err := waitOpen(ctx, s, cookie, doors, 0); err != nil {
			return err
		}
		longest = max(longest, time.Since(begun).Seconds())
	}
	b.sheet.AtMost(endedWithin, longest, "s", "a right that ends is dead behind every door, from the start of the command")
	return nil
}

// waitOpen waits until the closed news is found behind so many of the doors.
func waitOpen(ctx context.Context, s *site.Site, cookie string, doors []string, want int) error {
	for begun := time.Now(); ; time.Sleep(time.Millisecond) {
		open, err := opens(ctx, s, cookie, doors)
		if err != nil || open == want {
			return err
		}
		if time.Since(begun) > 20*time.Second {
			return fmt.Errorf("after 20 s the closed news is found behind %d of %d doors, want %d", open, len(doors), want)
		}
	}
}

// opens counts the doors behind which the closed news is found.
func opens(ctx context.Context, s *site.Site, cookie string, doors []string) (int, error) {
	open := 0
	for _, door := range doors {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Addr+door, nil)
		if err != nil {
			return 0, fmt.Errorf("asking for %s: %w", door, err)
		}
		request.Header.Set("Cookie", cookie)
		answer, err := client().Do(request)
		if err != nil {
			return 0, fmt.Errorf("asking for %s: %w", door, err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			return 0, fmt.Errorf("reading %s: %w", door, err)
		}
		if strings.Contains(string(body), closedWord) {
			open++
		}
	}
	return open, nil
}
