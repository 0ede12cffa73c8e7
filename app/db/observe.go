package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"gorm.io/gorm"
)

// slow is from when on a query is worth a line in the log.
const slow = 200 * time.Millisecond

// observer sees every statement of a database: it logs slow ones and lets tests count. It works on the pool and not
// as gorm's logger, which is handed statements with the values filled in, and those may be somebody's text.
type observer struct {
	log  *slog.Logger
	mu   sync.RWMutex
	next int
	to   map[int]func(sql string)
}

// OnQuery calls fn with the text of every statement from now on, values left out, until stop is called.
// It is for tests that count queries; fn may be called from several goroutines.
func (d *DB) OnQuery(fn func(sql string)) (stop func()) {
	o := d.on
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.to == nil {
		o.to = map[int]func(string){}
	}
	o.next++
	id := o.next
	o.to[id] = fn
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.to, id)
	}
}

// watch puts the observer between g and its pool.
func (o *observer) watch(g *gorm.DB) *gorm.DB {
	g.ConnPool = &watchedPool{ConnPool: g.ConnPool, on: o}
	g.Statement.ConnPool = g.ConnPool
	return g
}

func (o *observer) saw(ctx context.Context, begin time.Time, text string) {
	took := time.Since(begin)
	o.mu.RLock()
	defer o.mu.RUnlock()
	for _, fn := range o.to {
		fn(text)
	}
	if took >= slow {
		o.log.WarnContext(ctx, "slow query", "sql", text, "ms", took.Milliseconds())
	}
}

// watchedPool is a pool or a transaction with the observer before it. It also refuses a time.Time as a value.
type watchedPool struct {
	gorm.ConnPool
	on *observer
}

// ExecContext passes a statement on.
func (p *watchedPool) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := refuseTimes(args); err != nil {
		return nil, err
	}
	defer p.on.saw(ctx, time.Now(), text)
	return p.ConnPool.ExecContext(ctx, text, args...)
}

// QueryContext passes a query on.
func (p *watchedPool) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := refuseTimes(args); err != nil {
		return nil, err
	}
	defer p.on.saw(ctx, time.Now(), text)
	return p.ConnPool.QueryContext(ctx, text, args...)
}

// QueryRowContext passes a query of one row on.
func (p *watchedPool) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	defer p.on.saw(ctx, time.Now(), text)
	return p.ConnPool.QueryRowContext(ctx, text, args...)
}

// BeginTx opens a transaction that is watched too.
func (p *watchedPool) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	beginner, ok := p.ConnPool.(gorm.TxBeginner)
	if !ok {
		return nil, gorm.ErrInvalidTransaction
	}
	tx, err := beginner.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &watchedTx{watchedPool: watchedPool{ConnPool: tx, on: p.on}, tx: tx}, nil
}

type watchedTx struct {
	watchedPool
	tx *sql.Tx
}

// Commit keeps the transaction.
func (t *watchedTx) Commit() error { return t.tx.Commit() }

// Rollback undoes the transaction.
func (t *watchedTx) Rollback() error { return t.tx.Rollback() }

// refuseTimes catches what PostgreSQL refuses and SQLite would store as text in some zone.
func refuseTimes(args []any) error {
	for _, a := range args {
		switch a.(type) {
		case time.Time, *time.Time:
			return fmt.Errorf("a %T as a value: use db.At", a)
		}
	}
	return nil
}
