package catalog

import (
	"hash/fnv"

	"github.com/stepgrain/stepgrain/toolenv"
)

// HeldOutBrand reports whether a tool is kept for the set of unseen tools: a
// quarter of all possible names, by a hash, so that an invented name can be
// checked too.
func HeldOutBrand(name string) bool {
	h := fnv.New32a()
	h.Write([]byte(toolenv.Standardize(name)))
	x := h.Sum32()
	return (x^x>>15)%4 == 0
}
