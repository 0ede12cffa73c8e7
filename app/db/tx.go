package db

import (
	"context"
	"sync"
)

// Tx runs fn in one write transaction and commits when it returns nil; an error or a panic undoes everything.
// Errors come back translated (see Error). fn uses only the tx it is given and does nothing slow: on SQLite all
// other writes wait for it. It may not call Tx again with the same call chain's work in hand.
//
// On SQLite the statements run to their end even when ctx is cancelled (interrupting a statement could reach the
// next caller's, since the connection is shared); a cancelled ctx is seen before the commit and undoes it.
func (d *DB) Tx(ctx context.Context, fn func(tx Tx) error) error {
	if err := d.enter(ctx); err != nil {
		return Error(err)
	}
	after := &afterwards{}
	if err := d.transact(ctx, after, fn); err != nil {
		return Error(err)
	}
	d.signals.send(after.names)
	return nil
}

func (d *DB) transact(ctx context.Context, after *afterwards, fn func(tx Tx) error) error {
	defer d.leave()
	inner := ctx
	if d.engine == SQLite {
		inner = context.WithoutCancel(ctx)
	}
	err := d.write.WithContext(context.WithValue(inner, afterKey{}, after)).Transaction(func(tx Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return ctx.Err()
	})
	if err != nil && d.engine == SQLite {
		// A commit that fails (a deferred foreign key, a full disk) leaves the transaction open on the only
		// writer connection, and nobody could write again. Without an open one this is refused, harmlessly.
		_, _ = d.writer.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return err
}

// afterwards are the names to signal when a transaction has committed.
type afterwards struct{ names []string }

type afterKey struct{}

// Signal tells this process's listeners on name, after tx has committed and not at all when it is undone. It is a
// nudge, not a message: other processes hear nothing and must look for themselves. Outside a transaction of
// (*DB).Tx it does nothing.
func Signal(tx Tx, name string) {
	after, ok := tx.Statement.Context.Value(afterKey{}).(*afterwards)
	if !ok {
		return
	}
	for _, n := range after.names {
		if n == name {
			return
		}
	}
	after.names = append(after.names, name)
}

// Listen calls fn after each commit that signalled name, on the committing goroutine: fn must not block.
// The returned function ends it.
func (d *DB) Listen(name string, fn func()) (stop func()) { return d.signals.add(name, fn) }

// signals are who listens to what.
type signals struct {
	mu   sync.RWMutex
	next int
	to   map[string]map[int]func()
}

func (s *signals) add(name string, fn func()) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.to == nil {
		s.to = map[string]map[int]func(){}
	}
	if s.to[name] == nil {
		s.to[name] = map[int]func(){}
	}
	s.next++
	id := s.next
	s.to[name][id] = fn
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.to[name], id)
	}
}

func (s *signals) send(names []string) {
	if len(names) == 0 {
		return
	}
	var fns []func()
	s.mu.RLock()
	for _, name := range names {
		for _, fn := range s.to[name] {
			fns = append(fns, fn)
		}
	}
	s.mu.RUnlock()
	for _, fn := range fns {
		fn()
	}
}
