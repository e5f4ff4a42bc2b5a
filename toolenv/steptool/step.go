package steptool

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// StepCall is a step of an annotation taken apart.
type StepCall struct {
	Name, Arguments string // Name may be empty: models leave it out at times
	Response        string // "" for Finish
}

// ParseStep reads "Step 3: {'name': …, 'arguments': …, 'response': …}".
func ParseStep(text string) (StepCall, error) {
	_, literal, ok := strings.Cut(text, ": ")
	if !ok {
		return StepCall{}, fmt.Errorf("step %.40q has no %q", text, ": ")
	}
	v, err := pyliteral.Parse(literal)
	if err != nil {
		return StepCall{}, fmt.Errorf("step %.20q: %w", text, err)
	}
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return StepCall{}, fmt.Errorf("step %.20q holds no dict", text)
	}
	var c StepCall
	for key, to := range map[string]*string{"name": &c.Name, "arguments": &c.Arguments, "response": &c.Response} {
		if v, ok := d.Get(key); ok {
			*to = pyliteral.Str(v)
		}
	}
	if _, ok := d.Get("name"); !ok {
		return StepCall{}, fmt.Errorf("step %.20q has no name", text)
	}
	return c, nil
}
