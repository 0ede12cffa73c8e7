package bench

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// answer is what a server sent, as it sent it.
type answer struct {
	body     []byte // in the encoding below
	encoding string
	kind     string // Content-Type
}

// fetch gets one address with an Accept-Encoding of its own.
func fetch(ctx context.Context, addr, path, accept string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		return answer{}, fmt.Errorf("asking for %s: %w", path, err)
	}
	request.Header.Set("Accept-Encoding", accept)
	client := http.Client{Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, fmt.Errorf("asking for %s: %w", path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, fmt.Errorf("reading %s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("%s answers %s", path, response.Status)
	}
	return answer{body, response.Header.Get("Content-Encoding"), response.Header.Get("Content-Type")}, nil
}

// plain returns the body without its encoding; only gzip is known.
func (a answer) plain() ([]byte, error) {
	if a.encoding != "gzip" {
		return a.body, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	return io.ReadAll(r)
}
