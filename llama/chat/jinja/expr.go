package jinja

import (
	"slices"

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
			if ok, err := compare(s, op, left, right); !ok || err != nil {
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
			return s.charge(arithmetic(s, op, a, b))
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
		return arithmetic(s, "-", int64(0), v)
	}
}
