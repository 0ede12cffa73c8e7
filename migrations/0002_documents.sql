-- Documents: everything written in Markdown, its revisions, old addresses and images.

-- +goose Up
CREATE TABLE announcements (
    id      BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);

INSERT INTO announcements (id, version) VALUES (1, 1);

CREATE TABLE documents (
    id            TEXT   NOT NULL PRIMARY KEY,
    kind          TEXT   NOT NULL,
    slug          TEXT   NOT NULL,
    path          TEXT   NOT NULL,
    source        TEXT   NOT NULL,
    source_hash   TEXT   NOT NULL,
    imported_hash TEXT   NOT NULL,
    title         TEXT   NOT NULL,
    summary       TEXT   NOT NULL,
    lang          TEXT   NOT NULL,
    audience      TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    position      BIGINT NOT NULL,
    year          BIGINT NOT NULL,
    fields        TEXT   NOT NULL,
    html          TEXT   NOT NULL,
    outline       TEXT   NOT NULL,
    text          TEXT   NOT NULL,
    rendered_with TEXT   NOT NULL,
    published_at  BIGINT NOT NULL,
    unpublish_at  BIGINT,
    changed_at    BIGINT,
    review_at     BIGINT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL
);

-- An archived document gives its address free.
CREATE UNIQUE INDEX documents_kind_slug ON documents (kind, slug) WHERE state <> 'archived';
CREATE INDEX documents_kind_published ON documents (kind, state, published_at);

CREATE TABLE document_tags (
    document_id TEXT NOT NULL,
    name        TEXT NOT NULL,
    value       TEXT NOT NULL,
    CONSTRAINT document_tags_pk PRIMARY KEY (document_id, name, value),
    CONSTRAINT document_tags_document FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE
);

CREATE INDEX document_tags_value ON document_tags (name, value);

CREATE TABLE document_aliases (
    kind        TEXT NOT NULL,
    slug        TEXT NOT NULL,
    document_id TEXT NOT NULL,
    CONSTRAINT document_aliases_pk PRIMARY KEY (kind, slug),
    CONSTRAINT document_aliases_document FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE
);

CREATE TABLE document_revisions (
    id          TEXT   NOT NULL PRIMARY KEY,
    document_id TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    origin      TEXT   NOT NULL,
    author      TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    CONSTRAINT document_revisions_document FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE
);

CREATE INDEX document_revisions_document_version ON document_revisions (document_id, version);

-- The sets of files imported at a start: an older binary meets its own here and takes no text back.
CREATE TABLE document_manifests (
    hash       TEXT   NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);

-- BYTEA is SQLite's blob as well: a blob keeps its bytes under any declared type.
CREATE TABLE document_images (
    path       TEXT   NOT NULL PRIMARY KEY,
    hash       TEXT   NOT NULL,
    media_type TEXT   NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    data       BYTEA  NOT NULL
);

CREATE INDEX document_images_hash ON document_images (hash);

-- +goose Down
DROP TABLE document_images;
DROP TABLE document_manifests;
DROP TABLE document_revisions;
DROP TABLE document_aliases;
DROP TABLE document_tags;
DROP TABLE documents;
DROP TABLE announcements;
