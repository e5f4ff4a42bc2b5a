// Package pool leads from a goroutine for every piece of work to the pool of
// package cpu, in numbered versions that do the same: they run the tasks of one
// kernel, some microseconds each, on several cores, and return when all are
// done. docs/kernels/pool.md tells the story with figures; command kernelbench
// times the versions.
package pool
