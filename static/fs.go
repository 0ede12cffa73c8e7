// Package static holds what the browser loads beside the pages: the built style sheet, modules, font and icon.
package static

import "embed"

// Dist holds dist/: what `npm run build` made of css/, js/ and icons/, each file with a content hash in its name, its
// compressed forms beside it (.gz, .br), and manifest.json (plain name → hashed name). Before a build it is empty.
//
//go:embed all:dist
var Dist embed.FS
