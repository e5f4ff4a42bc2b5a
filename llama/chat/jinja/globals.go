package jinja

import (
	"fmt"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// globals are the functions that every template sees.
var globals map[string]*function

func init() {
	globals = map[string]*function{}
	for name, call := range map[string]func(*state, arguments) (any, error){
		"range":           rangeFunction,
		"namespace":       namespaceFunction,
		"dict":            dictFunction,
		"raise_exception": raiseException,
		"strftime_now":    strftimeNow,
		"joiner":          joinerFunction,
	} {
		globals[name] = &function{name, call}
	}
}

func rangeFunction(s *state, a arguments) (any, error) {
	part := [3]int64{0, 0, 1}
	for i, v := range a.pos {
		n, ok := asInt(v)
		if !ok || i > 2 {
			return nil, fmt.Errorf("range needs one to three integers")
		}
		part[i] = n
	}
	from, to, step := part[0], part[1], part[2]
	switch len(a.pos) {
	case 0:
		return nil, fmt.Errorf("range needs one to three integers")
	case 1:
		from, to = 0, part[0]
	}
	if step == 0 {
		return nil, fmt.Errorf("range: the step is zero")
	}
	out := pyliteral.List{}
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		if len(out) == maxRange {
			return nil, fmt.Errorf("range of more than %d numbers", maxRange)
		}
		out = append(out, i)
		if next := i + step; (next > i) != (step > 0) { // past the largest integer
			break
		}
	}
	return out, s.step()
}

func namespaceFunction(s *state, a arguments) (any, error) {
	d, err := dictFunction(s, a)
	if err != nil {
		return nil, err
	}
	n := &namespace{map[string]any{}}
	for _, it := range d.(pyliteral.Dict) {
		if name, ok := it.Key.(string); ok { // no other can be asked for
			n.fields[name] = it.Value
		}
	}
	return n, nil
}

func dictFunction(s *state, a arguments) (any, error) {
	var d dictBuilder
	if len(a.pos) > 1 {
		return nil, fmt.Errorf("dict takes one argument without name")
	}
	if len(a.pos) == 1 {
		from, ok := a.pos[0].(pyliteral.Dict)
		if !ok {
			return nil, fmt.Errorf("dict of a %s", typeName(a.pos[0]))
		}
		for _, it := range from {
			if err := d.set(it.Key, it.Value); err != nil {
				return nil, err
			}
		}
	}
	for _, it := range a.kw {
		if err := d.set(it.Key, it.Value); err != nil {
			return nil, err
		}
	}
	out := d.done()
	return out, s.measure(out)
}

// raiseException is how a template refuses a conversation.
func raiseException(_ *state, a arguments) (any, error) {
	return nil, fmt.Errorf("the template says: %s", str(a.get(0, "message", "")))
}

func joinerFunction(_ *state, a arguments) (any, error) {
	sep := a.get(0, "sep", ", ")
	used := false
	return &function{"joiner", func(*state, arguments) (any, error) {
		if !used {
			used = true
			return "", nil
		}
		return sep, nil
	}}, nil
}

// strftimeNow writes the current time as Python's strftime does.
func strftimeNow(s *state, a arguments) (any, error) {
	layout, ok := a.get(0, "format", nil).(string)
	if !ok {
		return nil, fmt.Errorf("strftime_now needs a format")
	}
	now := s.t.Now()
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			b.WriteByte(layout[i])
			continue
		}
		i++
		c, trim := layout[i], false
		if c == '-' && i+1 < len(layout) { // %-d: without leading zero
			i++
			c, trim = layout[i], true
		}
		text, ok := directive(now, c)
		if !ok {
			return nil, fmt.Errorf("strftime_now: unknown directive %%%c", c)
		}
		if trim {
			text = strings.TrimLeft(text[:len(text)-1], "0") + text[len(text)-1:]
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func directive(t time.Time, c byte) (string, bool) {
	if c == '%' {
		return "%", true
	}
	layouts := map[byte]string{
		'd': "02", 'b': "Jan", 'B': "January", 'Y': "2006", 'y': "06", 'm': "01", 'H': "15", 'I': "03", 'M': "04",
		'S': "05", 'p': "PM", 'A': "Monday", 'a': "Mon", 'j': "002", 'Z': "MST", 'z': "-0700", 'e': "_2",
		'F': "2006-01-02", 'T': "15:04:05", 'D': "01/02/06",
	}
	layout, ok := layouts[c]
	return t.Format(layout), ok
}
