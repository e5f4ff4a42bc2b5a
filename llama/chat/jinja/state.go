package jinja

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// state is one rendering.
type state struct {
	t     *Template
	scope *scope
	out   *strings.Builder
	work  int // units spent so far
	size  int // bytes written so far, inner buffers included
	depth int

	indexes map[dictPlace]keyIndex // of large dicts
}

// scope holds the names of a block. Loops and macros open one; if does not.
type scope struct {
	vars  map[string]any
	outer *scope
}

func (s *state) push() { s.scope = &scope{map[string]any{}, s.scope} }
func (s *state) pop()  { s.scope = s.scope.outer }

func (s *state) set(name string, v any) { s.scope.vars[name] = v }

func (s *state) get(name string) any {
	for sc := s.scope; sc != nil; sc = sc.outer {
		s.work++
		if v, ok := sc.vars[name]; ok {
			return v
		}
	}
	if f, ok := globals[name]; ok {
		return f
	}
	s.work += stepWork
	return undefined{fmt.Sprintf("%q", name)}
}

func (s *state) write(text string) error {
	if s.size += len(text); s.size > maxOutput {
		return fmt.Errorf("the template makes more than %d bytes", maxOutput)
	}
	s.out.WriteString(text)
	return nil
}

// capture runs f and returns what it wrote.
func (s *state) capture(f func() error) (string, error) {
	outer := s.out
	s.out = new(strings.Builder)
	defer func() { s.out = outer }()
	err := f()
	return s.out.String(), err
}

// nest guards recursion of macros.
func (s *state) nest() error {
	if s.depth++; s.depth > maxDepth {
		return fmt.Errorf("macros call each other more than %d deep", maxDepth)
	}
	return nil
}

// Template is a compiled template; it is safe for concurrent use.
type Template struct {
	body node
	// Now is the clock of strftime_now.
	Now  func() time.Time
	work int // units that a rendering may spend
}

// Parse compiles a template. Errors are of type *Error.
func Parse(source string) (*Template, error) {
	if len(source) > maxSource {
		return nil, &Error{1, fmt.Sprintf("a template of %d bytes; at most %d are read", len(source), maxSource)}
	}
	tokens, err := lex(source)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	body, _, err := p.block()
	if err != nil {
		return nil, err
	}
	return &Template{body: body, Now: time.Now, work: maxWork}, nil
}

// Render runs the template with variables, whose values are those of pyliteral.
func (t *Template) Render(variables pyliteral.Dict) (string, error) {
	s := &state{t: t, scope: &scope{map[string]any{}, nil}, out: new(strings.Builder)}
	for _, it := range variables {
		name, ok := it.Key.(string)
		if !ok {
			panic(fmt.Sprintf("jinja: Render: variable %s is not named by a string", pyliteral.Repr(it.Key)))
		}
		s.scope.vars[name] = it.Value
	}
	s.push() // {% set %} does not change what was given
	switch err := t.body(s); {
	case err == errBreak, err == errContinue:
		return "", &Error{0, "break or continue outside of a loop"}
	case err != nil:
		return "", err
	}
	return s.out.String(), nil
}

// Loop controls travel as errors.
var errBreak, errContinue = errors.New("break"), errors.New("continue")

// at adds a line to an error that has none.
func at(line int, err error) error {
	var e *Error
	if err == nil || err == errBreak || err == errContinue || errors.As(err, &e) {
		return err
	}
	return &Error{line, err.Error()}
}
