-- The contact form, and the limits on how often something may be done.
-- Instants are microseconds since 1970 (UTC).

-- +goose Up
-- Messages that wait for their sender to open a mailed link. None other is ever kept.
CREATE TABLE contact_messages (
    token_hash TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    email      TEXT   NOT NULL,
    message    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT contact_messages_pk PRIMARY KEY (token_hash)
);
CREATE INDEX contact_messages_expires ON contact_messages (expires_at);

-- Forms that have been sent and links that have been used: each counts once. Nothing in it can be read as words.
CREATE TABLE contact_spent (
    key_hash     TEXT    NOT NULL,
    content_hash TEXT    NOT NULL,
    pending      BOOLEAN NOT NULL,
    expires_at   BIGINT  NOT NULL,
    CONSTRAINT contact_spent_pk PRIMARY KEY (key_hash)
);
CREATE INDEX contact_spent_expires ON contact_spent (expires_at);

-- One row per who and what is limited; attempts is a JSON list of instants.
CREATE TABLE limits (
    key_hash   TEXT   NOT NULL,
    attempts   TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT limits_pk PRIMARY KEY (key_hash)
);
CREATE INDEX limits_expires ON limits (expires_at);

-- +goose Down
DROP TABLE limits;
DROP TABLE contact_spent;
DROP TABLE contact_messages;
