// Package machine knows the programs a run needs from the system, installs
// the missing ones when it may (Debian and Ubuntu, as root), and otherwise
// says exactly what to install.
package machine

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"nuso.se/tools/console"
)

// Program is something a run needs from the system.
type Program struct {
	Name    string   // what people call it
	Debian  []string // packages that bring it
	Brew    string   // the same for Homebrew
	Find    func() string
	Prepare func() (undo func(), err error) // before installing; may be nil
}

// Root reports whether this process may install packages.
func Root() bool { return os.Geteuid() == 0 }

// Need makes sure that every program is there. As root on a Debian system the
// missing ones are installed; otherwise the error says what to install how.
func Need(ctx context.Context, out *console.Console, programs ...Program) error {
	missing := absent(programs)
	if len(missing) == 0 {
		return nil
	}
	apt, err := exec.LookPath("apt-get")
	if err != nil || !Root() {
		return fmt.Errorf("missing on this machine: %s\ninstall with: %s\nthen run the same command again",
			names(missing), advice(missing, err == nil))
	}
	out.Head("installing %s (%s)", names(missing), strings.Join(packages(missing), " "))
	for _, p := range missing {
		if p.Prepare == nil {
			continue
		}
		undo, err := p.Prepare()
		if err != nil {
			return fmt.Errorf("preparing for %s: %w", p.Name, err)
		}
		defer undo()
	}
	unlock, err := Lock(filepath.Join(os.TempDir(), "nuso-apt.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	if missing = absent(missing); len(missing) == 0 {
		return nil // another run installed them while this one waited
	}
	if err := install(ctx, out, apt, packages(missing)); err != nil {
		return err
	}
	if still := absent(missing); len(still) > 0 {
		return fmt.Errorf("installed %s, and yet not found: %s", strings.Join(packages(still), " "), names(still))
	}
	return nil
}

// install runs apt-get update and install, twice if the network stumbles.
func install(ctx context.Context, out io.Writer, apt string, list []string) error {
	args := append([]string{"install", "-y", "--no-install-recommends", "-q"}, options()...)
	var err error
	for try := range 3 {
		if try > 0 {
			time.Sleep(time.Duration(try) * 5 * time.Second)
		}
		quiet(ctx, out, apt, append([]string{"update", "-q"}, options()...)...)
		if err = quiet(ctx, out, apt, append(args, list...)...); err == nil {
			return nil
		}
	}
	return fmt.Errorf("installing %s with apt-get: %w", strings.Join(list, " "), err)
}

func options() []string {
	return []string{"-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Options::=--force-confold", "-o", "Acquire::Retries=3"}
}

// quiet shows what a program said only when it failed.
func quiet(ctx context.Context, out io.Writer, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8")
	text, err := cmd.CombinedOutput()
	if err != nil {
		fmt.Fprintf(out, "%s %s\n%s\n", name, args[0], text)
	}
	return err
}

func absent(programs []Program) []Program {
	var list []Program
	for _, p := range programs {
		if p.Find() == "" {
			list = append(list, p)
		}
	}
	return list
}

func names(programs []Program) string {
	var list []string
	for _, p := range programs {
		list = append(list, p.Name)
	}
	return strings.Join(list, ", ")
}

func packages(programs []Program) []string {
	var list []string
	for _, p := range programs {
		list = append(list, p.Debian...)
	}
	return list
}

func advice(programs []Program, apt bool) string {
	if runtime.GOOS == "darwin" {
		var list []string
		for _, p := range programs {
			list = append(list, p.Brew)
		}
		return "brew install " + strings.Join(list, " ")
	}
	text := "apt-get install --no-install-recommends " + strings.Join(packages(programs), " ")
	if apt {
		return "sudo " + text
	}
	return text + "   (or the same programs with this system's package manager)"
}

// Which looks a program up in PATH and in the places where system programs
// are kept that an ordinary PATH leaves out.
func Which(names ...string) string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/sbin", "/opt/homebrew/bin"} {
			if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
				return path
			}
		}
	}
	return ""
}
