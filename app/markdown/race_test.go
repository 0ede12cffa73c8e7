//go:build race

package markdown_test

// raced: the race detector allocates beside the code, so what a text costs cannot be told.
const raced = true
