package jinja

import (
	"fmt"
	"slices"
)

// node is a compiled statement, expr a compiled expression.
type (
	node func(s *state) error
	expr func(s *state) (any, error)
)

type parser struct {
	tokens []token
	i      int
	depth  int
}

func (p *parser) peek() token { return p.tokens[p.i] }

func (p *parser) next() token {
	t := p.tokens[p.i]
	if t.kind != tEnd {
		p.i++
	}
	return t
}

func (p *parser) fail(format string, args ...any) error {
	return &Error{p.peek().line, fmt.Sprintf(format, args...)}
}

// is tells whether the next token is the operator or name given.
func (p *parser) is(text string) bool {
	t := p.peek()
	return (t.kind == tOp || t.kind == tName) && t.text == text
}

// accept takes the operator or name if it is next.
func (p *parser) accept(text string) bool {
	if p.is(text) {
		p.i++
		return true
	}
	return false
}

func (p *parser) expect(text string) error {
	if !p.accept(text) {
		return p.fail("expected %q, found %s", text, p.found())
	}
	return nil
}

func (p *parser) found() string {
	switch t := p.peek(); t.kind {
	case tEnd:
		return "the end of the template"
	case tText:
		return "text"
	case tString:
		return fmt.Sprintf("the string %.20q", t.text)
	default:
		return fmt.Sprintf("%q", t.text)
	}
}

func (p *parser) name() (string, error) {
	t := p.peek()
	if t.kind != tName {
		return "", p.fail("expected a name, found %s", p.found())
	}
	p.i++
	return t.text, nil
}

func (p *parser) close() error {
	if p.peek().kind != tClose {
		return p.fail("expected the end of the tag, found %s", p.found())
	}
	p.i++
	return nil
}

// enter bounds how deep a template nests, since the parser recurses.
func (p *parser) enter() error {
	if p.depth++; p.depth > maxDepth {
		return p.fail("nested more than %d deep", maxDepth)
	}
	return nil
}

// block parses statements up to one of the tags that end it, whose name it has
// taken when it returns ("" at the end of the template).
func (p *parser) block(ends ...string) (node, string, error) {
	if err := p.enter(); err != nil {
		return nil, "", err
	}
	defer func() { p.depth-- }()
	var body []node
	run := func(s *state) error {
		for _, n := range body {
			if err := n(s); err != nil {
				return err
			}
		}
		return nil
	}
	for {
		t := p.next()
		switch {
		case t.kind == tEnd:
			if len(ends) > 0 {
				return nil, "", p.fail("the template ends before %q", ends[len(ends)-1])
			}
			return run, "", nil
		case t.kind == tText:
			body = append(body, func(s *state) error { return s.write(t.text) })
		case t.text == "{{":
			e, err := p.tuple()
			if err != nil {
				return nil, "", err
			}
			if err := p.close(); err != nil {
				return nil, "", err
			}
			body = append(body, output(t.line, e))
		default:
			tag := p.next()
			if tag.kind != tName {
				p.i--
				return nil, "", p.fail("expected the name of a statement, found %s", p.found())
			}
			if slices.Contains(ends, tag.text) {
				return run, tag.text, nil
			}
			n, err := p.statement(tag)
			if err != nil {
				return nil, "", err
			}
			body = append(body, func(s *state) error {
				if err := s.step(); err != nil {
					return at(tag.line, err)
				}
				return at(tag.line, n(s))
			})
		}
	}
}

func output(line int, e expr) node {
	return func(s *state) error {
		v, err := e(s)
		if err == nil {
			err = s.write(str(v))
		}
		return at(line, err)
	}
}

func (p *parser) statement(tag token) (node, error) {
	switch tag.text {
	case "if":
		return p.ifStatement()
	case "for":
		return p.forStatement()
	case "set":
		return p.setStatement()
	case "macro":
		return p.macroStatement()
	case "filter":
		return p.filterStatement()
	case "with":
		return p.withStatement()
	case "generation": // marks what a model says; it changes nothing here
		return p.wrapped("endgeneration")
	case "break", "continue":
		control := errBreak
		if tag.text == "continue" {
			control = errContinue
		}
		return func(*state) error { return control }, p.close()
	case "include", "import", "from", "extends", "block", "call", "do", "trans", "autoescape":
		return nil, &Error{tag.line, fmt.Sprintf("statement %q is not available in chat templates", tag.text)}
	}
	return nil, &Error{tag.line, fmt.Sprintf("unknown statement %q", tag.text)}
}

// wrapped parses "%} … {% end %}".
func (p *parser) wrapped(end string) (node, error) {
	if err := p.close(); err != nil {
		return nil, err
	}
	body, _, err := p.block(end)
	if err != nil {
		return nil, err
	}
	return body, p.close()
}

func (p *parser) ifStatement() (node, error) {
	type branch struct {
		cond expr
		body node
	}
	var branches []branch
	for tag := "if"; tag != "endif"; {
		var b branch
		var err error
		if tag == "else" {
			b.cond = func(*state) (any, error) { return true, nil }
		} else if b.cond, err = p.tuple(); err != nil {
			return nil, err
		}
		if err := p.close(); err != nil {
			return nil, err
		}
		ends := []string{"elif", "else", "endif"}
		if tag == "else" {
			ends = ends[2:]
		}
		if b.body, tag, err = p.block(ends...); err != nil {
			return nil, err
		}
		branches = append(branches, b)
	}
	return func(s *state) error {
		for _, b := range branches {
			v, err := b.cond(s)
			if err != nil {
				return err
			}
			if truth(v) {
				return b.body(s)
			}
		}
		return nil
	}, p.close()
}

// target is what is assigned to: a name, a field of a namespace, or several names.
type target func(s *state, v any) error

func (p *parser) target() (target, error) {
	var parts []target
	for {
		one, err := p.targetPart()
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
		if !p.accept(",") {
			break
		}
		if p.is("in") || p.is("=") { // a trailing comma
			parts = append(parts, nil)
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	if parts[len(parts)-1] == nil {
		parts = parts[:len(parts)-1]
	}
	return func(s *state, v any) error {
		values, err := items(v)
		if err != nil {
			return err
		}
		if len(values) != len(parts) {
			return fmt.Errorf("%d values for %d names", len(values), len(parts))
		}
		for i, t := range parts {
			if err := t(s, values[i]); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (p *parser) targetPart() (target, error) {
	if p.accept("(") {
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer func() { p.depth-- }()
		t, err := p.target()
		if err != nil {
			return nil, err
		}
		return t, p.expect(")")
	}
	name, err := p.name()
	if err != nil {
		return nil, err
	}
	if reserved[name] {
		return nil, p.fail("%q cannot be assigned to", name)
	}
	if !p.accept(".") {
		return func(s *state, v any) error { s.set(name, v); return nil }, nil
	}
	field, err := p.name()
	return func(s *state, v any) error {
		ns, ok := s.get(name).(*namespace)
		if !ok {
			return fmt.Errorf("cannot set %s.%s: %s is no namespace", name, field, name)
		}
		ns.set(field, v)
		return nil
	}, err
}

func (p *parser) setStatement() (node, error) {
	to, err := p.target()
	if err != nil {
		return nil, err
	}
	if p.accept("=") {
		e, err := p.tuple()
		if err != nil {
			return nil, err
		}
		return func(s *state) error {
			v, err := e(s)
			if err != nil {
				return err
			}
			return to(s, v)
		}, p.close()
	}
	// {% set x %} … {% endset %}, perhaps through filters
	apply := func(_ *state, v any) (any, error) { return v, nil }
	if p.is("|") {
		if apply, err = p.filters(); err != nil {
			return nil, err
		}
	}
	body, err := p.wrapped("endset")
	if err != nil {
		return nil, err
	}
	return func(s *state) error {
		s.push()
		text, err := s.capture(func() error { return body(s) })
		s.pop()
		if err != nil {
			return err
		}
		v, err := apply(s, text)
		if err != nil {
			return err
		}
		return to(s, v)
	}, nil
}

func (p *parser) filterStatement() (node, error) {
	p.i--
	p.tokens[p.i] = token{tOp, "|", p.tokens[p.i].line} // "filter f" reads as "| f"
	apply, err := p.filters()
	if err != nil {
		return nil, err
	}
	body, err := p.wrapped("endfilter")
	if err != nil {
		return nil, err
	}
	return func(s *state) error {
		s.push()
		text, err := s.capture(func() error { return body(s) })
		s.pop()
		if err != nil {
			return err
		}
		v, err := apply(s, text)
		if err != nil {
			return err
		}
		return s.write(str(v))
	}, nil
}

func (p *parser) withStatement() (node, error) {
	var names []target
	var values []expr
	for p.peek().kind != tClose {
		if len(names) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		to, err := p.targetPart()
		if err != nil {
			return nil, err
		}
		if err := p.expect("="); err != nil {
			return nil, err
		}
		e, err := p.expression()
		if err != nil {
			return nil, err
		}
		names, values = append(names, to), append(values, e)
	}
	body, err := p.wrapped("endwith")
	if err != nil {
		return nil, err
	}
	return func(s *state) error {
		given := make([]any, len(values))
		for i, e := range values {
			var err error
			if given[i], err = e(s); err != nil {
				return err
			}
		}
		s.push()
		defer s.pop()
		for i, to := range names {
			if err := to(s, given[i]); err != nil {
				return err
			}
		}
		return body(s)
	}, nil
}

// reserved names stand for values or belong to the grammar.
var reserved = map[string]bool{
	"true": true, "false": true, "none": true, "True": true, "False": true, "None": true,
	"and": true, "or": true, "not": true, "in": true, "is": true, "if": true, "else": true,
}

func (p *parser) macroStatement() (node, error) {
	name, err := p.name()
	if err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var params []string
	var defaults []expr
	for !p.accept(")") {
		if len(params) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		param, err := p.name()
		if err != nil {
			return nil, err
		}
		var def expr
		if p.accept("=") {
			if def, err = p.expression(); err != nil {
				return nil, err
			}
		}
		params, defaults = append(params, param), append(defaults, def)
	}
	body, err := p.wrapped("endmacro")
	if err != nil {
		return nil, err
	}
	return func(s *state) error {
		home := s.scope
		s.set(name, &function{name, func(s *state, a arguments) (any, error) {
			if err := a.check(name, len(params), params...); err != nil {
				return nil, err
			}
			if err := s.nest(); err != nil {
				return nil, err
			}
			caller := s.scope
			s.scope = &scope{map[string]any{}, home}
			defer func() { s.scope, s.depth = caller, s.depth-1 }()
			for i, param := range params {
				v := a.get(i, param, undefined{fmt.Sprintf("parameter %q", param)})
				if _, missing := v.(undefined); missing && defaults[i] != nil {
					var err error
					if v, err = defaults[i](s); err != nil {
						return nil, err
					}
				}
				s.set(param, v)
			}
			return s.capture(func() error { return body(s) })
		}})
		return nil
	}, nil
}
