package jinja

import (
	"fmt"
	"slices"
)

// filtersAndTests parses | filter, is test and calls, in any order.
func (p *parser) filtersAndTests(e expr) (expr, error) {
	for {
		of := e
		switch {
		case p.is("|"):
			apply, err := p.filters()
			if err != nil {
				return nil, err
			}
			e = func(s *state) (any, error) {
				v, err := of(s)
				if err != nil {
					return nil, err
				}
				return apply(s, v)
			}
		case p.is("is"):
			var err error
			if e, err = p.test(of); err != nil {
				return nil, err
			}
		case p.is("("):
			var err error
			if e, err = p.postfix(e); err != nil {
				return nil, err
			}
		default:
			return e, nil
		}
	}
}

// filters parses one or more | name(arguments).
func (p *parser) filters() (func(*state, any) (any, error), error) {
	type step struct {
		name string
		f    filter
		args func(*state) (arguments, error)
	}
	var steps []step
	for p.accept("|") {
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		f, ok := filters[name]
		if !ok {
			return nil, p.fail("no filter named %q", name)
		}
		st := step{name, f, func(*state) (arguments, error) { return arguments{}, nil }}
		if p.is("(") {
			if st.args, err = p.call(); err != nil {
				return nil, err
			}
		}
		steps = append(steps, st)
	}
	return func(s *state, v any) (any, error) {
		for _, st := range steps {
			if err := s.step(); err != nil {
				return nil, err
			}
			a, err := st.args(s)
			if err != nil {
				return nil, err
			}
			if text, ok := v.(string); ok {
				s.read(text)
			}
			if v, err = s.charge(st.f(s, v, a)); err != nil {
				return nil, fmt.Errorf("filter %q: %w", st.name, err)
			}
		}
		return v, nil
	}, nil
}

// test parses is [not] name [argument].
func (p *parser) test(of expr) (expr, error) {
	p.i++
	want := !p.accept("not")
	t := p.next()
	f, ok := tests[t.text]
	if t.kind != tName && t.kind != tOp || !ok {
		return nil, p.fail("no test named %q", t.text)
	}
	args := func(*state) (arguments, error) { return arguments{}, nil }
	switch next := p.peek(); {
	case p.is("("):
		var err error
		if args, err = p.call(); err != nil {
			return nil, err
		}
	case next.kind == tString, next.kind == tInt, next.kind == tFloat, p.is("["), p.is("{"),
		next.kind == tName && !slices.Contains([]string{"else", "or", "and", "is", "if", "in", "not"}, next.text):
		e, err := p.primary()
		if err != nil {
			return nil, err
		}
		if e, err = p.postfix(e); err != nil {
			return nil, err
		}
		args = func(s *state) (arguments, error) {
			v, err := e(s)
			return arguments{pos: []any{v}}, err
		}
	}
	return func(s *state) (any, error) {
		v, err := of(s)
		if err != nil {
			return nil, err
		}
		a, err := args(s)
		if err != nil {
			return nil, err
		}
		if err := s.step(); err != nil {
			return nil, err
		}
		ok, err := f(s, v, a)
		if err != nil {
			return nil, fmt.Errorf("test %q: %w", t.text, err)
		}
		return ok == want, nil
	}, nil
}
