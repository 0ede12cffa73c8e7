-- Addresses that do not take mail, and what an admin is told of jobs that have failed. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- Kept from when a server refuses a letter to the address for good until one gets through. address_hash is keyed: nobody can read
-- the address from it. code is the server's last answer, as 550.
CREATE TABLE mail_bounces (
    address_hash TEXT   NOT NULL,
    code         BIGINT NOT NULL,
    count        BIGINT NOT NULL,
    first_at     BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    CONSTRAINT mail_bounces_pk PRIMARY KEY (address_hash)
);

-- about is what may be told of the payload; emptied with it when the job is done.
ALTER TABLE jobs ADD COLUMN about TEXT NOT NULL DEFAULT '';
CREATE INDEX jobs_dead ON jobs (dead_at) WHERE dead_at IS NOT NULL;

-- +goose Down
DROP INDEX jobs_dead;
ALTER TABLE jobs DROP COLUMN about;
DROP TABLE mail_bounces;
