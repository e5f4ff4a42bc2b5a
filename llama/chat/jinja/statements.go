package jinja

import (
	"fmt"
)

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
		v, err := captured(s, body, apply)
		if err != nil {
			return err
		}
		return to(s, v)
	}, nil
}

// captured is what a block writes, after filters.
func captured(s *state, body node, apply func(*state, any) (any, error)) (any, error) {
	s.push()
	text, err := s.capture(func() error { return body(s) })
	s.pop()
	if err != nil {
		return nil, err
	}
	return apply(s, text)
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
		v, err := captured(s, body, apply)
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
