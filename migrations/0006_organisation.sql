-- Organisations, and which of them take part in what. Instants are microseconds since 1970 (UTC).

-- +goose Up
-- Municipalities have the id kommun- and their code and are kept as the program's own list says; all others are added in
-- the desk. slug is the address below /kommuner and empty for those without a page.
CREATE TABLE organisations (
    id         TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    code       TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    slug       TEXT   NOT NULL,
    parent_id  TEXT,
    county     TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at   BIGINT,
    CONSTRAINT organisations_pk PRIMARY KEY (id),
    CONSTRAINT organisations_parent_fk FOREIGN KEY (parent_id) REFERENCES organisations (id)
);
CREATE UNIQUE INDEX organisations_code ON organisations (code) WHERE code <> '';
CREATE UNIQUE INDEX organisations_slug ON organisations (slug) WHERE slug <> '';
CREATE INDEX organisations_kind ON organisations (kind, county);
CREATE INDEX organisations_parent ON organisations (parent_id);

-- The mail domains of an organisation; subdomains count too. Districts share those of their municipality.
CREATE TABLE organisation_domains (
    domain          TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    CONSTRAINT organisation_domains_pk PRIMARY KEY (domain, organisation_id),
    CONSTRAINT organisation_domains_organisation_fk FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX organisation_domains_organisation ON organisation_domains (organisation_id);

-- A study has study areas (delstudier), of which each is collected in rounds. area is the slug of the study area's page.
CREATE TABLE studies (
    id       TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    position BIGINT NOT NULL,
    CONSTRAINT studies_pk PRIMARY KEY (id)
);
CREATE TABLE rounds (
    id       TEXT   NOT NULL,
    study_id TEXT   NOT NULL,
    area     TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    position BIGINT NOT NULL,
    CONSTRAINT rounds_pk PRIMARY KEY (id),
    CONSTRAINT rounds_study_fk FOREIGN KEY (study_id) REFERENCES studies (id)
);
CREATE INDEX rounds_study ON rounds (study_id);

-- Who takes part, as the office has entered it.
CREATE TABLE participations (
    organisation_id TEXT   NOT NULL,
    round_id        TEXT   NOT NULL,
    entered_at      BIGINT NOT NULL,
    entered_by      TEXT   NOT NULL,
    CONSTRAINT participations_pk PRIMARY KEY (organisation_id, round_id),
    CONSTRAINT participations_organisation_fk FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT participations_round_fk FOREIGN KEY (round_id) REFERENCES rounds (id)
);
CREATE INDEX participations_round ON participations (round_id);

INSERT INTO studies (id, name, position) VALUES ('barn-och-unga', 'Barn och unga', 1);
INSERT INTO rounds (id, study_id, area, name, position) VALUES
    ('delstudie-1-2024', 'barn-och-unga', 'delstudie-1', 'Delstudie 1, första omgången', 1),
    ('delstudie-2-2024', 'barn-och-unga', 'delstudie-2', 'Delstudie 2, första omgången', 2),
    ('delstudie-3-2024', 'barn-och-unga', 'delstudie-3', 'Delstudie 3, första omgången', 3);

-- +goose Down
DROP TABLE participations;
DROP TABLE rounds;
DROP TABLE studies;
DROP TABLE organisation_domains;
DROP TABLE organisations;
