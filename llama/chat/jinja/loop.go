package jinja

import (
	"fmt"
)

// loop is the variable of that name inside of {% for %}.
type loop struct {
	items   []any
	index   int // from 0
	changed []any
}

func (l *loop) attribute(name string) (any, bool) {
	n := int64(len(l.items))
	i := int64(l.index)
	neighbour := func(k int) any {
		if k < 0 || k >= len(l.items) {
			return undefined{"loop." + name}
		}
		return l.items[k]
	}
	switch name {
	case "index":
		return i + 1, true
	case "index0":
		return i, true
	case "revindex":
		return n - i, true
	case "revindex0":
		return n - i - 1, true
	case "first":
		return i == 0, true
	case "last":
		return i == n-1, true
	case "length":
		return n, true
	case "depth": // it counts recursive loops, which do not exist here
		return int64(1), true
	case "depth0":
		return int64(0), true
	case "previtem":
		return neighbour(l.index - 1), true
	case "nextitem":
		return neighbour(l.index + 1), true
	case "cycle":
		return &function{"cycle", func(_ *state, a arguments) (any, error) {
			if len(a.pos) == 0 {
				return nil, fmt.Errorf("loop.cycle needs values to cycle through")
			}
			return a.pos[l.index%len(a.pos)], nil
		}}, true
	case "changed":
		return &function{"changed", func(s *state, a arguments) (any, error) {
			same := l.changed != nil && equalItems(s, l.changed, a.pos)
			l.changed = append([]any{}, a.pos...)
			return !same, nil
		}}, true
	}
	return nil, false
}

func (p *parser) forStatement() (node, error) {
	to, err := p.target()
	if err != nil {
		return nil, err
	}
	if err := p.expect("in"); err != nil {
		return nil, err
	}
	over, err := p.tupleWithoutIf()
	if err != nil {
		return nil, err
	}
	var cond expr
	if p.accept("if") {
		if cond, err = p.expression(); err != nil {
			return nil, err
		}
	}
	if p.is("recursive") {
		return nil, p.fail("recursive loops are not supported")
	}
	if err := p.close(); err != nil {
		return nil, err
	}
	body, end, err := p.block("else", "endfor")
	if err != nil {
		return nil, err
	}
	var empty node
	if end == "else" {
		if err := p.close(); err != nil {
			return nil, err
		}
		if empty, _, err = p.block("endfor"); err != nil {
			return nil, err
		}
	}
	return func(s *state) error {
		v, err := over(s)
		if err != nil {
			return err
		}
		list, err := items(v)
		if err != nil {
			return err
		}
		if _, ok := sequence(v); !ok {
			s.spend(len(list))
		}
		if cond != nil {
			if list, err = filtered(s, list, to, cond); err != nil {
				return err
			}
		}
		if len(list) == 0 {
			if empty == nil {
				return nil
			}
			s.push()
			defer s.pop()
			return empty(s)
		}
		l := &loop{items: list}
		for i := range list {
			if err := s.step(); err != nil {
				return err
			}
			l.index = i
			switch err := iteration(s, l, to, body); err {
			case nil, errContinue:
			case errBreak:
				return nil
			default:
				return err
			}
		}
		return nil
	}, p.close()
}

func iteration(s *state, l *loop, to target, body node) error {
	s.push()
	defer s.pop()
	s.set("loop", l)
	if err := to(s, l.items[l.index]); err != nil {
		return err
	}
	return body(s)
}

func filtered(s *state, list []any, to target, cond expr) ([]any, error) {
	var out []any
	for _, v := range list {
		if err := s.step(); err != nil {
			return nil, err
		}
		s.push()
		err := to(s, v)
		var keep any
		if err == nil {
			keep, err = cond(s)
		}
		s.pop()
		if err != nil {
			return nil, err
		}
		if truth(keep) {
			out = append(out, v)
		}
	}
	return out, nil
}
