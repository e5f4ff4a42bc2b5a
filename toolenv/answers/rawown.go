package answers

import (
	"maps"
	"slices"
	"strconv"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Budget limits a search, or says how much of it was used. In limits 0 is none.
type Budget struct {
	// Turns of the longest chain: an attempt of CoT, a path of DFS.
	Turns int
	// Calls of functions other than Finish, over the whole search.
	Calls int
	// Queries are turns asked of the model, over the whole search, those of a
	// ranking among them.
	Queries int
	// Tokens of prompts and completions as the endpoint counts them, over the
	// whole search.
	Tokens int
}

// Own is what Stepgrain adds to an output under the key "stepgrain".
type Own struct {
	Limits, Used Budget
	// Stopped says which budget ended the search first, or cut a chain of it:
	// turns, calls, queries, tokens, or "" for none.
	Stopped string
	// Requests made of the model, repeated ones among them.
	Requests int
	// Codes counts calls by the status they ended with, ToolBench's numbers.
	Codes map[int]int
	// Faults counts calls that a service did not answer, by service.Fault, and
	// under "model" turns that the model did not give.
	Faults map[string]int
	// SchemaErrors are calls whose arguments did not fit the schema, in the order
	// in which they were made; they are recorded, not held back.
	SchemaErrors []SchemaError
	// System is the system text, where there is no answer and so no conversation
	// that begins with it: training on failures needs it.
	System string
}

// SchemaError is a call that did not fit its function's schema.
type SchemaError struct{ Branch, Function, Message string }

// ownKey holds Own in a file, and ownFormat is its version.
const (
	ownKey    = "stepgrain"
	ownFormat = int64(1)
)

func (o *Own) value() pyliteral.Dict {
	faults := pyliteral.Dict{}
	for _, k := range slices.Sorted(maps.Keys(o.Faults)) {
		faults = append(faults, pyliteral.Item{Key: k, Value: int64(o.Faults[k])})
	}
	codes := pyliteral.Dict{}
	for _, k := range slices.Sorted(maps.Keys(o.Codes)) {
		codes = append(codes, pyliteral.Item{Key: strconv.Itoa(k), Value: int64(o.Codes[k])})
	}
	errs := pyliteral.List{}
	for _, e := range o.SchemaErrors {
		errs = append(errs, pyliteral.Dict{{Key: "branch", Value: e.Branch}, {Key: "function", Value: e.Function}, {Key: "message", Value: e.Message}})
	}
	d := pyliteral.Dict{
		{Key: "format", Value: ownFormat},
		{Key: "limits", Value: o.Limits.value()},
		{Key: "used", Value: o.Used.value()},
		{Key: "stopped", Value: o.Stopped},
		{Key: "requests", Value: int64(o.Requests)},
		{Key: "codes", Value: codes},
		{Key: "faults", Value: faults},
		{Key: "schema_errors", Value: errs},
	}
	if o.System != "" {
		d = append(d, pyliteral.Item{Key: "system", Value: o.System})
	}
	return d
}

func (b Budget) value() pyliteral.Dict {
	return pyliteral.Dict{
		{Key: "turns", Value: int64(b.Turns)},
		{Key: "calls", Value: int64(b.Calls)},
		{Key: "queries", Value: int64(b.Queries)},
		{Key: "tokens", Value: int64(b.Tokens)},
	}
}

func readOwn(f fields) *Own {
	o := &Own{
		Limits: readBudget(f.object("limits")), Used: readBudget(f.object("used")),
		Stopped: f.text("stopped"), Requests: f.number("requests"), System: f.text("system"),
	}
	for _, it := range f.object("faults").dict {
		if n, ok := it.Value.(int64); ok {
			count(&o.Faults, pyliteral.Str(it.Key), n)
		}
	}
	for _, it := range f.object("codes").dict {
		n, ok := it.Value.(int64)
		if code, err := strconv.Atoi(pyliteral.Str(it.Key)); ok && err == nil {
			count(&o.Codes, code, n)
		}
	}
	for _, e := range f.objects("schema_errors") {
		o.SchemaErrors = append(o.SchemaErrors, SchemaError{e.text("branch"), e.text("function"), e.text("message")})
	}
	return o
}

func count[K comparable](m *map[K]int, key K, n int64) {
	if *m == nil {
		*m = map[K]int{}
	}
	(*m)[key] = int(n)
}

func readBudget(f fields) Budget {
	return Budget{Turns: f.number("turns"), Calls: f.number("calls"), Queries: f.number("queries"), Tokens: f.number("tokens")}
}
