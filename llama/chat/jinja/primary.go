package jinja

import (
	"fmt"
	"math/big"
	"strconv"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

func constant(v any) expr { return func(*state) (any, error) { return v, nil } }

var constants = map[string]any{"true": true, "True": true, "false": false, "False": false, "none": nil, "None": nil}

func (p *parser) primary() (expr, error) {
	t := p.next()
	switch t.kind {
	case tName:
		if v, ok := constants[t.text]; ok {
			return constant(v), nil
		}
		if !reserved[t.text] {
			return func(s *state) (any, error) { return s.get(t.text), nil }, nil
		}
	case tString:
		text := t.text
		for p.peek().kind == tString { // 'a' 'b' is 'ab'
			text += p.next().text
		}
		return constant(text), nil
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
		d := pyliteral.Dict{}
		for i := range keys {
			k, err := keys[i](s)
			if err != nil {
				return nil, err
			}
			v, err := values[i](s)
			if err != nil {
				return nil, err
			}
			if d, err = setKey(d, k, v); err != nil {
				return nil, err
			}
		}
		return d, s.measure(d)
	}, nil
}

func setKey(d pyliteral.Dict, k, v any) (pyliteral.Dict, error) {
	switch k.(type) {
	case nil, bool, int64, float64, string, *big.Int, pyliteral.Tuple:
	default:
		return nil, fmt.Errorf("a value of type %s cannot be a key", typeName(k))
	}
	for i := range d {
		if equal(d[i].Key, k) {
			d[i].Value = v
			return d, nil
		}
	}
	return append(d, pyliteral.Item{Key: k, Value: v}), nil
}
