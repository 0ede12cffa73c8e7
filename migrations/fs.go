// Package migrations holds the schema: one numbered goose file a change, run unchanged on both engines; a
// NNNN_name-sqlite.sql and a NNNN_name-postgres.sql only where they must differ.
package migrations

import "embed"

// FS is every migration, of both engines; app/db shows each engine its own.
//
//go:embed *.sql
var FS embed.FS
