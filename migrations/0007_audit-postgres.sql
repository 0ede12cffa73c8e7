-- Who did what: rows are added at the end and never changed or removed, and each holds the hash of the one before.
-- Instants are microseconds since 1970 (UTC).

-- +goose Up
CREATE TABLE audit_log (
    number       BIGINT NOT NULL, -- from one, rising by one without gaps
    at           BIGINT NOT NULL,
    actor        TEXT   NOT NULL, -- id; empty: the program
    verb         TEXT   NOT NULL,
    subject_kind TEXT   NOT NULL,
    subject      TEXT   NOT NULL, -- id
    organisation TEXT   NOT NULL, -- id, or empty
    reason       TEXT   NOT NULL,
    details      TEXT   NOT NULL, -- JSON, keys sorted
    previous     TEXT   NOT NULL, -- hash of the row before; zeros in the first
    hash         TEXT   NOT NULL, -- SHA-256 of all other columns
    CONSTRAINT audit_log_pk PRIMARY KEY (number)
);

-- +goose StatementBegin
CREATE FUNCTION audit_log_refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_log is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_log_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();

-- +goose Down
DROP TABLE audit_log;
DROP FUNCTION audit_log_refuse();
