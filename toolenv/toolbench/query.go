package toolbench

import (
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Query is one task of a query file.
type Query struct {
	ID       string // the text of query_id
	Subset   string // stem of the file it was read from, such as "G1_category"
	Text     string // what the user wants
	APIs     []Entry
	Relevant []Pair // the APIs that solve it, duplicates kept
	Answer   string // "answer": only files exported from the embedded world have one
	Raw      pyliteral.Dict
}

// Entry is one API that a query offers.
type Entry struct {
	toolenv.API
	Raw              pyliteral.Dict
	TemplateResponse any // a sketch of the answer, nil for about a third
}

// Pair names an API of a tool as the files do, not yet standardised.
type Pair struct{ Tool, API string }

// Function is the name under which a model calls the API.
func (p Pair) Function() string {
	return toolenv.FunctionName(toolenv.API{Tool: p.Tool, Name: p.API})
}

// RelevantFunctions are the function names of q.Relevant, duplicates kept.
func (q *Query) RelevantFunctions() []string {
	names := make([]string, len(q.Relevant))
	for i, p := range q.Relevant {
		names[i] = p.Function()
	}
	return names
}

// parseQuery reads one entry of a query file. What is missing or of another type
// than expected counts as empty: such a query is still a query.
func parseQuery(d pyliteral.Dict, subset string) Query {
	q := Query{ID: idText(get(d, "query_id")), Subset: subset, Text: text(d, "query"), Answer: text(d, "answer"), Raw: d}
	for _, v := range list(d, "api_list") {
		if e, ok := v.(pyliteral.Dict); ok {
			q.APIs = append(q.APIs, parseEntry(e))
		}
	}
	for _, v := range list(d, "relevant APIs") {
		if p, ok := v.(pyliteral.List); ok && len(p) >= 2 {
			q.Relevant = append(q.Relevant, Pair{asText(p[0]), asText(p[1])})
		}
	}
	return q
}

func parseEntry(d pyliteral.Dict) Entry {
	return Entry{
		API: toolenv.API{
			Category: text(d, "category_name"), Tool: text(d, "tool_name"), Name: text(d, "api_name"), Description: text(d, "api_description"),
			Required: parameters(d, "required_parameters"), Optional: parameters(d, "optional_parameters"), Strict: true, Fractions: true,
		},
		Raw: d, TemplateResponse: get(d, "template_response"),
	}
}

func parameters(d pyliteral.Dict, key string) []toolenv.Parameter {
	var ps []toolenv.Parameter
	for _, v := range list(d, key) {
		if p, ok := v.(pyliteral.Dict); ok {
			ps = append(ps, toolenv.Parameter{Name: text(p, "name"), Type: text(p, "type"), Description: text(p, "description"), Default: get(p, "default")})
		}
	}
	return ps
}

func get(d pyliteral.Dict, key string) any { v, _ := d.Get(key); return v }

func text(d pyliteral.Dict, key string) string { s, _ := get(d, key).(string); return s }

func list(d pyliteral.Dict, key string) pyliteral.List {
	l, _ := get(d, key).(pyliteral.List)
	return l
}

func asText(v any) string { s, _ := v.(string); return s }

// idText is an id as the files write it: a number or a string.
func idText(v any) string {
	if v == nil {
		return ""
	}
	return pyliteral.Str(v)
}
