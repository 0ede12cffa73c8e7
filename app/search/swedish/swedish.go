// Package swedish knows how Swedish words are written, inflected and joined. It is used by all that searches, and no other
// package takes texts apart: what the index keeps of a text and what it is asked for must be cut alike.
//
// A text is read as Words. Stem makes the forms of a word one; Parts gives what a compound is made of; Fold writes å and ä as a
// and ö as o for those who cannot type them. Distance, Edits and Nearest are for slips. Marked and Snippet show where a
// text has what somebody looked for.
//
// What the package knows of the field stands in lists that editors can read and mend: parts.txt, the nouns and how they join;
// words.txt, verbs and adjectives; names.txt, names of places; stop.txt, words that carry nothing. They are lists and no
// dictionary: whole dictionaries take words apart that are no compounds (bar-nett).
//
// Words are in lower case and composed (NFC), as Words gives them, wherever a function takes one. Everything here may be called
// at the same time from anywhere, and nothing fails: any bytes are a text.
package swedish
