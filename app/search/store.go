package search

import (
	"context"
	"hash/crc32"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm/clause"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/jobs"
)

// row is a Document as the database keeps it.
type row struct {
	Number            int64 `gorm:"primaryKey"` // in the order they came; the full text's key on SQLite
	ID                string
	Version           int64
	Kind              string
	Path              string
	Title             string
	Summary           string
	Body              string
	Lang              string
	Audience          access.Audience
	Draft             bool
	ShownFrom         db.Instant
	ShownUntil        db.Instant
	Date              db.Instant
	Areas             db.JSON[[]string]
	Challenges        db.JSON[[]string]
	County            string
	MunicipalityGroup string
	Year              int64
}

// TableName is the table's name.
func (row) TableName() string { return "search_documents" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any { return []any{row{}, tally{}, Run{}} }

func newRow(d Document) row {
	return row{
		ID: d.ID, Version: d.Version, Kind: d.Kind, Path: d.Path, Title: clean(d.Title), Summary: clean(d.Summary), Body: clean(d.Body),
		Lang: d.Lang, Audience: d.Audience, Draft: d.Draft, ShownFrom: db.At(d.From), ShownUntil: db.At(d.Until), Date: db.At(d.Date),
		Areas: distinct(d.Areas), Challenges: distinct(d.Challenges), County: d.County, MunicipalityGroup: d.Group, Year: int64(d.Year),
	}
}

func (r row) document() Document {
	return Document{
		ID: r.ID, Version: r.Version, Kind: r.Kind, Path: r.Path, Title: r.Title, Summary: r.Summary, Body: r.Body,
		Lang: r.Lang, Audience: r.Audience, Draft: r.Draft, From: r.ShownFrom.Time, Until: r.ShownUntil.Time, Date: r.Date.Time,
		Areas: r.Areas.V, Challenges: r.Challenges.V, County: r.County, Group: r.MunicipalityGroup, Year: int(r.Year),
	}
}

// clean makes a text one that every engine takes and cuts into the same words: nothing is left that cannot be seen, such as
// NUL, soft hyphens and marks of direction.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == 0 || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// distinct keeps values as a JSON list, also when there are none, each once: facets count them.
func distinct(values []string) db.JSON[[]string] {
	values = append([]string{}, values...)
	slices.Sort(values)
	return db.AsJSON(slices.Compact(values))
}

// Put makes documents found as they now are, from the commit of tx on in the database and within a second in the index.
// Of several with one id the last counts. Features call it in the transaction that changes what is found.
func Put(tx db.Tx, docs ...Document) error {
	at := make(map[string]int, len(docs))
	rows, ids := make([]row, 0, len(docs)), make([]string, 0, len(docs))
	for _, d := range docs {
		if i, again := at[d.ID]; again {
			rows[i] = newRow(d)
			continue
		}
		at[d.ID] = len(rows)
		rows, ids = append(rows, newRow(d)), append(ids, d.ID)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := upsertRows(tx, rows); err != nil {
		return db.Error(err)
	}
	return tellIndex(tx, ids)
}

// PutWords puts those of the documents whose words are others than the known versions say: ones that have no version of their own, since
// the program itself says what they are. known is what Versions returned.
func PutWords(tx db.Tx, known map[string]int64, docs ...Document) error {
	var changed []Document
	for _, d := range docs {
		words := strings.Join([]string{d.Title, d.Summary, d.Body, d.Path, d.County, d.Group}, "\n")
		if d.Version = int64(crc32.ChecksumIEEE([]byte(words))); known[d.ID] != d.Version {
			changed = append(changed, d)
		}
	}
	return Put(tx, changed...)
}

// Remove makes documents found no longer; ids that are not there do no harm. Features call it as they call Put.
func Remove(tx db.Tx, ids ...string) error {
	for ids := range slices.Chunk(ids, maxVars) {
		if err := tx.Where("id IN ?", ids).Delete(&row{}).Error; err != nil {
			return db.Error(err)
		}
	}
	return tellIndex(tx, ids)
}

// tellIndex adds the work of bringing the index up to date: one job, of a big set some, so that its first are found soon.
func tellIndex(tx db.Tx, ids []string) error {
	for ids := range slices.Chunk(ids, jobSize) {
		if err := jobs.Add(tx, updateJob, idsOf{IDs: ids}); err != nil {
			return err
		}
	}
	return nil
}

const (
	maxVars  = 500 // values that one statement asks for
	jobSize  = 200 // documents of one job
	pageSize = 200 // documents read at a time
)

// Visible is the condition on search_documents that every query carries, with its values: what the sight allows at now.
func Visible(sight access.Sight, now time.Time) (condition string, values []any) {
	if sight.All {
		return "TRUE", nil
	}
	at := db.At(now)
	return "NOT draft AND audience IN ? AND (shown_from IS NULL OR shown_from <= ?) AND (shown_until IS NULL OR shown_until > ?)",
		[]any{sight.Audiences, at, at}
}

func upsertRows(tx db.Tx, rows []row) error {
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&rows).Error
}

// byIDs returns the documents among ids that the sight allows, in no order, and of them only the columns, if any are named.
func byIDs(tx db.Tx, sight access.Sight, now time.Time, ids []string, columns ...string) ([]Document, error) {
	if len(columns) == 0 {
		columns = []string{"*"}
	}
	condition, values := Visible(sight, now)
	var docs []Document
	for ids := range slices.Chunk(ids, maxVars) {
		var rows []row
		if err := tx.Select(columns).Where("id IN ?", ids).Where(condition, values...).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			docs = append(docs, r.document())
		}
	}
	return docs, nil
}

// stream reads all documents a page at a time, each in a transaction of its own. What is put meanwhile may be among them.
func stream(ctx context.Context, d *db.DB) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for last, more := int64(0), true; more; {
			var rows []row
			if err := d.Read(ctx).Where("number > ?", last).Order("number").Limit(pageSize).Find(&rows).Error; err != nil {
				yield(Document{}, db.Error(err))
				return
			}
			for _, r := range rows {
				if !yield(r.document(), nil) {
					return
				}
				last = r.Number
			}
			more = len(rows) == pageSize
		}
	}
}

// Versions returns the version of every document of the kinds by its id: a feature compares them with its own to make
// found what was written before there was a search.
func Versions(tx db.Tx, kinds ...string) (map[string]int64, error) {
	all, err := findVersions(tx.Where("kind IN ?", kinds))
	return all, db.Error(err)
}

// versions returns the version of every document by its id, or of those with the ids.
func versions(tx db.Tx, ids ...string) (map[string]int64, error) {
	if len(ids) > 0 {
		tx = tx.Where("id IN ?", ids)
	}
	return findVersions(tx)
}

func findVersions(tx db.Tx) (map[string]int64, error) {
	var rows []struct {
		ID      string
		Version int64
	}
	if err := tx.Model(&row{}).Select("id, version").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make(map[string]int64, len(rows))
	for _, r := range rows {
		all[r.ID] = r.Version
	}
	return all, nil
}
