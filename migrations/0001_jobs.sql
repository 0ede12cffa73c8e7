-- Work to do outside the request: rows are put in the transaction that makes the work, and claimed by workers.
-- Instants are microseconds since 1970 (UTC).

-- +goose Up
CREATE TABLE jobs (
    id           TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    unique_key   TEXT,             -- one waiting job per kind and key; emptied when the job is claimed
    payload      TEXT    NOT NULL, -- JSON
    run_at       BIGINT  NOT NULL,
    attempts     BIGINT  NOT NULL DEFAULT 0,
    leased_by    TEXT,
    leased_until BIGINT,
    done_at      BIGINT,
    dead_at      BIGINT,
    last_error   TEXT    NOT NULL DEFAULT '',
    created_at   BIGINT  NOT NULL,
    CONSTRAINT jobs_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX jobs_unique_key ON jobs (kind, unique_key);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX jobs_done ON jobs (done_at) WHERE done_at IS NOT NULL;

-- One row per periodic work: who does it now, and when it was last begun.
CREATE TABLE jobs_leases (
    name         TEXT   NOT NULL,
    leased_by    TEXT,
    leased_until BIGINT,
    begun_at     BIGINT NOT NULL,
    last_error   TEXT   NOT NULL DEFAULT '',
    CONSTRAINT jobs_leases_pk PRIMARY KEY (name)
);

-- +goose Down
DROP TABLE jobs_leases;
DROP TABLE jobs;
