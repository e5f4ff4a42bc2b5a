// Package stats says how sure one can be of a mean over tasks, and of the
// difference between two systems that played the same tasks.
//
// The unit is the task: its value is a mean over whatever was repeated on it
// (judges, samples). Tasks are drawn again within their stratum (a subset of the
// evaluation), so that every resample has as many tasks of each subset as the
// original.
//
//	MeanInterval      bootstrap interval of a mean (BCa, Efron 1987)
//	NestedInterval    the same when whole runs were repeated: runs and tasks are drawn
//	NestedDifference  of the difference of two systems that were run several times
//	Bootstrapped      paired bootstrap test that two systems have the same mean
//	SignFlip          paired permutation test, exact wherever that is feasible
//	McNemar           exact test on tasks solved by one of the two only
//	Holm              adjusts p-values that were looked at together
//
// Everything is a function of its arguments: random numbers come from a seed, no
// result depends on the clock, the machine or the number of cores.
package stats
