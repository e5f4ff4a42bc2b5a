package pyliteral

import (
	"math/big"
	"strconv"
	"strings"
)

// number reads an integer or a float.
func (p *scanner) number() (any, error) {
	start := p.i
	if c := p.peek(); c == '-' || c == '+' {
		p.i++
		if strings.HasPrefix(p.s[p.i:], "Infinity") && p.json {
			p.i += len("Infinity")
			return negInf, nil
		}
	}
	digits := func() (n int) {
		for p.peek() >= '0' && p.peek() <= '9' {
			p.i++
			n++
		}
		return
	}
	first := p.i
	whole := digits()
	zeros := whole > 1 && p.s[first] == '0'
	float := false
	if p.peek() == '.' && (whole > 0 || !p.json) {
		p.i++
		n := digits()
		float = true
		if n == 0 && (p.json || whole == 0) {
			return nil, p.fail("expected a digit, found %s", p.found())
		}
	} else if whole == 0 {
		return nil, p.fail("expected a digit, found %s", p.found())
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.i++
		if c := p.peek(); c == '-' || c == '+' {
			p.i++
		}
		if digits() == 0 {
			return nil, p.fail("expected a digit of the exponent, found %s", p.found())
		}
		float = true
	}
	text := p.s[start:p.i]
	if zeros && (p.json || !float) {
		return nil, p.failAt(start, "number %.20q begins with a zero", text)
	}
	if c := p.peek(); c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' {
		return nil, p.fail("expected the end of a number, found %s", p.found())
	}
	if float {
		f, _ := strconv.ParseFloat(text, 64) // out of range gives ±Inf, as in Python
		return f, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	const maxDigits = 4300 // Python's own limit
	if whole <= maxDigits {
		if n, ok := new(big.Int).SetString(text, 10); ok {
			return n, nil
		}
	}
	return nil, p.failAt(start, "an integer of %d digits", whole)
}
