package jinja

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// The grammar, loosest first: a if b else c; or; and; not; comparisons; + -;
// ~; * / // %; unary - +; **; filters, tests and calls; attributes.

// tuple parses expressions separated by commas.
func (p *parser) tuple() (expr, error) { return p.tupleOf(p.expression) }

// tupleWithoutIf is for what a loop runs over, where if begins its condition.
func (p *parser) tupleWithoutIf() (expr, error) { return p.tupleOf(p.or) }

func (p *parser) tupleOf(one func() (expr, error)) (expr, error) {
	first, err := one()
	if err != nil || !p.is(",") {
		return first, err
	}
	list := []expr{first}
	for p.accept(",") {
		if t := p.peek(); t.kind == tClose || p.is(")") || p.is("]") || p.is("}") || p.is("=") {
			break
		}
		e, err := one()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return func(s *state) (any, error) {
		v, err := evalAll(s, list)
		if err == nil {
			err = s.measure(pyliteral.Tuple(v))
		}
		return pyliteral.Tuple(v), err
	}, nil
}

func evalAll(s *state, list []expr) ([]any, error) {
	out := make([]any, len(list))
	for i, e := range list {
		var err error
		if out[i], err = e(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *parser) expression() (expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	e, err := p.or()
	for err == nil && p.accept("if") {
		var cond, other expr
		if cond, err = p.or(); err != nil {
			return nil, err
		}
		if p.accept("else") {
			if other, err = p.expression(); err != nil {
				return nil, err
			}
		}
		then := e
		e = func(s *state) (any, error) {
			c, err := cond(s)
			if err != nil {
				return nil, err
			}
			if truth(c) {
				return then(s)
			}
			if other == nil {
				return undefined{"the value of an if without else"}, nil
			}
			return other(s)
		}
	}
	return e, err
}

func (p *parser) or() (expr, error)  { return p.logical("or", true, p.and) }
func (p *parser) and() (expr, error) { return p.logical("and", false, p.not) }

// logical parses a chain whose value is that of the first operand that decides it.
func (p *parser) logical(word string, decides bool, operand func() (expr, error)) (expr, error) {
	e, err := operand()
	for err == nil && p.accept(word) {
		left := e
		var right expr
		if right, err = operand(); err != nil {
			return nil, err
		}
		e = func(s *state) (any, error) {
			v, err := left(s)
			if err != nil || truth(v) == decides {
				return v, err
			}
			return right(s)
		}
	}
	return e, err
}

func (p *parser) not() (expr, error) {
	if !p.accept("not") {
		return p.comparison()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	e, err := p.not()
	return func(s *state) (any, error) {
		v, err := e(s)
		return !truth(v), err
	}, err
}

func (p *parser) comparator() string {
	t := p.peek()
	switch {
	case t.kind == tOp && slices.Contains([]string{"==", "!=", "<", "<=", ">", ">="}, t.text), t.kind == tName && t.text == "in":
		p.i++
		return t.text
	case p.is("not") && p.tokens[p.i+1].kind == tName && p.tokens[p.i+1].text == "in":
		p.i += 2
		return "not in"
	}
	return ""
}

// comparison parses a chain: a < b < c means a < b and b < c.
func (p *parser) comparison() (expr, error) {
	first, err := p.sum()
	if err != nil {
		return nil, err
	}
	var ops []string
	operands := []expr{first}
	for op := p.comparator(); op != ""; op = p.comparator() {
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		ops, operands = append(ops, op), append(operands, e)
	}
	if len(ops) == 0 {
		return first, nil
	}
	return func(s *state) (any, error) {
		left, err := operands[0](s)
		if err != nil {
			return nil, err
		}
		for i, op := range ops {
			right, err := operands[i+1](s)
			if err != nil {
				return nil, err
			}
			if ok, err := compare(op, left, right); !ok || err != nil {
				return false, err
			}
			left = right
		}
		return true, nil
	}, nil
}

func (p *parser) sum() (expr, error)    { return p.binary(p.concat, "+", "-") }
func (p *parser) concat() (expr, error) { return p.binary(p.term, "~") }
func (p *parser) term() (expr, error)   { return p.binary(p.power, "*", "/", "//", "%") }
func (p *parser) power() (expr, error) {
	return p.binary(func() (expr, error) { return p.unary(true) }, "**")
}

func (p *parser) binary(operand func() (expr, error), ops ...string) (expr, error) {
	e, err := operand()
	for err == nil && p.peek().kind == tOp && slices.Contains(ops, p.peek().text) {
		op := p.next().text
		left := e
		var right expr
		if right, err = operand(); err != nil {
			return nil, err
		}
		e = func(s *state) (any, error) {
			a, err := left(s)
			if err != nil {
				return nil, err
			}
			b, err := right(s)
			if err != nil {
				return nil, err
			}
			if err := s.step(); err != nil {
				return nil, err
			}
			return s.charge(arithmetic(op, a, b))
		}
	}
	return e, err
}

func (p *parser) unary(filters bool) (expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	var e expr
	var err error
	switch {
	case p.accept("-"):
		if e, err = p.unary(false); err == nil {
			e = negated(e)
		}
	case p.accept("+"):
		e, err = p.unary(false)
	default:
		if e, err = p.primary(); err == nil {
			e, err = p.postfix(e)
		}
	}
	if err == nil && filters {
		e, err = p.filtersAndTests(e)
	}
	return e, err
}

func negated(e expr) expr {
	return func(s *state) (any, error) {
		v, err := e(s)
		if err != nil {
			return nil, err
		}
		if f, ok := v.(float64); ok {
			return -f, nil
		}
		return arithmetic("-", int64(0), v)
	}
}

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
