package pyliteral

import "math"

// Parse reads one Python literal: strings, numbers, True, False, None, lists,
// tuples and dicts. Errors are of type *Error.
//
// It is stricter than Python where Python hides mistakes: two strings side by
// side, which Python joins, are an error. Byte strings, prefixes (r”, f”),
// triple quotes and sets are not literals here.
func Parse(s string) (any, error) {
	p := scanner{s: s, maxDepth: maxDepth}
	return p.document()
}

// FromJSON reads a JSON text as Python's json.loads does: NaN and Infinity are
// numbers, integers may have any length, half surrogate pairs are kept, of a key
// given twice the last value counts.
func FromJSON(s string) (any, error) { return ParseJSON(s, JSONOptions{}) }

// JSONOptions say how ParseJSON reads.
type JSONOptions struct {
	// ControlCharacters allows them in strings as they are (json.loads with
	// strict=False); JSON wants them escaped.
	ControlCharacters bool
	// MaxDepth is how deep lists and objects may lie in each other; 0 means 900,
	// about where Python's own stack ends.
	MaxDepth int
}

// ParseJSON is FromJSON with options.
func ParseJSON(s string, o JSONOptions) (any, error) {
	p := scanner{s: s, json: true, control: o.ControlCharacters, maxDepth: o.MaxDepth}
	if p.maxDepth <= 0 {
		p.maxDepth = maxJSONDepth
	}
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
