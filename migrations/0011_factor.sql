-- Second factors: what people prove besides their mailbox. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- A passkey: credential is what the library needs to check an answer (JSON: public key, counter, flags), credential_id what the browser
-- calls it. There is nothing secret in it.
CREATE TABLE passkeys (
    id            TEXT   NOT NULL,
    person_id     TEXT   NOT NULL,
    credential_id TEXT   NOT NULL,
    credential    TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    used_at       BIGINT,
    CONSTRAINT passkeys_pk PRIMARY KEY (id),
    CONSTRAINT passkeys_person_fk FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_person ON passkeys (person_id);

-- An app that shows codes, at most one a person. The secret is sealed with the site's own. last_step is the newest half minute of which
-- a code has been used: each is good once.
CREATE TABLE code_apps (
    person_id  TEXT   NOT NULL,
    secret     TEXT   NOT NULL,
    last_step  BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT code_apps_pk PRIMARY KEY (person_id),
    CONSTRAINT code_apps_person_fk FOREIGN KEY (person_id) REFERENCES persons (id)
);

-- Challenges that have been answered: each is answered once. Kept until they would be too old anyway.
CREATE TABLE challenges (
    id         TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT challenges_pk PRIMARY KEY (id)
);

-- +goose Down
DROP TABLE challenges;
DROP TABLE code_apps;
DROP TABLE passkeys;
