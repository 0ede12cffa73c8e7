package meili_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nuso.se/app/fault"
	"nuso.se/app/search"
	"nuso.se/app/search/meili"
)

func versions(t *testing.T, index *meili.Index) map[string]int64 {
	t.Helper()
	held, err := index.Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func TestWhatIsWrittenIsFound(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		a, b, odd := doc("a", "Ord"), doc("b", "Ord"), doc("nyhet:å/#é 😀", "Ord")
		b.Version = 1<<53 - 1
		updated(t, index, a, b, odd)
		equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"a", "b", odd.ID})
		equal(t, "versions", versions(t, index), map[string]int64{"a": 1, "b": 1<<53 - 1, odd.ID: 1})
		a.Title, a.Version = "Annat", 2
		if err := index.Update(t.Context(), []search.Document{a}, []string{"b", "missing"}); err != nil {
			t.Fatal(err)
		}
		equal(t, "found by the old word", found(t, index, asked(search.Plain, "ord")), []string{odd.ID})
		equal(t, "found by the new word", found(t, index, asked(search.Plain, "annat")), []string{"a"})
		equal(t, "versions", versions(t, index), map[string]int64{"a": 2, odd.ID: 1})
	})
}

func TestManyDocumentsAreSentInBatches(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		want := map[string]int64{}
		var docs []search.Document
		for i := range 2300 {
			d := doc(fmt.Sprintf("d%04d", i), "Ord")
			d.Version = int64(i)
			docs, want[d.ID] = append(docs, d), d.Version
		}
		docs[0].Body = strings.Repeat("långt ", 1<<20)
		updated(t, index, docs...)
		equal(t, "versions", versions(t, index), want)
		var ids []string
		for _, d := range docs[1:] {
			ids = append(ids, d.ID)
		}
		if err := index.Update(t.Context(), nil, ids); err != nil {
			t.Fatal(err)
		}
		equal(t, "versions", versions(t, index), map[string]int64{"d0000": 0})
	})
}

func TestUpdateReturnsWhenTheServerHasDoneIt(t *testing.T) {
	index, server, log := onStub(t)
	server.Hold()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := index.Update(ctx, []search.Document{doc("a", "Ord")}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Update: %v while the task waits", err)
	}
	done := make(chan error)
	go func() { done <- index.Update(t.Context(), []search.Document{doc("b", "Ord")}, []string{"c"}) }()
	select {
	case err := <-done:
		t.Fatalf("Update returned %v before its task was done", err)
	case <-time.After(50 * time.Millisecond):
	}
	server.Release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"a", "b"})
	equal(t, "the log", log.String(), "")
}

func TestAFailedTaskIsAnError(t *testing.T) {
	for _, row := range []struct {
		name, task, kind, code string
		do                     func(*testing.T, *meili.Index) error
		want                   fault.Kind
	}{
		{"a document that is refused", "documentAdditionOrUpdate", "invalid_request", "invalid_document_id", write, fault.Unexpected},
		{"a full disk", "documentAdditionOrUpdate", "system", "no_space_left_on_device", write, fault.Unavailable},
		{"a fault of the server", "documentDeletion", "internal", "internal", write, fault.Unavailable},
		{"an index that went meanwhile", "documentAdditionOrUpdate", "invalid_request", "index_not_found", write, fault.Unavailable},
		{"an index that is not made", "indexCreation", "invalid_request", "index_already_exists", remake, fault.Unexpected},
		{"settings that are refused", "settingsUpdate", "invalid_request", "invalid_settings_ranking_rules", remake, fault.Unexpected},
		{"documents of a rebuild", "documentAdditionOrUpdate", "internal", "internal", remake, fault.Unavailable},
		{"a swap", "indexSwap", "internal", "internal", remake, fault.Unavailable},
	} {
		t.Run(row.name, func(t *testing.T) {
			index, server, _ := onStub(t)
			updated(t, index, doc("old", "Ord"))
			server.Fail(row.task, row.kind, row.code)
			err := row.do(t, index)
			if err == nil || fault.KindOf(err) != row.want || !strings.Contains(err.Error(), row.code) {
				t.Fatalf("%v, want one of kind %d with the code %s", err, row.want, row.code)
			}
			equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"old"})
			soon(t, "only one index is left", func() bool { return len(server.Indexes()) == 1 })
			if err := row.do(t, index); err != nil {
				t.Errorf("the second time: %v", err)
			}
		})
	}
}

func write(t *testing.T, index *meili.Index) error {
	return index.Update(t.Context(), []search.Document{doc("new", "Annat")}, []string{"gone"})
}

func remake(t *testing.T, index *meili.Index) error {
	return index.Rebuild(t.Context(), seq(doc("new", "Annat")))
}

func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 200 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("not soon: %s", what)
}
