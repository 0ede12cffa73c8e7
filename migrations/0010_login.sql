-- Wishes to log in. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- Somebody has asked to log in: kept ten minutes. id is a hash of the secret that only the browser that asked has. person_id is
-- NULL when nobody has the address: the row is made all the same. The code and the link are in the mail alone, here as keyed
-- hashes. Of a link from the shell (nuso user link) any browser may make use, and it counts as strong.
CREATE TABLE logins (
    id         TEXT    NOT NULL,
    person_id  TEXT,
    code_hash  TEXT    NOT NULL,
    link_hash  TEXT    NOT NULL,
    tries      BIGINT  NOT NULL,
    shell      BOOLEAN NOT NULL,
    next       TEXT    NOT NULL,
    expires_at BIGINT  NOT NULL,
    used_at    BIGINT,
    CONSTRAINT logins_pk PRIMARY KEY (id),
    CONSTRAINT logins_person_fk FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE UNIQUE INDEX logins_link ON logins (link_hash) WHERE link_hash <> '';
CREATE INDEX logins_person ON logins (person_id);
CREATE INDEX logins_expires ON logins (expires_at);

-- +goose Down
DROP TABLE logins;
