package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"nuso": main}) }

// The commands are tested as a person uses them: the scripts in testdata/script run the real binary, each with a data
// folder and a port of its own. Their own words are here: content copies the repository's texts, ready waits for a
// server, get asks it for a page.
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, testscript.Params{Dir: "testdata/script"}, "")
}

// What is loaded and cleared is so on both databases.
func TestScriptsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	runScripts(t, testscript.Params{Files: []string{"testdata/script/demo.txtar"}}, dbtest.EmptyURL(t, db.PostgreSQL))
}

func runScripts(t *testing.T, params testscript.Params, database string) {
	params.Setup = func(e *testscript.Env) error {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer listener.Close()
		address := listener.Addr().String()
		e.Setenv("NUSO_ADDR", address)
		e.Setenv("NUSO_BASE_URL", "http://"+address)
		e.Setenv("NUSO_DATA_DIR", filepath.Join(e.WorkDir, "data"))
		e.Setenv("DATABASE_URL", database)
		return nil
	}
	params.Cmds = map[string]func(*testscript.TestScript, bool, []string){"content": copyContent, "ready": waitReady, "get": get}
	testscript.Run(t, params)
}

func copyContent(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), os.DirFS(filepath.Join("..", "content"))))
	ts.Check(os.Remove(filepath.Join(ts.MkAbs(args[0]), "fs.go")))
}

// waitReady waits until the server answers; with a time as argument it fails when that is exceeded.
func waitReady(ts *testscript.TestScript, neg bool, args []string) {
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		answer, err := http.Get(ts.Getenv("NUSO_BASE_URL") + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("the server is not ready")
}

// get asks for an address until the answer has the status and, when given, the text: get /om 200 'Om NUSO'.
func get(ts *testscript.TestScript, neg bool, args []string) {
	var told string
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		answer, err := client.Get(ts.Getenv("NUSO_BASE_URL") + args[0])
		if err != nil {
			told = err.Error()
			continue
		}
		var body strings.Builder
		_ = answer.Write(&body)
		answer.Body.Close()
		told = fmt.Sprint(answer.StatusCode)
		if told == args[1] && (len(args) < 3 || strings.Contains(body.String(), args[2]) != neg) {
			return
		}
	}
	ts.Fatalf("%s: %s, not %v", args[0], told, args[1:])
}
