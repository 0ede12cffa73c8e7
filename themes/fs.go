// Package themes holds the templates: a layout, partials and one file a view, below the folder of the theme.
package themes

import "embed"

// Files holds nuso/: layouts/base.html, partials/*.html, <feature>/<view>.html and theme.css.
//
//go:embed all:nuso
var Files embed.FS
