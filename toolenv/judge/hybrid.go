package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Hybrid annotates as StepTool's paper says: rules look at name and parameters
// first; a call that is malformed has neither succeeded nor contributed, and only
// well-formed calls are shown to the model.
type Hybrid struct {
	LLM
	// API describes a function of a task; nil takes the functions stored with the
	// answer, which a converter may have shortened.
	API func(id, function string) (toolenv.API, bool)
}

// Name implements Annotator.
func (Hybrid) Name() string { return "hybrid" }

// Annotate implements Annotator.
func (h Hybrid) Annotate(ctx context.Context, t *Trajectory, repeat int) (steptool.Judgement, error) {
	var good []int
	var steps []string
	for k, c := range t.Calls {
		if h.Malformed(t, c) == "" {
			good = append(good, k)
			steps = append(steps, t.Steps[k])
		}
	}
	said, err := h.steps(ctx, t, steps, repeat)
	j := steptool.Judgement{Status: said.Status, Succeeded: make([]float64, len(t.Calls)), Contributions: make([]float64, len(t.Calls))}
	if err != nil {
		return j, err
	}
	for i, k := range good {
		j.Succeeded[k], j.Contributions[k] = said.Succeeded[i], said.Contributions[i]
	}
	return j, nil
}

// Malformed says what is wrong with the form of a call: a function that is not on
// offer, arguments that are no JSON object or do not fit the parameters. "" means
// nothing.
func (h Hybrid) Malformed(t *Trajectory, c answers.Call) string {
	tool, offered := onOffer(t.Converted, c.Name)
	if !offered {
		return fmt.Sprintf("there is no function %q", c.Name)
	}
	args, err := toolenv.DecodeArgs(json.RawMessage(c.Arguments))
	if err != nil || args == nil {
		return "the arguments are no JSON object"
	}
	if c.Name == toolenv.FinishName {
		return ""
	}
	api, ok := toolenv.API{}, false
	if h.API != nil {
		api, ok = h.API(t.ID, c.Name)
	}
	if !ok {
		var free []string
		api, free = describe(tool)
		for _, name := range free {
			if _, given := args[name]; given {
				args[name] = "" // what it is does not matter
			}
		}
	}
	if err := toolenv.Validate(api, args); err != nil {
		return err.Error()
	}
	return ""
}

// onOffer finds a function among those on offer.
func onOffer(c *answers.Converted, name string) (pyliteral.Dict, bool) {
	for i, n := range c.FunctionNames() {
		if n == name && n != "" {
			return c.Tools[i], true
		}
	}
	return nil, false
}

// describe reads the parameters of a function object back. Those of a type that
// ToolBench does not have, as functions of other systems may be, are free: any
// value fits.
func describe(tool pyliteral.Dict) (a toolenv.API, free []string) {
	inner := func(d pyliteral.Dict, key string) pyliteral.Dict {
		v, _ := d.Get(key)
		m, _ := v.(pyliteral.Dict)
		return m
	}
	if f := inner(tool, "function"); f != nil {
		tool = f
	}
	parameters := inner(tool, "parameters")
	v, _ := parameters.Get("required")
	list, _ := v.(pyliteral.List)
	required := map[string]bool{}
	for _, x := range list {
		if s, ok := x.(string); ok {
			required[s] = true // "" stands first in released lists
		}
	}
	a.Fractions = true // "integer" stands for a NUMBER of RapidAPI
	for _, it := range inner(parameters, "properties") {
		name, _ := it.Key.(string)
		d, _ := it.Value.(pyliteral.Dict)
		kind, _ := d.Get("type")
		word, _ := kind.(string)
		if !slices.Contains([]string{"string", "integer", "number", "boolean"}, word) {
			free = append(free, name)
		}
		p := toolenv.Parameter{Name: name, Type: map[string]string{"integer": "NUMBER", "number": "NUMBER", "boolean": "BOOLEAN"}[word]}
		if required[name] {
			a.Required = append(a.Required, p)
		} else {
			a.Optional = append(a.Optional, p)
		}
	}
	return a, free
}
