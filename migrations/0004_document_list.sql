-- Lists and what is related are answered from the indexes alone: who may see what, and in which order.

-- +goose Up
DROP INDEX documents_kind_published;
CREATE INDEX documents_list ON documents (kind, state, audience, position, published_at, unpublish_at, id, version);
DROP INDEX document_tags_value;
CREATE INDEX document_tags_value ON document_tags (name, value, document_id);

-- +goose Down
DROP INDEX document_tags_value;
CREATE INDEX document_tags_value ON document_tags (name, value);
DROP INDEX documents_list;
CREATE INDEX documents_kind_published ON documents (kind, state, published_at);
