package toolbench

import (
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Find resolves the name of a call to an index of t.Names, -1 for none: the
// function of exactly this name, else the only one whose name ends with it. The
// empty name is no function's.
//
// Released: the first function whose name ends with it, so that the empty name
// reaches the first of all.
func (t *Task) Find(name string, released bool) int {
	if released {
		return t.findReleased(name)
	}
	if name == "" {
		return -1
	}
	found := -1
	for i, n := range t.Names {
		if n == name {
			return i
		}
		if strings.HasSuffix(n, name) {
			if found >= 0 && t.Names[found] != n {
				found = len(t.Names)
			}
			if found < 0 {
				found = i
			}
		}
	}
	if found == len(t.Names) {
		return -1
	}
	return found
}

func (t *Task) findReleased(name string) int {
	if name == toolenv.FinishName {
		return len(t.Names) - 1
	}
	for i, n := range t.Names {
		if strings.HasSuffix(n, name) {
			return i
		}
	}
	return -1
}
