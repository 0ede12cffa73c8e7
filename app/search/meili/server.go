package meili

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"nuso.se/app/fault"
)

// oldest is the first version of the server that has all we ask for: STARTS WITH without a switch, and indexes that can be
// renamed.
func oldest() [2]int { return [2]int{1, 18} }

// newServer returns the client. It follows no redirect, which would carry the key elsewhere, and tries nothing twice: those who
// ask know better what may be repeated.
func newServer(u *url.URL, key string) meilisearch.ServiceManager {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: connectLimit}).DialContext,
		TLSHandshakeTimeout: connectLimit,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     time.Minute,
	}
	client := &http.Client{
		Transport: transport, Timeout: sendLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return meilisearch.New(strings.TrimSuffix(u.String(), "/"),
		meilisearch.WithAPIKey(key), meilisearch.WithCustomClient(client), meilisearch.DisableRetries())
}

// ask does one request within the limit. What goes wrong with the server is Unavailable, stands once in the log, and makes the
// next who asks look anew; when the caller's ctx has ended it is that, and nobody's fault.
func (x *Index) ask(ctx context.Context, limit time.Duration, request func(context.Context) error) error {
	if x.closed.Err() != nil {
		return fault.New(fault.Unavailable, "", errClosed)
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer context.AfterFunc(x.closed, cancel)()
	err := request(limited)
	switch {
	case err == nil:
		return nil
	case x.closed.Err() != nil:
		return fault.New(fault.Unavailable, "", errClosed)
	case ctx.Err() != nil:
		return fault.Wrap(context.Cause(ctx), "asking the search server")
	}
	return x.away(explained(err))
}

// away notes why the server cannot be used and returns that as Unavailable.
func (x *Index) away(cause error) error {
	x.mu.Lock()
	told := x.cause == cause.Error()
	x.known, x.cause = false, cause.Error()
	x.mu.Unlock()
	if !told {
		x.log.Warn("the search server cannot be used", "cause", cause)
	}
	return fault.New(fault.Unavailable, "", cause)
}

// answered notes that the server has done what it is for: that it says something is not enough.
func (x *Index) answered() {
	x.mu.Lock()
	was := x.cause
	x.cause = ""
	x.mu.Unlock()
	if was != "" {
		x.log.Info("the search server answers again")
	}
}

// checkVersion asks the server for its version and refuses one that lacks what we need.
func (x *Index) checkVersion(ctx context.Context) error {
	var version *meilisearch.Version
	err := x.ask(ctx, askLimit, func(ctx context.Context) (err error) {
		version, err = x.server.VersionWithContext(ctx)
		if err == nil && !newEnough(version.PkgVersion) {
			return fmt.Errorf("its version is %q, but must be %d.%d or later", version.PkgVersion, oldest()[0], oldest()[1])
		}
		return err
	})
	return err
}

func newEnough(version string) bool {
	parts := strings.Split(version, ".")
	if len(parts) < 2 {
		return false
	}
	for i, least := range oldest() {
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < least {
			return false
		}
		if n > least {
			return true
		}
	}
	return true
}

// codeOf returns the server's own name for what was wrong, "" when it has not said.
func codeOf(err error) string {
	var failed *meilisearch.Error
	if errors.As(err, &failed) {
		return failed.MeilisearchApiError.Code
	}
	return ""
}

// explained returns err in few words: the client's own tell whole requests, and hide what they wrap.
func explained(err error) error {
	var failed *meilisearch.Error
	switch {
	case !errors.As(err, &failed):
		return err
	case failed.MeilisearchApiError.Code != "":
		api := failed.MeilisearchApiError
		return fmt.Errorf("%s %s: %d %s: %s", failed.Method, failed.Endpoint, failed.StatusCode, api.Code, api.Message)
	case failed.OriginError != nil:
		return fmt.Errorf("%s %s: %w", failed.Method, failed.Endpoint, failed.OriginError)
	}
	return fmt.Errorf("%s %s: status %d", failed.Method, failed.Endpoint, failed.StatusCode)
}
