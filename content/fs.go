// Package content holds the site's texts as Markdown with front matter: one folder a kind, one file a document.
package content

import "embed"

// Files is every folder beside this file.
//
//go:embed *
var Files embed.FS
