package batch

import (
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Options of a run.
type Options struct {
	Out    string        // folder of the outputs; it is created
	Method search.Method // its name is part of the outputs' names
	// Search and MaxQuery are those of the method. Choose is set by the run.
	Search   search.Options
	MaxQuery int
	// Env is for the environments; its Released should be that of Search.
	Env toolbench.Options
	// Folder describes the tools. Tasks that need one it lacks are skipped. Nil:
	// the queries' own descriptions serve.
	Folder *toolbench.Folder
	// NewTask replaces toolbench.NewTask, for tools that are no query's.
	NewTask func(q *toolbench.Query) *toolbench.Task
	// Parts makes the model and the service of a sample, counted from 0. A service
	// with a method Begin(task string) is told when a task starts.
	Parts func(sample int) (search.Model, service.Service, error)

	Samples   int  // of every task; 0 means 1
	Threads   int  // jobs at once; 0 means 1
	Overwrite bool // run what has an output, too
	Seed      uint64
	// Prepared is called once, when nothing stands in the way of the jobs; its error
	// does. It may be nil.
	Prepared func() error
	// Progress is told of every job that is done, one at a time. Existing are those
	// with an output from before.
	Progress func(j Job, existing bool, err error)
}

func (o *Options) samples() int { return max(o.Samples, 1) }
func (o *Options) threads() int { return max(o.Threads, 1) }

func (o *Options) task(q *toolbench.Query) *toolbench.Task {
	if o.NewTask != nil {
		return o.NewTask(q)
	}
	return toolbench.NewTask(q, o.Folder, o.Env)
}
