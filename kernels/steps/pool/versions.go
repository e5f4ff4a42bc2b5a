package pool

// Version is one step on the way.
type Version struct {
	Name, Title, Why string
	Start            func(workers int) Pool
}

// Pool runs tasks on its workers, the caller included.
type Pool interface {
	// Run calls f(worker, task) for each task in [0, tasks) and returns when all
	// are done. No two calls at the same time have the same worker.
	Run(tasks int, f func(worker, task int))
	Close()
}

// Versions are all steps, the last as package cpu has it.
var Versions = []Version{
	{"v1", "a goroutine for every piece", "simple, but each call starts goroutines, and the scheduler has to wake a core for them", goroutines},
	{"v2", "workers that wait on a channel", "nothing is started any more; the core must still be woken", channels},
	{"v3", "workers that look for work", "the word that announces a job is read all the time, so that a job begins within a fraction of a microsecond; but everybody waits for everybody, on a crowded machine too, and an idle program burns its cores", spinning},
	{"v4", "looking, then sleeping, never awaited", "a worker sleeps after 2 ms; the caller does whatever nobody came for", parking},
	{"v5", "a run of tasks for each worker", "no counter that all write, and the rows of one kernel meet the core that made them in the last", ours},
}
