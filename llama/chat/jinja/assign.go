package jinja

import (
	"fmt"
)

// target is what is assigned to: a name, a field of a namespace, or several names.
type target func(s *state, v any) error

func (p *parser) target() (target, error) {
	var parts []target
	for {
		one, err := p.targetPart()
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
		if !p.accept(",") {
			break
		}
		if p.is("in") || p.is("=") { // a trailing comma
			parts = append(parts, nil)
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	if parts[len(parts)-1] == nil {
		parts = parts[:len(parts)-1]
	}
	return func(s *state, v any) error {
		values, err := items(v)
		if err != nil {
			return err
		}
		s.spend(len(values))
		if len(values) != len(parts) {
			return fmt.Errorf("%d values for %d names", len(values), len(parts))
		}
		s.spend(4 * len(parts))
		for i, t := range parts {
			if err := t(s, values[i]); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (p *parser) targetPart() (target, error) {
	if p.accept("(") {
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer func() { p.depth-- }()
		t, err := p.target()
		if err != nil {
			return nil, err
		}
		return t, p.expect(")")
	}
	name, err := p.name()
	if err != nil {
		return nil, err
	}
	if reserved[name] {
		return nil, p.fail("%q cannot be assigned to", name)
	}
	if !p.accept(".") {
		return func(s *state, v any) error { s.set(name, v); return nil }, nil
	}
	field, err := p.name()
	return func(s *state, v any) error {
		ns, ok := s.get(name).(*namespace)
		if !ok {
			return fmt.Errorf("cannot set %s.%s: %s is no namespace", name, field, name)
		}
		ns.fields[field] = v
		return nil
	}, err
}

// reserved names stand for values or belong to the grammar.
var reserved = map[string]bool{
	"true": true, "false": true, "none": true, "True": true, "False": true, "None": true,
	"and": true, "or": true, "not": true, "in": true, "is": true, "if": true, "else": true,
}
