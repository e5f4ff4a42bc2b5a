package catalog

import (
	"hash/fnv"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Tools are called by two words, one of each list: 288 names, of which the
// catalogue uses some.
var (
	BrandFirst  = strings.Fields("nova rapid open blue solar prime delta micro urban global smart cloud pixel turbo royal metro cyber north lunar amber magic silver quick green")
	BrandSecond = strings.Fields("hub base link data desk point works lab box wire view stack")
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
