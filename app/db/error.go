package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"gorm.io/gorm"

	"nuso.se/app/fault"
)

// SQLite's result codes that mean something to us; the low byte is the family.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteInterrupt  = 9
	sqliteIOErr      = 10
	sqliteCorrupt    = 11
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqliteNotADB     = 26
	sqliteForeignKey = 19 | 3<<8
	sqliteTrigger    = 19 | 7<<8
	sqlitePrimaryKey = 19 | 6<<8
	sqliteUnique     = 19 | 8<<8
	sqliteRowID      = 19 | 10<<8
)

// ErrForeignKey is in the chain of a Conflict that a foreign key caused; a Conflict without it is a taken key.
var ErrForeignKey = errors.New("foreign key violated")

var errGate = errors.New("waited for the writer, or a write was begun inside a write")

// retryAfter is what a refused request is told to wait.
const retryAfter = 5 * time.Second

// Error turns what gorm or a driver returned into the house's kinds, with the original in the chain:
// no row → NotFound; a taken key, a broken reference → Conflict; database away, busy, full, a lost race between
// transactions → Unavailable with a Swedish text. House errors, a caller that has gone and all else come back
// unchanged, nil as nil. Stores call it where an error leaves a query; Tx does it for its whole function.
func Error(err error) error {
	if err == nil || fault.Of(err) != nil {
		return err
	}
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "", err)
	}
	if code, ok := sqliteCode(err); ok {
		return sqliteFault(code, err)
	}
	if state, ok := postgresState(err); ok {
		return postgresFault(state, err)
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) || connectionLost(err) {
		return unavailable(textAway, err)
	}
	return err
}

func unavailable(text string, err error) error {
	return &fault.Error{Kind: fault.Unavailable, Text: text, After: retryAfter, Err: err}
}

// sqliteCode finds the result code of SQLite's driver by its method, so that no driver is imported for its errors.
func sqliteCode(err error) (int, bool) {
	var coded interface {
		error
		Code() int
	}
	if errors.As(err, &coded) {
		return coded.Code(), true
	}
	return 0, false
}

// postgresState finds PostgreSQL's five-letter SQLSTATE.
func postgresState(err error) (string, bool) {
	var stated interface {
		error
		SQLState() string
	}
	if errors.As(err, &stated) && len(stated.SQLState()) == 5 {
		return stated.SQLState(), true
	}
	return "", false
}

func sqliteFault(code int, err error) error {
	switch code {
	case sqliteUnique, sqlitePrimaryKey, sqliteRowID:
		return fault.New(fault.Conflict, textTaken, err)
	case sqliteForeignKey, sqliteTrigger:
		return fault.New(fault.Conflict, textInUse, errors.Join(ErrForeignKey, err))
	}
	switch code & 0xff {
	case sqliteBusy, sqliteLocked, sqliteInterrupt:
		return unavailable(textBusy, err)
	case sqliteFull:
		return unavailable(textFull, err)
	case sqliteIOErr, sqliteCantOpen:
		return unavailable(textAway, err)
	case sqliteCorrupt, sqliteNotADB:
		return fault.New(fault.Unavailable, textBroken, err)
	}
	return err
}

func postgresFault(state string, err error) error {
	switch state {
	case "23505": // unique_violation
		return fault.New(fault.Conflict, textTaken, err)
	case "23503", "23001": // foreign_key_violation, restrict_violation
		return fault.New(fault.Conflict, textInUse, errors.Join(ErrForeignKey, err))
	case "53100": // disk_full
		return unavailable(textFull, err)
	case "40001", "40P01", "55P03", "57014": // serialization, deadlock, lock not to be had, statement timeout
		return unavailable(textBusy, err)
	case "25006", "25P03": // read-only: a standby after a switch; idle transaction ended
		return unavailable(textAway, err)
	}
	switch state[:2] {
	case "08", "28", "53", "57", "58", "3D": // connection, password, resources, shutting down, disk, database gone
		return unavailable(textAway, err)
	}
	return err
}

// connectionLost recognises the network's own errors: a server that has gone says nothing more itself.
func connectionLost(err error) bool {
	var op net.Error
	return errors.As(err, &op) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "database is closed")
}
