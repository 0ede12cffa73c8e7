-- Whom identity providers call what. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- Somebody logs in by a provider: its subject is theirs alone and for good. A person may have several.
CREATE TABLE identities (
    issuer     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    person_id  TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT identities_pk PRIMARY KEY (issuer, subject),
    CONSTRAINT identities_person_fk FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE INDEX identities_person ON identities (person_id);

-- +goose Down
DROP TABLE identities;
