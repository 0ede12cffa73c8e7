//go:build race

package markdown

// raced: the race detector allocates beside the code, so what a text costs cannot be told.
const raced = true
