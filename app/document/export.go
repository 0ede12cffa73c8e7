package document

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Export writes every document that is not archived, and every image, to dir as the files they came from, so that an
// import of dir changes nothing. Only the system calls it. Conflict when dir holds anything. It returns the number of files.
func (s *Service) Export(ctx context.Context, dir string) (int, error) {
	if !access.From(ctx).Edits() {
		return 0, fault.Missing("export of content")
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return 0, fault.New(fault.Conflict, "Mappen är inte tom. Ange en ny eller tom mapp.", nil)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, fault.New(fault.Conflict, "Mappen går inte att läsa. Ange en ny eller tom mapp.", err)
	}
	docs, err := findSources(s.db.Read(ctx))
	if err != nil {
		return 0, db.Error(err)
	}
	for i, doc := range docs {
		if err := writeFile(dir, doc.Path, []byte(doc.Source)); err != nil {
			return i, err
		}
	}
	images, err := findImages(s.db.Read(ctx))
	if err != nil {
		return len(docs), db.Error(err)
	}
	for i, image := range images {
		data, err := findImageData(s.db.Read(ctx), image.Path) // one at a time: pictures are large
		if err != nil {
			return len(docs) + i, db.Error(err)
		}
		if err := writeFile(dir, image.Path, data); err != nil {
			return len(docs) + i, err
		}
	}
	return len(docs) + len(images), nil
}

// writeFile refuses any path that would leave dir.
func writeFile(dir, name string, data []byte) error {
	if !filepath.IsLocal(name) {
		return fault.New(fault.Invalid, "", errors.New("path leaves the folder: "+name))
	}
	target := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fault.Wrap(err, "exporting %s", name)
	}
	return fault.Wrap(os.WriteFile(target, data, 0o644), "exporting %s", name)
}

// Image returns the picture with the hash. Anyone may call it: an address can be had only from a page that shows it.
// NotFound when there is none.
func (s *Service) Image(ctx context.Context, hash string) (Image, error) {
	image, err := findImageByHash(s.db.Read(ctx), hash)
	return image, s.fail(err, "reading image %s", hash)
}
