package guardian

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	Main()
	if dir := os.Getenv("GUARDIAN_TEST_RUNNER"); dir != "" {
		pretendRunner(dir)
	}
	os.Exit(m.Run())
}

// pretendRunner is a runner in a process of its own: it starts a child that
// ignores SIGTERM, makes a folder, says so in a file, and waits to be ended.
func pretendRunner(dir string) {
	g, err := Start()
	if err != nil {
		panic(err)
	}
	folder, err := g.Folder(dir, "made-*")
	if err != nil {
		panic(err)
	}
	cmd := Command(context.Background(), "sh", "-c", "sleep 300 & wait")
	if err := g.Start(cmd, syscall.SIGTERM); err != nil {
		panic(err)
	}
	text := fmt.Sprintf("%d %s", cmd.Process.Pid, folder)
	if err := os.WriteFile(filepath.Join(dir, "half"), []byte(text), 0o600); err != nil {
		panic(err)
	}
	os.Rename(filepath.Join(dir, "half"), filepath.Join(dir, "ready"))
	if os.Getenv("GUARDIAN_TEST_END") == "close" {
		g.Close()
		os.Exit(0)
	}
	select {}
}

func TestWhateverEndsTheRunnerItsChildrenAndFoldersGo(t *testing.T) {
	tests := []struct {
		name string
		end  syscall.Signal
	}{
		{"a runner that closes", 0},
		{"a runner ended by SIGTERM without a handler", syscall.SIGTERM},
		{"a runner killed by kill -9", syscall.SIGKILL},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "GUARDIAN_TEST_RUNNER="+dir)
			if tt.end == 0 {
				cmd.Env = append(cmd.Env, "GUARDIAN_TEST_END=close")
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			pid, folder := readReady(t, dir)
			if tt.end != 0 {
				cmd.Process.Signal(tt.end)
			}
			cmd.Wait()
			eventually(t, "the child to be gone", func() bool { return !alive(pid) })
			eventually(t, "the folder to be gone", func() bool {
				_, err := os.Stat(folder)
				return os.IsNotExist(err)
			})
		})
	}
}

func TestAProcessNumberGivenToAnotherIsLeftAlone(t *testing.T) {
	other := Command(context.Background(), "sleep", "300")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { other.Process.Kill(); other.Wait() }()
	l := ledger{processes: map[int]process{}}
	l.note("process " + strconv.Itoa(other.Process.Pid) + " 15 12345")
	l.clean()
	if !alive(other.Process.Pid) {
		t.Error("a process that was not the runner's was ended")
	}
}

func TestAForgottenProcessIsLeftAlone(t *testing.T) {
	l := ledger{processes: map[int]process{}}
	l.note("process 4711 15 99")
	l.note("forget 4711")
	if len(l.processes) != 0 {
		t.Errorf("still noted: %v", l.processes)
	}
}

func readReady(t *testing.T, dir string) (pid int, folder string) {
	t.Helper()
	var text []byte
	eventually(t, "the runner to be ready", func() bool {
		var err error
		text, err = os.ReadFile(filepath.Join(dir, "ready"))
		return err == nil
	})
	number, folder, _ := strings.Cut(string(text), " ")
	pid, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return pid, folder
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("waited 20 s for %s", what)
}
