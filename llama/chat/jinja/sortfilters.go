package jinja

import (
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

func sortFilter(s *state, list []any, a arguments) (any, error) {
	return sortBy(s, list, truth(a.get(1, "case_sensitive", false)), truth(a.get(0, "reverse", false)), getter(s, a.get(2, "attribute", nil)))
}

func sortBy(s *state, list []any, caseSensitive, reverse bool, get func(any) (any, error)) (any, error) {
	type keyed struct{ key, value any }
	all := make([]keyed, len(list))
	for i, v := range list {
		k, err := get(v)
		if err != nil {
			return nil, err
		}
		if k, err = s.charge(fold(k, caseSensitive), nil); err != nil {
			return nil, err
		}
		all[i] = keyed{k, v}
	}
	var failed error
	slices.SortStableFunc(all, func(a, b keyed) int {
		if failed != nil {
			return 0
		}
		c, err := order(s, a.key, b.key)
		if failed = err; err == nil {
			failed = s.check()
		}
		if reverse {
			return -c
		}
		return c
	})
	out := make(pyliteral.List, len(all))
	for i, k := range all {
		out[i] = k.value
	}
	return out, failed
}

func fold(v any, caseSensitive bool) any {
	if s, ok := v.(string); ok && !caseSensitive {
		return strings.ToLower(s)
	}
	return v
}

// extreme finds the largest (sign 1) or smallest item.
func extreme(sign int) func(*state, []any, arguments) (any, error) {
	return func(s *state, list []any, a arguments) (any, error) {
		get := getter(s, a.get(1, "attribute", nil))
		if len(list) == 0 {
			return undefined{"an item of an empty sequence"}, nil
		}
		var best, bestKey any
		for i, v := range list {
			k, err := get(v)
			if err != nil {
				return nil, err
			}
			if k, err = s.charge(fold(k, truth(a.get(0, "case_sensitive", false))), nil); err != nil {
				return nil, err
			}
			c := sign
			if i > 0 {
				if c, err = order(s, k, bestKey); err != nil {
					return nil, err
				}
			}
			if i == 0 || c*sign > 0 {
				best, bestKey = v, k
			}
		}
		return best, nil
	}
}
