package toolbench

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/stepgrain/stepgrain/internal/clip"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// schemaError says in one line where arguments differ from what an API declares,
// "" where they do not. Parameters that are not declared count as a difference.
func schemaError(a toolenv.API, input string) string {
	if input == "" {
		input = "{}" // as the tool server reads it
	}
	v, err := pyliteral.ParseJSON(input, pyliteral.JSONOptions{ControlCharacters: true})
	if err != nil {
		return "arguments are not JSON: " + err.Error()
	}
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return "arguments are no object"
	}
	if err := toolenv.Validate(a, plain(d).(map[string]any)); err != nil {
		return err.Error()
	}
	return ""
}

// plain turns Python's values into those of package encoding/json, with whole
// numbers as int64 where they fit.
func plain(v any) any {
	switch v := v.(type) {
	case pyliteral.Dict:
		m := make(map[string]any, len(v))
		for _, it := range v {
			m[asText(it.Key)] = plain(it.Value)
		}
		return m
	case pyliteral.List:
		l := make([]any, len(v))
		for i := range v {
			l[i] = plain(v[i])
		}
		return l
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f
	}
	return v
}

// nameNote says that a function was found by the end of its name.
func nameNote(name, function string) string {
	if name == function {
		return ""
	}
	return fmt.Sprintf("name %q stands for %s", clip.Name(name), function)
}

// join joins what is not empty.
func join(notes ...string) string {
	var b strings.Builder
	for _, n := range notes {
		if n != "" && b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(n)
	}
	return b.String()
}
