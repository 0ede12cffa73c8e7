-- People and what they are at their organisations. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- email_key is the address as it is compared: in lower case, its domain in ASCII.
CREATE TABLE persons (
    id         TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    email      TEXT   NOT NULL,
    email_key  TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT persons_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX persons_email ON persons (email_key);

-- A person has at most one role at a time at an organisation. What has ended stays: it tells who had which right when.
CREATE TABLE memberships (
    id              TEXT   NOT NULL,
    person_id       TEXT   NOT NULL,
    organisation_id TEXT   NOT NULL,
    role            TEXT   NOT NULL,
    given_by        TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    CONSTRAINT memberships_pk PRIMARY KEY (id),
    CONSTRAINT memberships_person_fk FOREIGN KEY (person_id) REFERENCES persons (id),
    CONSTRAINT memberships_organisation_fk FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE UNIQUE INDEX memberships_one ON memberships (person_id, organisation_id) WHERE ended_at IS NULL;
CREATE INDEX memberships_organisation ON memberships (organisation_id, role);

-- +goose Down
DROP TABLE memberships;
DROP TABLE persons;
