package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// sharedConnector lends one driver connection, which already is in a transaction, to a pool of its own. What the
// borrower calls a transaction is a savepoint in ours, so that we decide whether the whole is kept.
type sharedConnector struct{ inner any }

// Connect returns the lent connection.
func (c sharedConnector) Connect(context.Context) (driver.Conn, error) {
	full, ok := c.inner.(fullConn)
	if !ok {
		return nil, fmt.Errorf("the driver's %T cannot be lent", c.inner)
	}
	return sharedConn{full}, nil
}

// Driver satisfies driver.Connector; nobody asks.
func (c sharedConnector) Driver() driver.Driver { return nil }

// fullConn is what both drivers' connections offer and database/sql uses.
type fullConn interface {
	driver.Conn
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnPrepareContext
}

type sharedConn struct{ fullConn }

const savepoint = "nuso_shared"

// Close leaves the lent connection open.
func (c sharedConn) Close() error { return nil }

// Begin satisfies driver.Conn; database/sql calls BeginTx.
func (c sharedConn) Begin() (driver.Tx, error) { return nil, errors.New("begin without context") }

// BeginTx sets a savepoint.
func (c sharedConn) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	return c, c.exec(ctx, "SAVEPOINT "+savepoint)
}

// Commit keeps what was done since the savepoint, as part of the outer transaction.
func (c sharedConn) Commit() error {
	return c.exec(context.Background(), "RELEASE SAVEPOINT "+savepoint)
}

// Rollback undoes what was done since the savepoint.
func (c sharedConn) Rollback() error {
	if err := c.exec(context.Background(), "ROLLBACK TO SAVEPOINT "+savepoint); err != nil {
		return err
	}
	return c.Commit()
}

// CheckNamedValue lets the driver itself judge each value.
func (c sharedConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.fullConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

func (c sharedConn) exec(ctx context.Context, sql string) error {
	_, err := c.ExecContext(ctx, sql, nil)
	return err
}
