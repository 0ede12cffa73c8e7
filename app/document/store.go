package document

import (
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"nuso.se/app/access"
	"nuso.se/app/db"
)

// briefColumns are the columns of a list: what pages, feeds and JSON tell of a document without its text.
const briefColumns = "id, kind, slug, title, summary, lang, audience, state, position, year, fields, " +
	"published_at, unpublish_at, changed_at, review_at, updated_at, version"

// visible is the condition that every reading query carries.
func visible(tx db.Tx, sight access.Sight, now time.Time) db.Tx {
	if sight.All {
		return tx.Where("documents.state <> ?", Archived)
	}
	at := db.At(now)
	return tx.Where("documents.state = ? AND documents.audience IN ? AND documents.published_at <= ? AND (documents.unpublish_at IS NULL OR documents.unpublish_at > ?)",
		Published, sight.Audiences, at, at)
}

func filtered(tx db.Tx, f Filter) db.Tx {
	if len(f.Kinds) > 0 {
		tx = tx.Where("documents.kind IN ?", f.Kinds)
	}
	for name, value := range map[string]string{TagArea: f.Area, TagTheme: f.Theme} {
		if value != "" {
			tx = tx.Where("EXISTS (SELECT 1 FROM document_tags t WHERE t.document_id = documents.id AND t.name = ? AND t.value = ?)", name, value)
		}
	}
	if f.Year != 0 {
		tx = tx.Where("documents.year = ?", f.Year)
	}
	if !f.From.IsZero() {
		tx = tx.Where("documents.published_at >= ?", db.At(f.From))
	}
	for _, word := range f.Words {
		tx = tx.Where(`documents.text LIKE ? ESCAPE '\'`, "%"+escapeLike(word)+"%")
	}
	return tx
}

func findList(tx db.Tx, sight access.Sight, now time.Time, f Filter) (List, error) {
	var list List
	query := filtered(visible(tx.Model(&Document{}), sight, now), f).Session(&gorm.Session{})
	if f.Counted {
		var total int64
		if err := query.Count(&total).Error; err != nil {
			return List{}, err
		}
		list.Total = int(total)
	}
	if f.Limit > 0 {
		query = query.Limit(f.Limit).Offset(f.Skip)
	}
	if !f.Full {
		query = query.Select(briefColumns)
	}
	err := query.Order("documents.position, documents.published_at DESC, documents.id").Find(&list.Items).Error
	if !f.Counted {
		list.Total = f.Skip + len(list.Items)
	}
	return list, err
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
func findRelated(tx db.Tx, sight access.Sight, now time.Time, id string, kinds []string, limit int) ([]Document, error) {
	var docs []Document
	shared := "(SELECT COUNT(*) FROM document_tags mine JOIN document_tags theirs ON mine.name = theirs.name AND mine.value = theirs.value " +
		"WHERE mine.document_id = ? AND theirs.document_id = documents.id)"
	err := visible(tx, sight, now).Select(briefColumns).
		Where("documents.kind IN ? AND documents.id <> ? AND EXISTS (SELECT 1 FROM document_tags mine JOIN document_tags theirs "+
			"ON mine.name = theirs.name AND mine.value = theirs.value WHERE mine.document_id = ? AND theirs.document_id = documents.id)", kinds, id, id).
		Order(clause.OrderBy{Expression: clause.Expr{SQL: shared + " DESC, documents.published_at DESC, documents.id", Vars: []any{id}}}).
		Limit(limit).Find(&docs).Error
	return docs, err
}

func findTagCounts(tx db.Tx, sight access.Sight, now time.Time, f Filter, name string) ([]Count, error) {
	var counts []Count
	err := filtered(visible(tx.Table("documents"), sight, now), f).
		Joins("JOIN document_tags facet ON facet.document_id = documents.id AND facet.name = ?", name).
		Select("facet.value AS value, COUNT(*) AS count").Group("facet.value").Order("facet.value").Find(&counts).Error
	return counts, err
}

func findYearCounts(tx db.Tx, sight access.Sight, now time.Time, f Filter) ([]Count, error) {
	var counts []Count
	err := filtered(visible(tx.Table("documents"), sight, now), f).
		Select("documents.year AS value, COUNT(*) AS count").Group("documents.year").Order("documents.year DESC").Find(&counts).Error
	return counts, err
}

func findKindCounts(tx db.Tx, sight access.Sight, now time.Time, f Filter) ([]Count, error) {
	var counts []Count
	err := filtered(visible(tx.Table("documents"), sight, now), f).
		Select("documents.kind AS value, COUNT(*) AS count").Group("documents.kind").Order("COUNT(*) DESC, documents.kind").Find(&counts).Error
	return counts, err
}

func findRefs(tx db.Tx, sight access.Sight, now time.Time, kinds []string) ([]Ref, error) {
	var refs []Ref
	err := visible(tx.Model(&Document{}), sight, now).Select("kind, slug, title").
		Where("kind IN ?", kinds).Order("kind, position, title").Find(&refs).Error
	return refs, err
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

func findManifest(tx db.Tx, hash string) (bool, error) {
	var n int64
	err := tx.Model(&manifest{}).Where("hash = ?", hash).Count(&n).Error
	return n > 0, err
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

// escapeLike makes a word match only itself in a LIKE pattern.
func escapeLike(word string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word)
}
