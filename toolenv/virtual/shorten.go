package virtual

import (
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
)

// mostText is how many characters of an API's own answer are kept.
const mostText = 2048

// shorten cuts what an API said, as the request asks with "strip": "filter" first
// drops what the documented response does not have, "random" drops members of the
// outermost object or list until the rest is short enough. What is still too long
// becomes its first characters, a text.
func (s *Server) shorten(v any, c *call) any {
	switch c.Strip {
	case "filter":
		if schema := s.responseSchema(c); schema != nil {
			v = filter(v, schema)
		}
	case "random":
		v = thin(v, rng.New(0, "shorten", c.Name.String(), c.key))
	}
	if text := jsonText(v); tooLong(text) {
		if s, ok := v.(string); ok {
			text = s
		}
		return toolenv.Truncate(text, mostText)
	}
	return v
}

func jsonText(v any) string { return pyliteral.Dumps(v, pyliteral.JSONStyle{}) }

func tooLong(text string) bool { return toolenv.Truncate(text, mostText) != text }

// filter keeps of objects the members that a schema has.
func filter(v, schema any) any {
	switch v := v.(type) {
	case pyliteral.Dict:
		members, ok := schema.(pyliteral.Dict)
		if !ok || len(members) == 0 {
			return v
		}
		out := pyliteral.Dict{}
		for _, it := range v {
			key, _ := it.Key.(string)
			if sub, ok := members.Get(key); ok {
				out = append(out, pyliteral.Item{Key: it.Key, Value: filter(it.Value, sub)})
			}
		}
		return out
	case pyliteral.List:
		items, ok := schema.(pyliteral.List)
		if !ok || len(items) == 0 {
			return v
		}
		out := make(pyliteral.List, len(v))
		for i, x := range v {
			out[i] = filter(x, items[0])
		}
		return out
	}
	return v
}

// thin drops members at random, drawn from the call itself, so the same answer to
// the same call is shortened in the same way. One member stays at least.
func thin(v any, r *rand.Rand) any {
	if !tooLong(jsonText(v)) {
		return v
	}
	switch x := v.(type) {
	case pyliteral.Dict:
		return pyliteral.Dict(keep(x, r, func(it pyliteral.Item) any { return pyliteral.Dict{it} }))
	case pyliteral.List:
		return pyliteral.List(keep(x, r, func(it any) any { return it }))
	}
	return v
}

// keep draws members as long as their texts fit together.
func keep[T any](members []T, r *rand.Rand, value func(T) any) []T {
	room := mostText
	stays := make([]bool, len(members))
	for n, i := range r.Perm(len(members)) {
		room -= len(jsonText(value(members[i]))) + len(", ")
		if room < 0 && n > 0 {
			break
		}
		stays[i] = true
	}
	var out []T
	for i, m := range members {
		if stays[i] {
			out = append(out, m)
		}
	}
	return out
}
