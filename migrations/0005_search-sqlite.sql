-- What can be searched for with its full text, searches counted without person, and long work on the index.
-- Instants are microseconds since 1970 (UTC).

-- +goose Up
CREATE TABLE search_documents (
    number             INTEGER NOT NULL, -- the rowid: one without a name may change when the file is vacuumed
    id                 TEXT    NOT NULL,
    version            BIGINT  NOT NULL,
    kind               TEXT    NOT NULL,
    path               TEXT    NOT NULL,
    lang               TEXT    NOT NULL,
    audience           TEXT    NOT NULL,
    draft              BOOLEAN NOT NULL,
    shown_from         BIGINT,
    shown_until        BIGINT,
    date               BIGINT,
    areas              TEXT    NOT NULL, -- JSON
    challenges         TEXT    NOT NULL, -- JSON
    county             TEXT    NOT NULL,
    municipality_group TEXT    NOT NULL,
    year               BIGINT  NOT NULL,
    title              TEXT    NOT NULL,
    summary            TEXT    NOT NULL,
    body               TEXT    NOT NULL,
    CONSTRAINT search_documents_pk PRIMARY KEY (number)
);
CREATE UNIQUE INDEX search_documents_id ON search_documents (id);

-- The words as they are, and once more with å and ä as a, ö as o. The text itself stands in search_documents.
CREATE VIRTUAL TABLE search_words USING fts5 (
    title, summary, body, content='search_documents', content_rowid='number', prefix='2 3', tokenize='unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE search_folded USING fts5 (
    title, summary, body, content='search_documents', content_rowid='number', prefix='2 3', tokenize='unicode61 remove_diacritics 2'
);

-- +goose StatementBegin
CREATE TRIGGER search_documents_inserted AFTER INSERT ON search_documents BEGIN
    INSERT INTO search_words (rowid, title, summary, body) VALUES (new.number, new.title, new.summary, new.body);
    INSERT INTO search_folded (rowid, title, summary, body) VALUES (new.number, new.title, new.summary, new.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_documents_deleted AFTER DELETE ON search_documents BEGIN
    INSERT INTO search_words (search_words, rowid, title, summary, body) VALUES ('delete', old.number, old.title, old.summary, old.body);
    INSERT INTO search_folded (search_folded, rowid, title, summary, body) VALUES ('delete', old.number, old.title, old.summary, old.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_documents_updated AFTER UPDATE OF title, summary, body ON search_documents
WHEN old.title <> new.title OR old.summary <> new.summary OR old.body <> new.body BEGIN
    INSERT INTO search_words (search_words, rowid, title, summary, body) VALUES ('delete', old.number, old.title, old.summary, old.body);
    INSERT INTO search_folded (search_folded, rowid, title, summary, body) VALUES ('delete', old.number, old.title, old.summary, old.body);
    INSERT INTO search_words (rowid, title, summary, body) VALUES (new.number, new.title, new.summary, new.body);
    INSERT INTO search_folded (rowid, title, summary, body) VALUES (new.number, new.title, new.summary, new.body);
END;
-- +goose StatementEnd

-- Searches of a day by their words. Nothing tells who searched.
CREATE TABLE search_counts (
    words    TEXT   NOT NULL,
    day      BIGINT NOT NULL, -- its midnight in Sweden
    count    BIGINT NOT NULL,
    visitors BIGINT NOT NULL, -- of them by visitors who found something
    hits     BIGINT NOT NULL, -- of the latest
    CONSTRAINT search_counts_pk PRIMARY KEY (words, day)
);
CREATE INDEX search_counts_day ON search_counts (day);

-- Long work on the index. One run of a verb goes on at a time; updated_at is its sign of life.
CREATE TABLE search_runs (
    id         TEXT   NOT NULL,
    verb       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    done       BIGINT NOT NULL,
    total      BIGINT NOT NULL,
    result     TEXT   NOT NULL, -- JSON
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT search_runs_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX search_runs_running ON search_runs (verb) WHERE state = 'running';

-- +goose Down
DROP TABLE search_runs;
DROP TABLE search_counts;
DROP TABLE search_folded;
DROP TABLE search_words;
DROP TABLE search_documents;
