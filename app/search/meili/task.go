package meili

import (
	"context"
	"fmt"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"nuso.se/app/fault"
)

// start does a request that the server makes a task of.
func (x *Index) start(ctx context.Context, limit time.Duration, request func(context.Context) (*meilisearch.TaskInfo, error)) (task int64, err error) {
	err = x.ask(ctx, limit, func(ctx context.Context) error {
		info, err := request(ctx)
		if err == nil {
			task = info.TaskUID
		}
		return err
	})
	return task, err
}

// do does a request that the server makes a task of, and waits for that.
func (x *Index) do(ctx context.Context, request func(context.Context) (*meilisearch.TaskInfo, error)) error {
	task, err := x.start(ctx, askLimit, request)
	if err != nil {
		return err
	}
	return x.wait(ctx, fillLimit, task)
}

// How long between two looks at a task: it is soon done, or takes its time.
const (
	firstLook = 2 * time.Millisecond
	lastLook  = 200 * time.Millisecond
)

// wait returns when the server has done all tasks, each within limit after the one before it.
func (x *Index) wait(ctx context.Context, limit time.Duration, tasks ...int64) error {
	for _, task := range tasks {
		if err := x.waitOne(ctx, limit, task); err != nil {
			return err
		}
	}
	return nil
}

func (x *Index) waitOne(ctx context.Context, limit time.Duration, uid int64) error {
	late := time.After(limit)
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		var task *meilisearch.Task
		err := x.ask(ctx, askLimit, func(ctx context.Context) (err error) {
			task, err = x.server.GetTaskWithContext(ctx, uid)
			return err
		})
		if err != nil {
			return err
		}
		if task.Status != meilisearch.TaskStatusEnqueued && task.Status != meilisearch.TaskStatusProcessing {
			return x.outcome(task)
		}
		select {
		case <-ctx.Done():
			return fault.Wrap(context.Cause(ctx), "waiting for task %d of the search server", uid)
		case <-x.closed.Done():
			return fault.New(fault.Unavailable, "", errClosed)
		case <-late:
			return x.away(fmt.Errorf("task %d (%s) is not done after %v", uid, task.Type, limit))
		case <-time.After(pause):
		}
	}
}

// outcome returns what became of a task. A failure of the server is Unavailable; what it refuses will be refused again.
func (x *Index) outcome(task *meilisearch.Task) error {
	if task.Status == meilisearch.TaskStatusSucceeded {
		return nil
	}
	failure := fmt.Errorf("task %d (%s) of the search server %s: %s: %s", task.UID, task.Type, task.Status, task.Error.Code, task.Error.Message)
	if task.Error.Type == "invalid_request" && task.Error.Code != "index_not_found" {
		x.forget() // it may refuse because the index is no longer ours
		return failure
	}
	return x.away(failure)
}
