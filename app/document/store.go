package document

import (
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"nuso.se/app/access"
	"nuso.se/app/db"
)

// headColumns are what lists, feeds and JSON tell of a document without its texts.
const headColumns = "id, kind, slug, title, summary, lang, audience, state, position, year, fields, " +
	"published_at, unpublish_at, changed_at, review_at, updated_at, version"

// maxVars is how many values one statement asks for.
const maxVars = 500

// visible is the condition that every reading query carries.
func visible(tx db.Tx, sight access.Sight, now time.Time) db.Tx {
	if sight.All {
		return tx.Where("documents.state <> ?", Archived)
	}
	at := db.At(now)
	return tx.Where("documents.state = ? AND documents.audience IN ? AND documents.published_at <= ? AND (documents.unpublish_at IS NULL OR documents.unpublish_at > ?)",
		Published, sight.Audiences, at, at)
}

// findKeys returns what the filter chooses among what may be seen, in the order of lists. Area, theme and year are chosen
// from the heads: see Filter.choose.
func findKeys(tx db.Tx, sight access.Sight, now time.Time, f Filter) ([]key, error) {
	tx = visible(tx.Table("documents"), sight, now).Select("documents.id, documents.version")
	if len(f.Kinds) > 0 {
		tx = tx.Where("documents.kind IN ?", f.Kinds)
	}
	if f.Limit > 0 && !f.Counted && !f.narrows() {
		tx = tx.Limit(f.Limit).Offset(f.Skip)
	}
	var keys []key
	err := tx.Order("documents.position, documents.published_at DESC, documents.id").Find(&keys).Error
	return keys, err
}

// findByIDs returns documents, without their texts but for full ones, in no order. It asks for what may be seen once more:
// a document may have got another audience since its key was read.
func findByIDs(tx db.Tx, sight access.Sight, now time.Time, ids []string, full bool) ([]Document, error) {
	var all []Document
	for ids := range slices.Chunk(ids, maxVars) {
		query := visible(tx, sight, now).Where("id IN ?", ids)
		if !full {
			query = query.Select(headColumns)
		}
		var docs []Document
		if err := query.Find(&docs).Error; err != nil {
			return nil, err
		}
		all = append(all, docs...)
	}
	return all, nil
}

func findBySlug(tx db.Tx, sight access.Sight, now time.Time, kind, slug string) (Document, error) {
	var doc Document
	err := visible(tx, sight, now).Where("kind = ? AND slug = ?", kind, slug).Take(&doc).Error
	return doc, err
}

func findByAlias(tx db.Tx, sight access.Sight, now time.Time, kind, slug string) (Document, error) {
	var doc Document
	err := visible(tx, sight, now).Select("documents.kind, documents.slug").
		Joins("JOIN document_aliases a ON a.document_id = documents.id").
		Where("a.kind = ? AND a.slug = ?", kind, slug).Take(&doc).Error
	return doc, err
}

func findByID(tx db.Tx, id string) (Document, error) {
	var doc Document
	err := tx.Where("id = ?", id).Take(&doc).Error
	return doc, err
}

// findRelated ranks by the number of shared tags, then by date.
func findRelated(tx db.Tx, sight access.Sight, now time.Time, id string, kinds []string, limit int) ([]key, error) {
	var keys []key
	err := visible(tx.Table("document_tags mine"), sight, now).Select("documents.id, documents.version").
		Joins("JOIN document_tags theirs ON theirs.name = mine.name AND theirs.value = mine.value AND theirs.document_id <> mine.document_id").
		Joins("JOIN documents ON documents.id = theirs.document_id").
		Where("mine.document_id = ? AND documents.kind IN ?", id, kinds).
		Group("documents.id, documents.version, documents.published_at").
		Order("COUNT(*) DESC, documents.published_at DESC, documents.id").Limit(limit).Find(&keys).Error
	return keys, err
}

// findNextTurn returns the first instant after now when a document appears or disappears; zero when none does.
func findNextTurn(tx db.Tx, now time.Time) (db.Instant, error) {
	var turns []db.Instant
	at := db.At(now)
	err := tx.Raw(`SELECT MIN(turn) FROM (
		SELECT MIN(published_at) AS turn FROM documents WHERE state = ? AND published_at > ?
		UNION ALL SELECT MIN(unpublish_at) FROM documents WHERE state = ? AND unpublish_at > ?) AS turns`,
		Published, at, Published, at).Scan(&turns).Error
	if err != nil || len(turns) == 0 {
		return db.Instant{}, err
	}
	return turns[0], nil
}

func findAll(tx db.Tx) ([]Document, error) {
	var docs []Document
	err := tx.Select("id, kind, slug, path, source_hash, imported_hash, state, version, created_at").Order("id").Find(&docs).Error
	return docs, err
}

func findSources(tx db.Tx) ([]Document, error) {
	var docs []Document
	err := tx.Where("state <> ?", Archived).Select("id, kind, slug, path, source, version").Order("path").Find(&docs).Error
	return docs, err
}

func findFull(tx db.Tx, ids []string) ([]Document, error) {
	var docs []Document
	err := tx.Where("id IN ?", ids).Order("id").Find(&docs).Error
	return docs, err
}

// findTerms returns the terms that everybody may see: texts for all mark them.
func findTerms(tx db.Tx, now time.Time) ([]Document, error) {
	var docs []Document
	err := visible(tx, access.Actor{}.Sight(), now).Select("slug, title, summary, fields").Where("kind = ?", Term).Order("slug").Find(&docs).Error
	return docs, err
}

func findStale(tx db.Tx, renderedWith string) ([]Document, error) {
	var docs []Document
	err := tx.Where("rendered_with <> ? AND state <> ?", renderedWith, Archived).Order("id").Find(&docs).Error
	return docs, err
}

func insertDocument(tx db.Tx, doc Document) error { return tx.Create(&doc).Error }

// updateDocument writes every column; the version in the database must be one less than the new one.
func updateDocument(tx db.Tx, doc Document) (bool, error) {
	done := tx.Model(&Document{}).Where("id = ? AND version = ?", doc.ID, doc.Version-1).Select("*").Omit("id", "created_at").Updates(&doc)
	return done.RowsAffected == 1, done.Error
}

// parkSlugs gives documents an address that no file can have, until they get their new one.
func parkSlugs(tx db.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.Model(&Document{}).Where("id IN ?", ids).UpdateColumn("slug", gorm.Expr("'~' || id")).Error
}

// updateRendering leaves a document alone that has got another text meanwhile.
func updateRendering(tx db.Tx, doc Document) error {
	return tx.Model(&Document{}).Where("id = ? AND version = ?", doc.ID, doc.Version).Select("html", "outline", "text", "rendered_with").Updates(&doc).Error
}

func replaceTags(tx db.Tx, id string, tags []tag) error {
	if err := tx.Where("document_id = ?", id).Delete(&tag{}).Error; err != nil || len(tags) == 0 {
		return err
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&tags).Error
}

func insertAlias(tx db.Tx, kind, slug, id string) error {
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "kind"}, {Name: "slug"}}, DoUpdates: clause.AssignmentColumns([]string{"document_id"})}).
		Create(&alias{Kind: kind, Slug: slug, DocumentID: id}).Error
}

func insertRevision(tx db.Tx, r Revision) error { return tx.Create(&r).Error }

func findRevisions(tx db.Tx, id string) ([]Revision, error) {
	var revisions []Revision
	err := tx.Where("document_id = ?", id).Order("version DESC, created_at DESC, id DESC").Find(&revisions).Error
	return revisions, err
}

func findConflictText(tx db.Tx, id, source string) (bool, error) {
	var n int64
	err := tx.Model(&Revision{}).Where("document_id = ? AND origin = ? AND source = ?", id, FromConflict, source).Count(&n).Error
	return n > 0, err
}

// findManifest reports whether the set of files was ever imported, and whether another was after it.
func findManifest(tx db.Tx, hash string) (known, followed bool, err error) {
	var all []manifest
	err = tx.Order("created_at").Find(&all).Error
	for i, m := range all {
		if m.Hash == hash {
			return true, i < len(all)-1, err
		}
	}
	return false, false, err
}

func insertManifest(tx db.Tx, hash string, at time.Time) error {
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&manifest{Hash: hash, CreatedAt: db.At(at)}).Error
}

// findImages leaves the bytes out.
func findImages(tx db.Tx) ([]Image, error) {
	var images []Image
	err := tx.Select("path, hash, media_type, width, height").Order("path").Find(&images).Error
	return images, err
}

func findImageByHash(tx db.Tx, hash string) (Image, error) {
	var image Image
	err := tx.Where("hash = ?", hash).Order("path").Take(&image).Error
	return image, err
}

func findImageData(tx db.Tx, path string) ([]byte, error) {
	var image Image
	err := tx.Where("path = ?", path).Take(&image).Error
	return image.Data, err
}

func upsertImage(tx db.Tx, image Image) error {
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "path"}}, UpdateAll: true}).Create(&image).Error
}

func deleteImages(tx db.Tx, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	return tx.Where("path IN ?", paths).Delete(&Image{}).Error
}
