-- Requests to join. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- A request waits for its sender to prove the address (confirmed_at NULL: kept until expires_at), then for somebody to decide.
-- ask_hash is of the secret that only the browser that asked has; the code and the link are in the mail alone, here as keyed hashes.
-- organisation_id is NULL while the organisation is no municipality but as it was typed. domain_fits: the address's domain is the
-- organisation's. told_at is when the editors were told. person_id is whose account came of it: then name and address are the account's,
-- and empty here. purpose is emptied a while after the decision.
CREATE TABLE join_requests (
    id                TEXT    NOT NULL,
    email             TEXT    NOT NULL,
    email_key         TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    organisation_id   TEXT,
    organisation_name TEXT    NOT NULL,
    domain_fits       BOOLEAN NOT NULL,
    role              TEXT    NOT NULL,
    purpose           TEXT    NOT NULL,
    terms             TEXT    NOT NULL,
    ask_hash          TEXT    NOT NULL,
    code_hash         TEXT    NOT NULL,
    link_hash         TEXT    NOT NULL,
    tries             BIGINT  NOT NULL,
    created_at        BIGINT  NOT NULL,
    expires_at        BIGINT  NOT NULL,
    confirmed_at      BIGINT,
    told_at           BIGINT,
    decided_at        BIGINT,
    decided_by        TEXT,
    person_id         TEXT,
    outcome           TEXT    NOT NULL,
    given             TEXT    NOT NULL,
    CONSTRAINT join_requests_pk PRIMARY KEY (id),
    CONSTRAINT join_requests_organisation_fk FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT join_requests_decider_fk FOREIGN KEY (decided_by) REFERENCES persons (id),
    CONSTRAINT join_requests_person_fk FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE UNIQUE INDEX join_requests_ask ON join_requests (ask_hash);
CREATE UNIQUE INDEX join_requests_link ON join_requests (link_hash) WHERE link_hash <> '';
CREATE UNIQUE INDEX join_requests_one ON join_requests (email_key) WHERE confirmed_at IS NOT NULL AND decided_at IS NULL;
CREATE INDEX join_requests_organisation ON join_requests (organisation_id, confirmed_at);
CREATE INDEX join_requests_waiting ON join_requests (confirmed_at) WHERE decided_at IS NULL;
CREATE INDEX join_requests_decided ON join_requests (decided_at);

-- +goose Down
DROP TABLE join_requests;
