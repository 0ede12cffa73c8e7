package guardian

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// grace is how long a process gets between being asked and being killed.
const grace = 10 * time.Second

// ledger is what the guardian has been told of.
type ledger struct {
	processes map[int]process
	folders   []string
	mounts    []string
}

type process struct {
	stop syscall.Signal
	born string
}

// watch reads lines until the pipe closes, then cleans up.
func watch(r io.Reader) {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	l := ledger{processes: map[int]process{}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		l.note(lines.Text())
	}
	l.clean()
}

// note understands one line of the runner's.
func (l *ledger) note(line string) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "folder":
		l.folders = append(l.folders, rest)
	case "mount":
		l.mounts = append(l.mounts, rest)
	case "process":
		var pid, stop int
		var since string
		fmt.Sscan(rest, &pid, &stop, &since)
		l.processes[pid] = process{syscall.Signal(stop), since}
	case "forget":
		pid, _ := strconv.Atoi(rest)
		delete(l.processes, pid)
	}
}

// clean ends the processes, unmounts, and removes the folders.
func (l *ledger) clean() {
	for pid, p := range l.processes {
		if born(pid) != p.born {
			delete(l.processes, pid) // gone, and its number given to another
			continue
		}
		syscall.Kill(-pid, p.stop)
	}
	for end := time.Now().Add(grace); time.Now().Before(end) && l.anyAlive(); {
		time.Sleep(20 * time.Millisecond)
	}
	for pid := range l.processes {
		syscall.Kill(-pid, syscall.SIGKILL)
	}
	for _, path := range l.mounts {
		unmount(path)
	}
	for _, dir := range l.folders {
		remove(dir)
	}
}

func (l *ledger) anyAlive() bool {
	for pid := range l.processes {
		if alive(pid) {
			return true
		}
	}
	return false
}

// remove tries for a while: a process killed a moment ago may still be writing.
func remove(dir string) {
	for range 50 {
		if os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// alive reports whether the process exists and is not just waiting to be reaped.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	fields := stat(pid)
	return len(fields) == 0 || fields[0] != "Z"
}

// born returns when the process started, in a form that tells it from a later
// one with the same number; "-" where the system does not say.
func born(pid int) string {
	if fields := stat(pid); len(fields) > 19 {
		return fields[19]
	}
	return "-"
}

// stat returns the fields of /proc/PID/stat after the command's name.
func stat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return strings.Fields(rest)
}
