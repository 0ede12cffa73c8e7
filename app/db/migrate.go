package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/pressly/goose/v3"

	"nuso.se/app/fault"
)

// Migration is one numbered change of the schema.
type Migration struct {
	Version int64
	Name    string    // the file's name
	Applied bool      // false: waits for Migrate
	At      time.Time // when it was applied
}

// Migrate brings the schema up to this program's. It waits for other starts that do the same and then finds nothing
// left to do. All pending files make one transaction: either all are applied or none. A database that a newer
// program has migrated is refused as a Conflict whose Swedish text names both versions and the cure.
func (d *DB) Migrate(ctx context.Context) error {
	return d.Locked(ctx, func(ctx context.Context) error {
		return d.migrating(ctx, func(p *goose.Provider) error {
			if err := refuseNewer(ctx, p); err != nil {
				return err
			}
			done, err := p.Up(ctx)
			for _, r := range done {
				d.log.Info("migrated", "file", r.Source.Path, "ms", r.Duration.Milliseconds())
			}
			return gaps(err)
		})
	})
}

// MigrateDown undoes the latest migration; with none left it does nothing.
func (d *DB) MigrateDown(ctx context.Context) error {
	return d.Locked(ctx, func(ctx context.Context) error {
		return d.migrating(ctx, func(p *goose.Provider) error {
			if err := refuseNewer(ctx, p); err != nil {
				return err
			}
			r, err := p.Down(ctx)
			if errors.Is(err, goose.ErrNoNextVersion) {
				return nil
			}
			if err == nil {
				d.log.Info("migrated down", "file", r.Source.Path)
			}
			return err
		})
	})
}

// MigrateStatus lists this program's migrations, oldest first, and whether each is applied.
func (d *DB) MigrateStatus(ctx context.Context) ([]Migration, error) {
	var list []Migration
	err := d.migrating(ctx, func(p *goose.Provider) error {
		status, err := p.Status(ctx)
		for _, s := range status {
			list = append(list, Migration{
				Version: s.Source.Version, Name: s.Source.Path,
				Applied: s.State == goose.StateApplied, At: s.AppliedAt,
			})
		}
		return err
	})
	return list, err
}

func refuseNewer(ctx context.Context, p *goose.Provider) error {
	has, knows, err := p.GetVersions(ctx)
	if err != nil || has <= knows {
		return err
	}
	return fault.New(fault.Conflict, fmt.Sprintf(textNewer, has, knows), nil)
}

// gaps gives goose's refusal of a file that is older than an applied one a text with a cure.
func gaps(err error) error {
	var partial *goose.PartialError
	if err == nil || errors.As(err, &partial) || fault.Of(Error(err)) != nil {
		return err
	}
	return fault.New(fault.Conflict, fmt.Sprintf(textGaps, err.Error()), err)
}

// migrating gives fn a goose provider whose whole work is one transaction of the writer: goose itself commits file by
// file, which would leave half a chain behind when the third of five fails. On SQLite foreign keys are off meanwhile
// (rebuilding a table would else delete its children's rows) and are all checked before the commit.
func (d *DB) migrating(ctx context.Context, fn func(*goose.Provider) error) error {
	if err := d.enter(ctx); err != nil {
		return Error(err)
	}
	defer d.leave()
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return Error(err)
	}
	defer conn.Close()
	dialect, begin, end := d.migrationTerms()
	if err := run(ctx, conn, begin); err != nil {
		return Error(err)
	}
	defer func() { _ = run(context.WithoutCancel(ctx), conn, end) }()
	err = conn.Raw(func(inner any) error {
		one := sql.OpenDB(sharedConnector{inner})
		one.SetMaxOpenConns(1)
		defer one.Close()
		p, err := goose.NewProvider(dialect, one, d.files, goose.WithDisableGlobalRegistry(true), goose.WithSlog(d.log))
		if err != nil {
			return err
		}
		return fn(p)
	})
	if err == nil && d.engine == SQLite {
		err = checkReferences(ctx, conn)
	}
	if err == nil {
		err = run(ctx, conn, []string{"COMMIT"})
	}
	return Error(err)
}

// migrationTerms are the statements around a migration. The last ones undo a transaction that is still open, which
// after the commit does nothing.
func (d *DB) migrationTerms() (dialect goose.Dialect, begin, end []string) {
	if d.engine == SQLite {
		return goose.DialectSQLite3,
			[]string{"PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"},
			[]string{"ROLLBACK", "PRAGMA foreign_keys = ON"}
	}
	return goose.DialectPostgres,
		[]string{"BEGIN", "SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0"},
		[]string{"ROLLBACK"}
}

// run executes all statements and returns the first error.
func run(ctx context.Context, conn *sql.Conn, statements []string) (err error) {
	for _, s := range statements {
		if _, e := conn.ExecContext(ctx, s); e != nil && err == nil {
			err = e
		}
	}
	return err
}

func checkReferences(ctx context.Context, conn *sql.Conn) error {
	var table, parent string
	var row sql.NullInt64
	var key int
	err := conn.QueryRowContext(ctx, "PRAGMA foreign_key_check").Scan(&table, &row, &parent, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("the migrations leave row %d of %s without its row in %s", row.Int64, table, parent)
	}
	return err
}

// engineView shows one engine its own migrations: files that end in the other's suffix are hidden.
type engineView struct {
	fs.FS
	hide string
}

func hidden(engine string) string {
	if engine == SQLite {
		return "*-postgres.sql"
	}
	return "*-sqlite.sql"
}

// Glob is how goose finds the files.
func (v engineView) Glob(pattern string) ([]string, error) {
	all, err := fs.Glob(v.FS, pattern)
	var ours []string
	for _, name := range all {
		if other, _ := path.Match(v.hide, name); !other {
			ours = append(ours, name)
		}
	}
	return ours, err
}
