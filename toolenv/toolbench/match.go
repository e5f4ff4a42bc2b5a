package toolbench

import (
	"slices"
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
	if i := slices.Index(t.Names, name); i >= 0 || name == "" {
		return i
	}
	found := -1
	for i, n := range t.Names {
		switch {
		case !strings.HasSuffix(n, name), found >= 0 && n == t.Names[found]:
		case found >= 0:
			return -1 // two functions end so
		default:
			found = i
		}
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
