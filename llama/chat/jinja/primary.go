package jinja

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

func constant(v any) expr {
	return func(s *state) (any, error) {
		s.work++
		return v, s.check()
	}
}

var constants = map[string]any{"true": true, "True": true, "false": false, "False": false, "none": nil, "None": nil}

func (p *parser) primary() (expr, error) {
	t := p.next()
	switch t.kind {
	case tName:
		if v, ok := constants[t.text]; ok {
			return constant(v), nil
		}
		if !reserved[t.text] {
			return func(s *state) (any, error) {
				s.work++
				return s.get(t.text), s.check()
			}, nil
		}
	case tString:
		parts := []string{t.text}
		for p.peek().kind == tString { // 'a' 'b' is 'ab'
			parts = append(parts, p.next().text)
		}
		return constant(strings.Join(parts, "")), nil
	case tInt:
		if n, err := strconv.ParseInt(t.text, 10, 64); err == nil {
			return constant(n), nil
		}
		if n, ok := new(big.Int).SetString(t.text, 10); ok && len(t.text) < 1000 {
			return constant(n), nil
		}
	case tFloat:
		f, _ := strconv.ParseFloat(t.text, 64)
		return constant(f), nil
	case tOp:
		switch t.text {
		case "(":
			if p.accept(")") {
				return constant(pyliteral.Tuple{}), nil
			}
			e, err := p.tuple()
			if err != nil {
				return nil, err
			}
			return e, p.expect(")")
		case "[":
			list, err := p.list("]")
			return func(s *state) (any, error) {
				v, err := evalAll(s, list)
				if err == nil {
					err = s.measure(pyliteral.List(v))
				}
				return pyliteral.List(v), err
			}, err
		case "{":
			return p.dict()
		}
	}
	if t.kind != tEnd {
		p.i--
	}
	return nil, p.fail("expected an expression, found %s", p.found())
}

// list parses expressions up to a closing bracket.
func (p *parser) list(end string) ([]expr, error) {
	var list []expr
	for !p.accept(end) {
		if len(list) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
			if p.accept(end) {
				break
			}
		}
		e, err := p.expression()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func (p *parser) dict() (expr, error) {
	var keys, values []expr
	for !p.accept("}") {
		if len(keys) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
			if p.accept("}") {
				break
			}
		}
		k, err := p.expression()
		if err != nil {
			return nil, err
		}
		if err := p.expect(":"); err != nil {
			return nil, err
		}
		v, err := p.expression()
		if err != nil {
			return nil, err
		}
		keys, values = append(keys, k), append(values, v)
	}
	return func(s *state) (any, error) {
		var d dictBuilder
		for i := range keys {
			k, err := keys[i](s)
			if err != nil {
				return nil, err
			}
			v, err := values[i](s)
			if err != nil {
				return nil, err
			}
			s.read(k)
			if err := d.set(k, v); err != nil {
				return nil, err
			}
		}
		out := d.done()
		return out, s.measure(out)
	}, nil
}
