package db

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"nuso.se/app/fault"
)

// serverSettings are given to every connection, unless the address says otherwise. Times are milliseconds. A
// statement that takes longer than any page may is stopped by the server, and so is a transaction that a hung
// request left open.
func serverSettings() map[string]string {
	return map[string]string{
		"timezone":                            "UTC",
		"application_name":                    "nuso",
		"connect_timeout":                     "5", // seconds
		"statement_timeout":                   "15000",
		"lock_timeout":                        "10000",
		"idle_in_transaction_session_timeout": "60000",
	}
}

func (d *DB) openPostgres(ctx context.Context, at *url.URL) error {
	with := *at
	q := with.Query()
	for key, value := range serverSettings() {
		if !q.Has(key) {
			q.Set(key, value)
		}
	}
	with.RawQuery = q.Encode()
	opened, err := gorm.Open(postgres.Open(with.String()), d.config())
	if err != nil {
		return fault.New(fault.Invalid, textBadURL, nil) // pgx repeats the address in its error
	}
	if d.writer, err = opened.DB(); err != nil {
		return err
	}
	d.writer.SetMaxOpenConns(16)
	d.writer.SetMaxIdleConns(4)
	d.writer.SetConnMaxIdleTime(5 * time.Minute)
	d.writer.SetConnMaxLifetime(30 * time.Minute)
	d.write = d.on.watch(opened)
	d.read, d.reads = d.write, d.writer
	ctx, cancel := context.WithTimeout(ctx, openPatient)
	defer cancel()
	if err := d.writer.PingContext(ctx); err != nil {
		return fault.New(fault.Unavailable, fmt.Sprintf(textNoServer, at.Host), err)
	}
	return nil
}
