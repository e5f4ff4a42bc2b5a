package jinja

import (
	"fmt"
	"strconv"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// postfix parses .name, [item] and (arguments) behind an expression.
func (p *parser) postfix(e expr) (expr, error) {
	for {
		of := e
		switch {
		case p.accept("."):
			t := p.next()
			if t.kind == tInt { // x.0 is x[0]
				i, _ := strconv.ParseInt(t.text, 10, 64)
				e = func(s *state) (any, error) { return subscript(s, of, constant(i)) }
				continue
			}
			if t.kind != tName {
				return nil, p.fail("expected the name of an attribute, found %q", t.text)
			}
			e = func(s *state) (any, error) {
				v, err := of(s)
				if err != nil {
					return nil, err
				}
				return attribute(s, v, t.text)
			}
		case p.accept("["):
			var err error
			if e, err = p.subscript(of); err != nil {
				return nil, err
			}
		case p.is("("):
			call, err := p.call()
			if err != nil {
				return nil, err
			}
			e = func(s *state) (any, error) {
				f, err := of(s)
				if err != nil {
					return nil, err
				}
				return invoke(s, f, call)
			}
		default:
			return e, nil
		}
	}
}

func invoke(s *state, f any, call func(*state) (arguments, error)) (any, error) {
	fn, ok := f.(*function)
	if u, isUndefined := f.(undefined); isUndefined {
		return nil, u.err()
	}
	if !ok {
		return nil, fmt.Errorf("a value of type %s cannot be called", typeName(f))
	}
	a, err := call(s)
	if err != nil {
		return nil, err
	}
	if err := s.step(); err != nil {
		return nil, err
	}
	return s.charge(fn.call(s, a))
}

// call parses arguments in parentheses.
func (p *parser) call() (func(*state) (arguments, error), error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var pos, kw []expr
	var names []string
	given := map[string]bool{}
	for !p.accept(")") {
		if len(pos)+len(kw) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
			if p.accept(")") {
				break
			}
		}
		name := ""
		if t := p.peek(); t.kind == tName && p.tokens[p.i+1].kind == tOp && p.tokens[p.i+1].text == "=" {
			name = t.text
			p.i += 2
			if given[name] {
				return nil, p.fail("argument %q is given twice", name)
			}
			given[name] = true
		} else if len(kw) > 0 {
			return nil, p.fail("an argument without name follows one with a name")
		}
		e, err := p.expression()
		if err != nil {
			return nil, err
		}
		if name == "" {
			pos = append(pos, e)
		} else {
			kw, names = append(kw, e), append(names, name)
		}
		if len(pos)+len(kw) > maxArguments {
			return nil, p.fail("more than %d arguments", maxArguments)
		}
	}
	return func(s *state) (a arguments, err error) {
		if a.pos, err = evalAll(s, pos); err != nil {
			return a, err
		}
		values, err := evalAll(s, kw)
		s.spend(len(values) * len(values) / 4) // finding them by name
		for i, v := range values {
			a.kw = append(a.kw, pyliteral.Item{Key: names[i], Value: v})
		}
		return a, err
	}, nil
}

// subscript parses what stands in brackets: an item or a slice.
func (p *parser) subscript(of expr) (expr, error) {
	var parts [3]expr
	colons := 0
	for !p.accept("]") {
		if p.accept(":") {
			if colons++; colons > 2 {
				return nil, p.fail("a slice has at most three parts")
			}
			continue
		}
		if parts[colons] != nil {
			return nil, p.fail("expected \"]\", found %s", p.found())
		}
		e, err := p.tuple()
		if err != nil {
			return nil, err
		}
		parts[colons] = e
	}
	if colons == 0 {
		if parts[0] == nil {
			return nil, p.fail("empty brackets")
		}
		return func(s *state) (any, error) { return subscript(s, of, parts[0]) }, nil
	}
	return func(s *state) (any, error) {
		v, err := of(s)
		if err != nil {
			return nil, err
		}
		var bounds [3]any
		for i, e := range parts {
			if e != nil {
				if bounds[i], err = e(s); err != nil {
					return nil, err
				}
			}
		}
		if text, ok := v.(string); ok {
			s.read(text)
		}
		if err := s.step(); err != nil {
			return nil, err
		}
		return s.charge(slice(v, bounds))
	}, nil
}

func subscript(s *state, of, index expr) (any, error) {
	v, err := of(s)
	if err != nil {
		return nil, err
	}
	i, err := index(s)
	if err != nil {
		return nil, err
	}
	return item(s, v, i)
}
