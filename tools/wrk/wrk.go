// Package wrk runs the load generator wrk against a server on this machine
// and reads what it says.
package wrk

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"nuso.se/tools/machine"
	"nuso.se/tools/runner"
)

// Options say what to send. Only addresses of the loopback are for this.
type Options struct {
	URL     string
	For     time.Duration
	Script  string // Lua; empty: GET of URL
	Threads int    // 2
	Clients int    // 32
}

// Result is what came back.
type Result struct {
	PerSecond float64
	Requests  int
	Errors    int // answers of 400 and above
	Broken    int // connections that failed or timed out
	Latency   map[string]time.Duration
}

// What wrk and its Lua scripts print.
var (
	perSecond = regexp.MustCompile(`(?m)^Requests/sec:\s+([\d.]+)`)
	requests  = regexp.MustCompile(`(?m)^\s+(\d+) requests in `)
	non2xx    = regexp.MustCompile(`(?m)Non-2xx or 3xx responses: (\d+)`)
	sockets   = regexp.MustCompile(`(?m)Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)`)
	latency   = regexp.MustCompile(`(?m)^\s+([\d.]+)%\s+([\d.]+)(us|ms|s|m)$`)
)

// Run runs wrk with gzip accepted and returns what it measured.
func Run(ctx context.Context, r *runner.Runner, o Options) (Result, error) {
	if o.Threads == 0 {
		o.Threads, o.Clients = 2, 32
	}
	args := []string{"-t" + strconv.Itoa(o.Threads), "-c" + strconv.Itoa(o.Clients),
		"-d" + strconv.Itoa(max(1, int(o.For.Seconds()))) + "s", "-H", "Accept-Encoding: gzip", "--latency"}
	if o.Script != "" {
		args = append(args, "-s", o.Script)
	}
	said, err := r.Command(ctx, nil, machine.Which("wrk"), append(args, o.URL)...)
	if err != nil {
		return Result{}, err
	}
	return parse(said)
}

// parse reads wrk's report.
func parse(said string) (Result, error) {
	found := perSecond.FindStringSubmatch(said)
	if found == nil {
		return Result{}, errors.New("wrk did not say how many requests a second: " + said)
	}
	result := Result{Latency: map[string]time.Duration{}}
	result.PerSecond, _ = strconv.ParseFloat(found[1], 64)
	result.Requests = sum(requests.FindStringSubmatch(said))
	result.Errors = sum(non2xx.FindStringSubmatch(said))
	result.Broken = sum(sockets.FindStringSubmatch(said))
	for _, m := range latency.FindAllStringSubmatch(said, -1) {
		d, err := time.ParseDuration(m[2] + m[3])
		if err != nil {
			return Result{}, fmt.Errorf("reading a latency of wrk's: %w", err)
		}
		percentile, _ := strconv.ParseFloat(m[1], 64)
		result.Latency[strconv.FormatFloat(percentile, 'f', -1, 64)] = d
	}
	return result, nil
}

// sum adds up the numbers that a pattern caught.
func sum(found []string) int {
	total := 0
	for i, text := range found {
		if n, err := strconv.Atoi(text); err == nil && i > 0 {
			total += n
		}
	}
	return total
}
