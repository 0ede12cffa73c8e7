package web_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Those who open connections and send nothing, or a byte now and then, take nothing from the others.
func TestHalfOpenAndSlowClientsDoNotHoldTheServer(t *testing.T) {
	f := newNews(t)
	f.serve()
	stop := make(chan bool)
	var slow sync.WaitGroup
	for n := range 300 {
		conn, err := net.Dial("tcp", f.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if n%3 == 0 {
			continue // half open: never a byte
		}
		_, _ = io.WriteString(conn, "POST /kontakt HTTP/1.1\r\nHost: nuso.example\r\n")
		if n%3 == 1 {
			_, _ = io.WriteString(conn, "Content-Length: 100\r\n\r\na=") // a body that never ends
			continue
		}
		slow.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Millisecond):
					_, _ = io.WriteString(conn, "X: y\r\n")
				}
			}
		})
	}
	began := time.Now()
	for range 4 {
		slow.Go(func() { fifty(t, f.addr) })
	}
	time.Sleep(200 * time.Millisecond)
	close(stop)
	slow.Wait()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("200 requests took %s beside slow clients", took)
	}
}

// fifty sends fifty requests on one connection.
func fifty(t *testing.T, addr string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	answers := bufio.NewReader(conn)
	for range 50 {
		_, _ = io.WriteString(conn, "GET /nyheter HTTP/1.1\r\nHost: nuso.example\r\n\r\n")
		response, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != 200 {
			t.Errorf("status %d, %v", response.StatusCode, err)
		}
		response.Body.Close()
	}
}
