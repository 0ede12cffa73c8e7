// Package markdown turns what people write into what the site shows. It is the
// only package that knows goldmark and bluemonday.
//
// A content file is split by [Split] into strict YAML front matter, decoded
// into a struct of the caller's, and a Markdown body. A body is rendered once,
// when it is saved, by [Renderer.Render]; the HTML is stored beside it together
// with [Version], and rendered anew only when that number has been raised.
//
// # The way of a text
//
// Source → refuse (size, NUL, invalid UTF-8) → goldmark's parser, kept within
// bounds by [state] → [survey], one walk over the tree that decides everything:
// heading ids, where links lead, which images exist, which charts are sound,
// where a glossary term stands for the first time; it also collects the
// outline, the plain text for the search index and the problems → goldmark's
// renderer with our own node functions → bluemonday → charts put in place.
//
// # Walls
//
// An author's HTML is never parsed: there is no HTML parser among the block and
// inline parsers, so "<b>" is text like any other and is shown as written.
// Addresses are vetted in [survey] by [router]: only site paths, fragments,
// http, https, mailto and tel remain links. The sanitiser is the second wall: it
// lets through nothing but the elements and attributes this package makes. It
// runs over everything but charts, which are SVG (which it does not understand)
// and are written by one escaping writer: they wait as numbered slots
// ("<nuso-slot n=0>") while the rest is sanitised.
//
// # Words
//
//   - body: Markdown without front matter.
//   - problem: a fault in a text, with its line and its cure, in Swedish. Render
//     returns problems beside HTML when the rest can be shown, and as the error
//     when the whole text is refused.
//   - term: a word of the glossary; form: one way it is written.
//   - callout: a block quote that begins with [!NOTE], [!TIP], [!IMPORTANT] or
//     [!WARNING].
//   - chart: a fenced block "diagram"; film card: a fenced block "film".
//
// # What a theme must know
//
// Classes: callout, callout-{note,tip,important,warning}, callout-title; figure;
// table-scroll (scrolls sideways), align-right, align-center; term (a button in running
// text), nowrap (the term and what may not part from it) and definition (its popover);
// external and visually-hidden; footnotes, footnote-ref, footnote-backref; film,
// film-title, film-note; problem; chart, chart-{stapel,linje}, chart-title,
// chart-subtitle, chart-picture, chart-source, chart-data, chart-download. A series of
// a chart is coloured by
//
//	.chart-series-1 { color: …; fill: currentColor; fill-opacity: 1 }
//
// and is right without: in the colour of the text, in shades and dashes.
//
// # Adding a construct
//
// Parse it in survey (and say there what can be wrong with it), render it in a
// node function of its own file, let it through in policy.go, add a golden pair
// under testdata and raise Version.
package markdown
