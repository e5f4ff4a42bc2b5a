package pyliteral

import "math"

// Parse reads one Python literal: strings, numbers, True, False, None, lists,
// tuples and dicts. Errors are of type *Error.
//
// It is stricter than Python where Python hides mistakes: two strings side by
// side, which Python joins, are an error. Byte strings, prefixes (r”, f”),
// triple quotes and sets are not literals here.
func Parse(s string) (any, error) {
	p := scanner{s: s}
	return p.document()
}

// FromJSON reads a JSON text as Python's json.loads does: NaN and Infinity are
// numbers, integers may have any length, half surrogate pairs are kept, of a key
// given twice the last value counts.
func FromJSON(s string) (any, error) {
	p := scanner{s: s, json: true}
	return p.document()
}

var negInf = math.Inf(-1)

// names are the words that stand for values, in literals or in JSON.
var names = map[string]struct {
	json  bool
	value any
}{
	"True": {false, true}, "False": {false, false}, "None": {false, nil},
	"true": {true, true}, "false": {true, false}, "null": {true, nil},
	"NaN": {true, math.NaN()}, "Infinity": {true, math.Inf(1)},
}
