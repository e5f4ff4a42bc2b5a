package pool

import "github.com/stepgrain/stepgrain/kernels/cpu"

// backend is version 5: the pool of package cpu.
type backend struct{ *cpu.Backend }

func ours(workers int) Pool {
	b, err := cpu.New(cpu.Options{Workers: workers})
	if err != nil {
		panic("steps/pool: " + err.Error())
	}
	return backend{b}
}

func (b backend) Run(tasks int, f func(worker, task int)) { b.Share(tasks, f) }
