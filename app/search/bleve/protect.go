package bleve

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// protected does what reads Bleve's files and makes an error of a panic. The files are mapped into memory: where one has been
// cut short, reading is a fault of memory, which ends the process unless the goroutine asks for a panic instead.
func protected(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return do()
}

// pause is how long Bleve's own goroutines rest after a failure. Left alone they try again without end and at once: a full
// disk would take a processor too.
const pause = 200 * time.Millisecond

// hooks registers what Bleve's goroutines call and returns the name to ask for it by. They catch panics themselves, but a fault of
// memory only becomes one where it was asked for: each asks when it is about to read files.
var hooks = sync.OnceValue(func() string {
	const name = "nuso"
	scorch.RegistryEventCallbacks[name] = func(e scorch.Event) bool {
		if e.Kind == scorch.EventKindPreMergeCheck || e.Kind == scorch.EventKindPurgerCheck {
			debug.SetPanicOnFault(true)
		}
		return true
	}
	scorch.RegistryAsyncErrorCallbacks[name] = func(error, string) { time.Sleep(pause) }
	return name
})
