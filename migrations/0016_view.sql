-- An admin's session may see the site as a role at an organisation does, until an instant (microseconds since 1970, UTC).

-- +goose Up
ALTER TABLE sessions ADD COLUMN view_role TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN view_organisation_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN view_until BIGINT;

-- +goose Down
ALTER TABLE sessions DROP COLUMN view_until;
ALTER TABLE sessions DROP COLUMN view_organisation_id;
ALTER TABLE sessions DROP COLUMN view_role;
