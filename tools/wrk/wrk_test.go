package wrk

import (
	"testing"
	"time"
)

const report = `Running 10s test @ http://127.0.0.1:8080/
  2 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   635.91us    0.89ms  12.92ms   93.69%
    Req/Sec    56.20k     8.07k   62.00k    86.54%
  Latency Distribution
     50%  250.00us
     90%    1.50ms
     99%    4.64ms
  99.9%    1.02s
  1122388 requests in 10.02s, 4.61GB read
  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 17
Requests/sec: 112010.41
Transfer/sec:    470.94MB
`

func TestAReportIsRead(t *testing.T) {
	got, err := parse(report)
	if err != nil {
		t.Fatal(err)
	}
	if got.PerSecond != 112010.41 || got.Requests != 1122388 || got.Errors != 17 || got.Broken != 10 {
		t.Errorf("read %+v", got)
	}
	for percentile, want := range map[string]time.Duration{"50": 250 * time.Microsecond, "99": 4640 * time.Microsecond, "99.9": 1020 * time.Millisecond} {
		if got.Latency[percentile] != want {
			t.Errorf("%s %%: %s, want %s", percentile, got.Latency[percentile], want)
		}
	}
}

func TestAReportWithoutFiguresIsAnError(t *testing.T) {
	if _, err := parse("unable to connect to 127.0.0.1:1 Connection refused\n"); err == nil {
		t.Error("taken for a measurement")
	}
}
