package stub

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// task is work that the server has promised.
type task struct {
	uid      int
	index    string
	kind     string
	status   string
	trouble  *trouble
	enqueued time.Time
	do       func() *trouble
}

type failure struct{ kind, code string }

// lag is how long a task waits at least.
const lag = time.Millisecond

// Hold makes tasks wait until Release.
func (s *Server) Hold() { s.set(func() { s.held = true }) }

// Release lets tasks be done again.
func (s *Server) Release() {
	s.set(func() { s.held = false })
	s.nudge()
}

// Fail makes the next task of the type fail, with an error of the kind (invalid_request, internal, system) and code.
func (s *Server) Fail(taskType, kind, code string) {
	s.set(func() { s.failures[taskType] = failure{kind, code} })
}

func (s *Server) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// work does the tasks in the order they came.
func (s *Server) work(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-s.wake:
		}
		for s.workOne() {
			time.Sleep(lag)
		}
	}
}

// workOne begins a task, or ends the one that was begun, and reports whether there was any.
func (s *Server) workOne() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held {
		return false
	}
	for _, t := range s.tasks {
		switch t.status {
		case "enqueued":
			t.status = "processing"
			return true
		case "processing":
			s.finish(t)
			return true
		}
	}
	return false
}

func (s *Server) finish(t *task) {
	if f, ok := s.failures[t.kind]; ok {
		delete(s.failures, t.kind)
		t.trouble = newTrouble(f.kind, f.code, "The test wants it so.")
	} else {
		t.trouble = t.do()
	}
	t.status = "succeeded"
	if t.trouble != nil {
		t.status = "failed"
	}
	t.do = nil
}

// enqueue promises work.
func (s *Server) enqueue(c *call, kind, index string, do func() *trouble) {
	t := &task{uid: len(s.tasks), index: index, kind: kind, status: "enqueued", enqueued: time.Now(), do: do}
	s.tasks = append(s.tasks, t)
	s.nudge()
	c.reply(http.StatusAccepted, map[string]any{
		"taskUid": t.uid, "indexUid": named(index), "status": t.status, "type": kind, "enqueuedAt": t.enqueued,
	})
}

func named(index string) any {
	if index == "" {
		return nil
	}
	return index
}

func (s *Server) getTask(c *call) {
	uid, err := strconv.Atoi(c.r.PathValue("uid"))
	if err != nil || uid < 0 || uid >= len(s.tasks) {
		c.refuse(http.StatusNotFound, "task_not_found", fmt.Sprintf("Task `%s` not found.", c.r.PathValue("uid")))
		return
	}
	t := s.tasks[uid]
	c.reply(http.StatusOK, map[string]any{
		"uid": t.uid, "indexUid": named(t.index), "status": t.status, "type": t.kind, "error": t.trouble, "enqueuedAt": t.enqueued,
		"canceledBy": nil, "details": nil, "duration": nil, "startedAt": nil, "finishedAt": nil,
	})
}
