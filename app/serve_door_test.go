package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

func openDoor(t *testing.T) *door {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return &door{TCPListener: listener.(*net.TCPListener)}
}

func TestADoorThatClosesTakesInWhoStandsOutside(t *testing.T) {
	for _, outside := range []int{0, 1, 20} {
		t.Run(fmt.Sprintf("%d outside", outside), func(t *testing.T) {
			d := openDoor(t)
			var clients []net.Conn
			for range outside {
				c, err := net.Dial("tcp", d.Addr().String())
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				fmt.Fprint(c, "hej")
				clients = append(clients, c)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			for range clients {
				g, err := d.Accept()
				if err != nil {
					t.Fatalf("somebody was left outside: %v", err)
				}
				fmt.Fprint(g, "svar")
				g.Close()
			}
			if _, err := d.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("Accept ends with %v", err)
			}
			for _, c := range clients {
				if text, err := io.ReadAll(io.LimitReader(c, 4)); string(text) != "svar" {
					t.Errorf("the answer is %q, %v", text, err)
				}
			}
		})
	}
}

// Closing an idle connection must not drop the request that comes at that very moment.
func TestAConnectionThatIsClosedWhileItWaitsAnswersWhatHasCome(t *testing.T) {
	for _, row := range []struct {
		name, come, answer string
	}{
		{"nothing has come", "", ""},
		{"a request has come", "hej", "svar"},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := openDoor(t)
			defer d.TCPListener.Close()
			c, err := net.Dial("tcp", d.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			g, err := d.Accept()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(c, row.come)
			read := make(chan string)
			go func() {
				text := make([]byte, 10)
				n, _ := g.Read(text)
				read <- string(text[:n])
			}()
			time.Sleep(50 * time.Millisecond)
			g.Close()
			if got := <-read; got != row.come {
				t.Fatalf("read %q, want %q", got, row.come)
			}
			if row.answer != "" {
				fmt.Fprint(g, row.answer)
			}
			g.Close()
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			if text, err := io.ReadAll(c); string(text) != row.answer || err != nil {
				t.Errorf("the answer is %q, %v; want %q and the end", text, err, row.answer)
			}
		})
	}
}
