-- The account: what people tell of themselves, and changes of their address. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- title is what somebody does at work, for others to see. closed_at: the account is closed, and name and address are no more.
ALTER TABLE persons ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN closed_at BIGINT;

-- A change of address: asked for while logged in, confirmed by a code mailed to the new address, and for a week undone by a
-- link and a code mailed to the old one. Codes and links are kept as keyed hashes; tries counts codes, anew after the confirmation.
CREATE TABLE address_changes (
    id           TEXT   NOT NULL,
    person_id    TEXT   NOT NULL,
    old_email    TEXT   NOT NULL,
    new_email    TEXT   NOT NULL,
    code_hash    TEXT   NOT NULL,
    undo_hash    TEXT   NOT NULL,
    undo_code    TEXT   NOT NULL,
    tries        BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT,
    undone_at    BIGINT,
    CONSTRAINT address_changes_pk PRIMARY KEY (id),
    CONSTRAINT address_changes_person_fk FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE INDEX address_changes_person ON address_changes (person_id, created_at);
CREATE UNIQUE INDEX address_changes_undo ON address_changes (undo_hash) WHERE undo_hash <> '';

-- What the log tells by or of somebody, for themselves.
CREATE INDEX audit_log_actor ON audit_log (actor, number);
CREATE INDEX audit_log_subject ON audit_log (subject, number);

-- +goose Down
DROP INDEX audit_log_subject;
DROP INDEX audit_log_actor;
DROP TABLE address_changes;
ALTER TABLE persons DROP COLUMN closed_at;
ALTER TABLE persons DROP COLUMN title;
