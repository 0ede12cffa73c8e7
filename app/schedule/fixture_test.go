package schedule_test

import (
	"io/fs"
	"testing/fstest"
)

func mapFS(path, text string) fs.FS { return fstest.MapFS{path: {Data: []byte(text)}} }
