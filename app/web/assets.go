package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
)

// AssetPrefix is where the built CSS, JavaScript, font and icon are served. Names carry a hash: they never change.
const AssetPrefix = "/static/"

// assets are the built files, read once: a request touches no file system.
type assets struct {
	built    bool
	manifest map[string]string
	files    map[string]*body
}

// readAssets reads the built files and the manifest that names them. A folder that was never built is no error:
// the site then says so at start and in /readyz, and serves pages without styles.
func readAssets(files fs.FS) (*assets, error) {
	a := &assets{manifest: map[string]string{}, files: map[string]*body{}}
	raw, err := fs.ReadFile(files, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the assets' manifest: %w", err)
	}
	if err := json.Unmarshal(raw, &a.manifest); err != nil {
		return nil, fmt.Errorf("reading the assets' manifest: %w", err)
	}
	for _, name := range a.manifest {
		if a.files[name], err = readAsset(files, name); err != nil {
			return nil, fmt.Errorf("reading asset %s: %w", name, err)
		}
	}
	a.built = true
	return a, nil
}

func readAsset(files fs.FS, name string) (*body, error) {
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	b := &body{plain: plain, contentType: mime.TypeByExtension(path.Ext(name)), etag: etagOf(plain)}
	if b.contentType == "" || strings.HasSuffix(name, ".woff2") {
		b.contentType = "font/woff2"
	}
	if gz, err := fs.ReadFile(files, name+".gz"); err == nil {
		b.gzip = gz
	}
	if br, err := fs.ReadFile(files, name+".br"); err == nil {
		b.brotli = br
	}
	return b, nil
}

func (a *assets) address(name string) string {
	if built, ok := a.manifest[name]; ok {
		return AssetPrefix + built
	}
	return ""
}

func (a *assets) page() Assets {
	return Assets{CSS: a.address("app.css"), JS: a.address("app.mjs"), Suggest: a.address("suggest.mjs"), Font: a.address("source-sans-3.woff2"), Icon: a.address("favicon.svg")}
}

// Asset serves a built file for a year; NotFound for any other name.
func (s *Site) Asset(c *fiber.Ctx) error {
	b, ok := s.assets.Load().files[c.Params("name")]
	if !ok {
		return fault.Missing("asset %q", c.Params("name"))
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	return b.send(c)
}

func etagOf(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}
