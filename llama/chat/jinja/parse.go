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
			err = s.step()
		}
		if err == nil {
			err = s.write(str(v))
		}
		return at(line, err)
	}
}
