package bleve

import (
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// protected does what reads Bleve's files and makes an error of a panic. The files are mapped into memory: where one has been
// cut short, reading is a fault of memory, which ends the process unless the goroutine asks for a panic instead.
func protected(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = panicked{p, debug.Stack()}
		}
	}()
	return do()
}

// panicked is what protected makes of a panic.
type panicked struct {
	value any
	stack []byte
}

// Error returns what was panicked about.
func (p panicked) Error() string { return fmt.Sprint("panic: ", p.value) }

// pause is how long Bleve's own goroutines rest after a failure. Left alone they try again without end and at once: a full
// disk would take a processor too.
const pause = 200 * time.Millisecond

// hooks registers what Bleve's goroutines call and returns the name to ask for it by. They catch panics themselves, but a fault of
// memory only becomes one where it was asked for: each asks before it reads files, and when something has failed. Batches in
// memory are never merged there: the goroutine that would do it catches nothing, and panics when an earlier write has failed.
var hooks = sync.OnceValue(func() string {
	const name = "nuso"
	scorch.DefaultMinSegmentsForInMemoryMerge = math.MaxInt
	scorch.RegistryEventCallbacks[name] = func(e scorch.Event) bool {
		if e.Kind == scorch.EventKindPreMergeCheck || e.Kind == scorch.EventKindPurgerCheck {
			debug.SetPanicOnFault(true)
		}
		return true
	}
	scorch.RegistryAsyncErrorCallbacks[name] = func(error, string) {
		debug.SetPanicOnFault(true)
		time.Sleep(pause)
	}
	return name
})

// settle waits until the goroutine that writes has come so far that it has asked for panics, or has failed: when it is started it first
// writes what it finds.
func settle(s *scorch.Scorch) {
	stats := s.Stats().(*scorch.Stats)
	for waited := time.Duration(0); waited < patience; waited += time.Millisecond {
		if atomic.LoadUint64(&stats.TotPersistLoopWait)+atomic.LoadUint64(&stats.TotOnErrors) > 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
