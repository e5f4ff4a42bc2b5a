package toolbench

import (
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// StandardizeCategory turns a category into the name of its folder: " ", "," and
// "/" become "_", then each pair "__" one "_", in one pass ("a , b" gives "a__b").
func StandardizeCategory(category string) string {
	s := strings.NewReplacer(" ", "_", ",", "_", "/", "_").Replace(category)
	return strings.ReplaceAll(s, "__", "_")
}

// apiName is the name of an API as functions and requests bear it.
func apiName(name string) string { return toolenv.ChangeName(toolenv.Standardize(name)) }
