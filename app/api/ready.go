package api

import (
	"context"
	"fmt"
	"sync"
	"time"

	"nuso.se/app/fault"
)

// Check asks one part of the program whether it works. Without a Required part the site cannot serve; without another one it
// serves less. Check heeds its context. The Text of a fault it returns is shown to anyone, other errors are not.
type Check struct {
	Name     string // as in JSON: "database"
	Required bool
	Check    func(ctx context.Context) error
}

// Ready tells whether the program can take requests.
type Ready struct {
	checks   []Check
	draining func() bool
}

// NewReady returns it; draining reports whether the program is about to stop.
func NewReady(checks []Check, draining func() bool) *Ready {
	return &Ready{checks: checks, draining: draining}
}

// The states of a part; the whole is draining too.
const (
	stateOK          = "ok"
	stateDegraded    = "degraded"
	stateUnavailable = "unavailable"
	stateDraining    = "draining"
)

// checkTime is how long a part may take to answer: the tools that ask give up soon after.
const checkTime = 2 * time.Second

// Report is the state of the whole and of each part by name.
type Report struct {
	Status string          `json:"status"` // ok, degraded, unavailable, draining
	Parts  map[string]Part `json:"parts"`
}

// Part is the state of one part and, when there is something to say, why.
type Part struct {
	Status string `json:"status"` // ok, degraded, unavailable
	Text   string `json:"text,omitempty"`
	Err    error  `json:"-"` // what went wrong, for the log
}

// Serves reports whether requests may be sent to this process.
func (r Report) Serves() bool { return r.Status == stateOK || r.Status == stateDegraded }

// Report asks every part at once. Anyone may call it.
func (r *Ready) Report(ctx context.Context) Report {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	parts := make([]Part, len(r.checks))
	var all sync.WaitGroup
	for i, check := range r.checks {
		all.Go(func() { parts[i] = check.run(ctx) })
	}
	all.Wait()
	report := Report{Status: stateOK, Parts: make(map[string]Part, len(parts))}
	for i, part := range parts {
		report.Parts[r.checks[i].Name] = part
		switch {
		case part.Status == stateUnavailable:
			report.Status = stateUnavailable
		case part.Status == stateDegraded && report.Status == stateOK:
			report.Status = stateDegraded
		}
	}
	if r.draining() {
		report.Status = stateDraining
	}
	return report
}

// run lets no panic out: in a goroutine it would end the process.
func (c Check) run(ctx context.Context) (part Part) {
	defer func() {
		if r := recover(); r != nil {
			part = c.failed(fmt.Errorf("panic: %v", r))
		}
	}()
	if err := c.Check(ctx); err != nil {
		return c.failed(err)
	}
	return Part{Status: stateOK}
}

func (c Check) failed(err error) Part {
	part := Part{Status: stateDegraded, Err: err}
	if c.Required {
		part.Status = stateUnavailable
	}
	if f := fault.Of(err); f != nil {
		part.Text = f.Text
	}
	return part
}
