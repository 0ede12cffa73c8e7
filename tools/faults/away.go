package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"nuso.se/tools/machine"
	"nuso.se/tools/pg"
	"nuso.se/tools/site"
)

// databaseAway crashes PostgreSQL under a running site and starts it again:
// readiness turns red and green by itself, life stays green, a message sent
// meanwhile is refused with its text kept, and none that was taken is lost.
func (f *faults) databaseAway(ctx context.Context) (string, error) {
	database, err := pg.Start(ctx, f.Guard)
	if err != nil {
		return "", fmt.Errorf("starting PostgreSQL: %w", err)
	}
	s, err := f.serve(ctx, f.folder("away"), "DATABASE_URL="+database.URL)
	if err != nil {
		return "", err
	}
	defer s.Kill()
	if err := f.addPeople(ctx, s, 1); err != nil {
		return "", err
	}
	var acknowledged []string
	var red, green float64
	wrong := 0
	for range max(2, f.rounds/5) {
		words, down, up, bad, err := f.cutDatabase(ctx, s, database)
		if err != nil {
			return "", fmt.Errorf("%w; the server said:\n%s", err, s.Said())
		}
		acknowledged = append(acknowledged, words...)
		red, green, wrong = max(red, down), max(green, up), wrong+bad
	}
	lost, _, _, err := arrived(s.Data, acknowledged, time.Minute)
	if err != nil {
		return "", err
	}
	f.sheet.AtMost(5, red, "s", "database away: until readiness is red")
	f.sheet.AtMost(readyLimit, green, "s", "database back: until readiness is green")
	f.sheet.AtMost(0, float64(wrong), "", "database away: answers other than they should be")
	f.sheet.AtMost(0, float64(lost), "", "database away: acknowledged messages lost, of %d", len(acknowledged))
	return "", stopped(s)
}

// cutDatabase is one crash and restart.
func (f *faults) cutDatabase(ctx context.Context, s *site.Site, database *pg.Server) (words []string, red, green float64, wrong int, err error) {
	w := newWriter(s)
	in, err := f.enter(ctx, s, "person0@prov.example")
	if err != nil {
		return nil, 0, 0, 0, fmt.Errorf("before the crash: %w", err)
	}
	var forms []form
	for range 3 {
		page, err := w.open(ctx)
		if err != nil {
			return nil, 0, 0, 0, fmt.Errorf("before the crash: %w", err)
		}
		forms = append(forms, page)
	}
	word, err := w.send(ctx, forms[0])
	if err != nil {
		return nil, 0, 0, 0, fmt.Errorf("before the crash: %w", err)
	}
	words = append(words, word)
	if err := database.Crash(); err != nil {
		return nil, 0, 0, 0, err
	}
	status := func(path string) int {
		code, _, _ := get(ctx, s, path)
		return code
	}
	if red, err = wait(ctx, 30*time.Second, func() bool { return status("/readyz") == http.StatusServiceUnavailable }); err != nil {
		return nil, 0, 0, 0, fmt.Errorf("readiness never turned red: %w", err)
	}
	wrong = f.meanwhile(ctx, w, in, forms[1])
	if err := database.Restart(ctx); err != nil {
		return nil, 0, 0, 0, err
	}
	if green, err = wait(ctx, time.Minute, func() bool { return status("/readyz") == http.StatusOK }); err != nil {
		return nil, 0, 0, 0, fmt.Errorf("readiness never turned green again: %w", err)
	}
	if code := in.status(ctx); code != http.StatusOK {
		f.Out.Say("   a page of somebody logged in before: %d", code)
		wrong++
	}
	if word, err = w.send(ctx, forms[2]); err != nil {
		return nil, 0, 0, 0, fmt.Errorf("after the restart: %w", err)
	}
	return append(words, word), red, green, wrong, nil
}

// meanwhile counts the wrong answers while there is no database: to anybody,
// to somebody who is logged in, and to a message.
func (f *faults) meanwhile(ctx context.Context, w, in *writer, page form) (wrong int) {
	expect := func(what string, got int, want ...int) {
		if !slices.Contains(want, got) {
			f.Out.Say("   %s meanwhile: %d", what, got)
			wrong++
		}
	}
	for path, want := range map[string][]int{"/healthz": {http.StatusOK}, "/nyheter": {http.StatusOK, http.StatusServiceUnavailable}} {
		code, _, _ := w.get(ctx, path)
		expect(path, code, want...)
	}
	expect("a page of somebody logged in", in.status(ctx), http.StatusServiceUnavailable)
	if _, err := w.send(ctx, page); !errors.Is(err, errRefused) {
		f.Out.Say("   a message sent meanwhile: %v", err)
		wrong++
	}
	return wrong
}

// fullDisk fills the file system of the data folder: pages are still read, a
// message is refused with its text kept, and with room again all works.
func (f *faults) fullDisk(ctx context.Context) (string, error) {
	if !machine.Root() {
		return "a small file system can only be mounted as root", nil
	}
	data := f.folder("full")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", err
	}
	f.Guard.Mounted(data)
	if err := mount(data, 64); err != nil {
		return "a small file system cannot be mounted here: " + err.Error(), nil
	}
	s, err := site.Start(ctx, f.Runner, site.Options{Bin: f.bin, Data: data, Log: filepath.Join(f.Scratch, "full.log"),
		Env: []string{"NUSO_TRUSTED_PROXIES=127.0.0.1,::1"}})
	if err != nil {
		return "", err
	}
	defer s.Kill()
	w := newWriter(s)
	acknowledged, wrong, err := f.writeWhileFull(ctx, s, w)
	if err != nil {
		return "", fmt.Errorf("%w; the server said:\n%s", err, s.Said())
	}
	lost, _, broken, err := arrived(data, acknowledged, time.Minute)
	if err != nil {
		return "", err
	}
	f.sheet.AtMost(0, float64(wrong), "", "full disk: answers other than they should be")
	f.sheet.AtMost(0, float64(lost+len(broken)), "", "full disk: acknowledged messages lost or halved, of %d", len(acknowledged))
	return "", stopped(s)
}

// writeWhileFull sends messages before, while and after the disk is full.
func (f *faults) writeWhileFull(ctx context.Context, s *site.Site, w *writer) (acknowledged []string, wrong int, err error) {
	var forms []form
	for range 12 {
		page, err := w.open(ctx)
		if err != nil {
			return nil, 0, err
		}
		forms = append(forms, page)
	}
	filler := filepath.Join(s.Data, "filler")
	if err := fill(filler); err != nil {
		return nil, 0, err
	}
	refused := 0
	for _, page := range forms[:10] { // the database may have some room of its own left
		word, err := w.send(ctx, page)
		switch {
		case err == nil:
			acknowledged = append(acknowledged, word)
		case errors.Is(err, errRefused):
			refused++
		default:
			f.Out.Say("   on a full disk: %v", err)
			wrong++
		}
	}
	f.sheet.AtLeast(1, float64(refused), "", "full disk: messages refused with their text kept, of 10")
	for _, path := range []string{"/", "/nyheter", "/ordlista", "/healthz"} {
		if status, _, err := get(ctx, s, path); err != nil || status != http.StatusOK {
			f.Out.Say("   on a full disk %s answers %d, %v", path, status, err)
			wrong++
		}
	}
	if err := os.Remove(filler); err != nil {
		return nil, 0, err
	}
	word, err := w.send(ctx, forms[11])
	if err != nil {
		return nil, 0, fmt.Errorf("with room again: %w", err)
	}
	return append(acknowledged, word), wrong, nil
}

// fill writes a file until the file system has no room.
func fill(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for size := 1 << 20; size > 0; {
		if _, err := file.Write(make([]byte, size)); isFull(err) {
			size /= 2
		} else if err != nil {
			return fmt.Errorf("filling the disk: %w", err)
		}
	}
	return nil
}
