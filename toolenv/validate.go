package toolenv

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Validate checks arguments, as decoded by DecodeArgs, against an API's declared
// parameters. The error is an *ArgumentError. Compiled schemas are kept: APIs
// with the same parameters share one, whatever they are called.
func Validate(a API, args map[string]any) error {
	v := validators.get(a)
	err := v.schema.Validate(args)
	if err == nil {
		return nil
	}
	var ve *jsonschema.ValidationError
	if !errors.As(err, &ve) {
		return &ArgumentError{Text: "invalid arguments"}
	}
	return argumentError(ve)
}

// ArgumentError says which argument does not fit, in the words an API would use.
type ArgumentError struct{ Text string }

// Error is the observation that a policy reads.
func (e *ArgumentError) Error() string { return e.Text }

// argumentError picks the one complaint to report: an API stops at the first.
// What is missing comes first, then what is unknown, then what has a wrong type.
func argumentError(ve *jsonschema.ValidationError) *ArgumentError {
	var missing, unknown, wrong string
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		switch k := e.ErrorKind.(type) {
		case *kind.Required:
			if missing == "" && len(k.Missing) > 0 {
				missing = fmt.Sprintf("missing argument '%s'", slices.Min(k.Missing))
			}
		case *kind.AdditionalProperties:
			if unknown == "" && len(k.Properties) > 0 {
				unknown = fmt.Sprintf("unexpected argument '%s'", pyliteral.First(slices.Min(k.Properties), 24))
			}
		case *kind.Type:
			if text := fmt.Sprintf("argument '%s' must be %s", strings.Join(e.InstanceLocation, "."), strings.Join(k.Want, " or ")); wrong == "" || text < wrong {
				wrong = text
			}
		}
		for _, c := range e.Causes {
			walk(c)
		}
	}
	walk(ve)
	for _, text := range []string{missing, unknown, wrong} {
		if text != "" {
			return &ArgumentError{Text: text}
		}
	}
	return &ArgumentError{Text: "invalid arguments"}
}

// validators caches compiled schemas by what they check.
var validators validatorCache

type validatorCache struct{ m sync.Map } // parameter signature -> *validator

type validator struct{ schema *jsonschema.Schema }

func (c *validatorCache) get(a API) *validator {
	key := signature(a)
	if v, ok := c.m.Load(key); ok {
		return v.(*validator)
	}
	v, _ := c.m.LoadOrStore(key, compile(a))
	return v.(*validator)
}

// signature lists everything of an API that validation depends on.
func signature(a API) string {
	b := make([]byte, 0, 64)
	for _, p := range a.Required {
		b = append(append(append(append(b, p.Name...), 0), p.Type...), 1)
	}
	b = append(b, 2)
	for _, p := range a.Optional {
		b = append(append(append(append(b, p.Name...), 0), p.Type...), 1)
	}
	if a.Strict {
		b = append(b, 3)
	}
	if a.Fractions {
		b = append(b, 4)
	}
	return string(b)
}

func compile(a API) *validator {
	f := Schema(a)
	properties := map[string]any{}
	for _, p := range f.Properties {
		typ := p.Type
		if typ == "integer" && a.Fractions {
			typ = "number"
		}
		properties[p.Name] = map[string]any{"type": typ}
	}
	required := []any{}
	for _, name := range f.Required {
		if !slices.Contains(required, any(name)) {
			required = append(required, name)
		}
	}
	doc := map[string]any{"type": "object", "properties": properties, "required": required}
	if a.Strict {
		doc["additionalProperties"] = false
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("mem:///parameters", doc); err != nil {
		panic("toolenv: Validate: " + err.Error())
	}
	s, err := c.Compile("mem:///parameters")
	if err != nil {
		panic("toolenv: Validate: " + err.Error()) // the document above is always a schema
	}
	return &validator{s}
}

// DecodeArgs decodes the argument object of a call as Validate and a Backend take
// it. Whole numbers become int64, other numbers float64; a number beyond float64's
// range is an error (and must not reach the validator, which would expand it digit
// by digit).
func DecodeArgs(raw json.RawMessage) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var args map[string]any
	if err := dec.Decode(&args); err != nil {
		return nil, err
	}
	for k, v := range args {
		plain, err := plainNumbers(v)
		if err != nil {
			return nil, err
		}
		args[k] = plain
	}
	return args, nil
}

func plainNumbers(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i, nil
		}
		f, err := v.Float64()
		if err != nil {
			return nil, &ArgumentError{Text: "number out of range"}
		}
		if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return int64(f), nil
		}
		return f, nil
	case []any:
		for i := range v {
			e, err := plainNumbers(v[i])
			if err != nil {
				return nil, err
			}
			v[i] = e
		}
	case map[string]any:
		for k := range v {
			e, err := plainNumbers(v[k])
			if err != nil {
				return nil, err
			}
			v[k] = e
		}
	}
	return v, nil
}
