-- Who did what: rows are added at the end and never changed or removed, and each holds the hash of the one before.
-- Instants are microseconds since 1970 (UTC).

-- +goose Up
CREATE TABLE audit_log (
    number       INTEGER NOT NULL, -- from one, rising by one without gaps
    at           INTEGER NOT NULL,
    actor        TEXT    NOT NULL, -- id; empty: the program
    verb         TEXT    NOT NULL,
    subject_kind TEXT    NOT NULL,
    subject      TEXT    NOT NULL, -- id
    organisation TEXT    NOT NULL, -- id, or empty
    reason       TEXT    NOT NULL,
    details      TEXT    NOT NULL, -- JSON, keys sorted
    previous     TEXT    NOT NULL, -- hash of the row before; zeros in the first
    hash         TEXT    NOT NULL, -- SHA-256 of all other columns
    CONSTRAINT audit_log_pk PRIMARY KEY (number)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER audit_log_updated BEFORE UPDATE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_log_deleted BEFORE DELETE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only: DELETE is refused');
END;
-- +goose StatementEnd
-- INSERT OR REPLACE removes a row without the trigger above.
-- +goose StatementBegin
CREATE TRIGGER audit_log_replaced BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE number = new.number) BEGIN
    SELECT RAISE(ABORT, 'audit_log is append-only: the number is taken');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit_log;
