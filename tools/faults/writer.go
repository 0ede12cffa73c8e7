package faults

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"nuso.se/tools/site"
)

// writer is a person's browser.
type writer struct {
	site   *site.Site
	client http.Client
	cookie string // of the session; empty: nobody is logged in
}

// What forms say.
var (
	tokenField = regexp.MustCompile(`name="?token"?[^>]*value="?([^" >]+)`)
	stampField = regexp.MustCompile(`name="?stamp"?[^>]*value="?([^" >]+)`)
	bitsField  = regexp.MustCompile(`data-bits="?(\d+)`)
)

// errRefused is an answer that says no, and says it as it should.
var errRefused = errors.New("refused")

func newWriter(s *site.Site) *writer {
	return &writer{site: s, client: http.Client{Timeout: 15 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// form is a form that has been fetched, with the work that it asks for done.
type form struct{ stamp, proof string }

// open fetches the form.
func (w *writer) open(ctx context.Context) (form, error) {
	status, _, body, err := w.do(ctx, http.MethodGet, "/kontakt", nil)
	if err != nil {
		return form{}, err
	}
	stamp := stampField.FindStringSubmatch(body)
	demand := bitsField.FindStringSubmatch(body)
	if status != http.StatusOK || stamp == nil || demand == nil {
		return form{}, fmt.Errorf("/kontakt answers %d, without a stamp and its demand", status)
	}
	n, _ := strconv.Atoi(demand[1])
	return form{stamp[1], prove(stamp[1], n)}, nil
}

// send posts a message with a word nobody else uses and returns it once the
// site has said thanks. errRefused: the site said that it was not taken.
func (w *writer) send(ctx context.Context, f form) (word string, err error) {
	word = newWord()
	fields := url.Values{"name": {"Prov Person"}, "email": {"prov@example.com"}, "stamp": {f.stamp}, "proof": {f.proof}, "website": {""},
		"message": {"Hej, det här är ett prov av formuläret: " + word + " slut."}}
	status, header, body, err := w.do(ctx, http.MethodPost, "/kontakt", fields)
	switch {
	case err != nil:
		return word, err
	case status == http.StatusSeeOther && strings.HasSuffix(header.Get("Location"), "/kontakt/tack"):
		return word, nil
	case status == http.StatusServiceUnavailable && strings.Contains(body, word):
		return word, errRefused
	default:
		return word, fmt.Errorf("posting to /kontakt: status %d, Location %q, text kept: %t",
			status, header.Get("Location"), strings.Contains(body, word))
	}
}

// newWord returns a word of letters alone: digits might look like a number of
// the kind that the site refuses.
func newWord() string {
	return "kvitto" + strings.ToLower(strings.Map(func(r rune) rune {
		if r >= '2' && r <= '7' {
			return 'x'
		}
		return r
	}, rand.Text()))
}

// do sends one request as the browser would, each from an address of its own.
func (w *writer) do(ctx context.Context, method, path string, fields url.Values) (int, http.Header, string, error) {
	var body io.Reader
	if fields != nil {
		body = strings.NewReader(fields.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, w.site.URL+path, body)
	if err != nil {
		return 0, nil, "", fmt.Errorf("asking for %s: %w", path, err)
	}
	if fields != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", w.site.URL)
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if w.cookie != "" {
		request.Header.Set("Cookie", w.cookie)
	}
	request.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", mathrand.IntN(250), mathrand.IntN(250), 1+mathrand.IntN(250)))
	answer, err := w.client.Do(request)
	if err != nil {
		return 0, nil, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, string(text), err
}

// prove does the browser's work: a number such that the sum of stamp:number
// begins with so many zero bits.
func prove(stamp string, demand int) string {
	for n := 0; ; n++ {
		proof := strconv.Itoa(n)
		sum := sha256.Sum256([]byte(stamp + ":" + proof))
		if bits.LeadingZeros32(binary.BigEndian.Uint32(sum[:4])) >= demand {
			return proof
		}
	}
}
