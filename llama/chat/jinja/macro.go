package jinja

import (
	"fmt"
)

func (p *parser) macroStatement() (node, error) {
	name, err := p.name()
	if err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var params []string
	var defaults []expr
	for !p.accept(")") {
		if len(params) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		param, err := p.name()
		if err != nil {
			return nil, err
		}
		var def expr
		if p.accept("=") {
			if def, err = p.expression(); err != nil {
				return nil, err
			}
		}
		if params, defaults = append(params, param), append(defaults, def); len(params) > maxArguments {
			return nil, p.fail("more than %d parameters", maxArguments)
		}
	}
	body, err := p.wrapped("endmacro")
	if err != nil {
		return nil, err
	}
	return func(s *state) error {
		home := s.scope
		s.set(name, &function{name, func(s *state, a arguments) (any, error) {
			if err := a.check(name, len(params), params...); err != nil {
				return nil, err
			}
			s.spend(stepWork * len(params))
			if err := s.nest(); err != nil {
				return nil, err
			}
			caller := s.scope
			s.scope = &scope{map[string]any{}, home}
			defer func() { s.scope, s.depth = caller, s.depth-1 }()
			for i, param := range params {
				v := a.get(i, param, undefined{fmt.Sprintf("parameter %q", param)})
				if _, missing := v.(undefined); missing && defaults[i] != nil {
					var err error
					if v, err = defaults[i](s); err != nil {
						return nil, err
					}
				}
				s.set(param, v)
			}
			return s.capture(func() error { return body(s) })
		}})
		return nil
	}, nil
}
