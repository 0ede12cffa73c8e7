-- Who is logged in, from which browsers. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- token_hash is the SHA-256 of what the browser's cookie holds, which is kept nowhere here. id is the session's name in lists
-- and lasts over changes of the token. membership_id is the membership that the person acts by; strong_at is when they
-- last proved a second factor. What has ended is removed.
CREATE TABLE sessions (
    token_hash    TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    person_id     TEXT   NOT NULL,
    membership_id TEXT,
    strong_at     BIGINT,
    created_at    BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,
    agent         TEXT   NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (token_hash),
    CONSTRAINT sessions_person_fk FOREIGN KEY (person_id) REFERENCES persons (id),
    CONSTRAINT sessions_membership_fk FOREIGN KEY (membership_id) REFERENCES memberships (id)
);
CREATE UNIQUE INDEX sessions_id ON sessions (id);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_membership ON sessions (membership_id);

-- +goose Down
DROP TABLE sessions;
