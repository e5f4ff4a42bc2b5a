package store

import (
	"fmt"
	"runtime/debug"
)

// damaged makes an error of the panics, and of the faults of memory that is mapped
// beyond the end of the file, in which bbolt ends where a file is damaged:
//
//	defer damaged(path, &err)()
func damaged(path string, err *error) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		if v := recover(); v != nil {
			*err = fmt.Errorf("%s: the file is damaged: %v", path, v)
		}
	}
}
