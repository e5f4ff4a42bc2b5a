package jinja

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// listFilters registers the filters that work on sequences.
func listFilters() {
	over := func(f func(s *state, list []any, a arguments) (any, error)) filter {
		return func(s *state, v any, a arguments) (any, error) {
			list, err := items(v)
			if err != nil {
				return nil, err
			}
			s.steps += len(list)
			if err := s.step(); err != nil {
				return nil, err
			}
			return f(s, list, a)
		}
	}
	filters["first"] = over(func(_ *state, list []any, a arguments) (any, error) { return end(list, 0), nil })
	filters["last"] = over(func(_ *state, list []any, a arguments) (any, error) { return end(list, len(list)-1), nil })
	filters["join"] = over(join)
	filters["map"] = over(mapFilter)
	filters["sort"] = over(sortFilter)
	filters["unique"] = over(unique)
	filters["sum"] = over(sum)
	filters["max"] = over(extreme(1))
	filters["min"] = over(extreme(-1))
	filters["select"] = over(selecting(false, true))
	filters["reject"] = over(selecting(false, false))
	filters["selectattr"] = over(selecting(true, true))
	filters["rejectattr"] = over(selecting(true, false))
	filters["reverse"] = func(_ *state, v any, a arguments) (any, error) {
		list, err := items(v)
		list = slices.Clone(list)
		slices.Reverse(list)
		if _, ok := v.(string); ok {
			return joinRunes(list), err
		}
		return pyliteral.List(list), err
	}
	filters["dictsort"] = func(_ *state, v any, a arguments) (any, error) {
		d, ok := v.(pyliteral.Dict)
		if !ok {
			return nil, fmt.Errorf("needs a dict, not %s", typeName(v))
		}
		part := 0
		if str(a.get(1, "by", "key")) == "value" {
			part = 1
		}
		return sortBy(dictItems(d), truth(a.get(0, "case_sensitive", false)), truth(a.get(2, "reverse", false)),
			func(v any) (any, error) { return v.(pyliteral.Tuple)[part], nil })
	}
}

func end(list []any, i int) any {
	if len(list) == 0 {
		return undefined{"an item of an empty sequence"}
	}
	return list[i]
}

// getter returns the function that reads a dotted attribute; "" is the value itself.
func getter(path any) func(any) (any, error) {
	if path == nil {
		return func(v any) (any, error) { return v, nil }
	}
	parts := strings.Split(str(path), ".")
	return func(v any) (any, error) {
		for _, part := range parts {
			var key any = part
			if n, err := strconv.ParseInt(part, 10, 64); err == nil {
				key = n
			}
			var err error
			if v, err = item(v, key); err != nil {
				return nil, err
			}
		}
		return v, nil
	}
}

func join(_ *state, list []any, a arguments) (any, error) {
	get := getter(a.get(1, "attribute", nil))
	texts := make([]any, len(list))
	for i, v := range list {
		v, err := get(v)
		if err != nil {
			return nil, err
		}
		texts[i] = str(v)
	}
	return joinStrings(texts, str(a.get(0, "d", "")))
}

func mapFilter(s *state, list []any, a arguments) (any, error) {
	out := make(pyliteral.List, len(list))
	if path := a.get(-1, "attribute", nil); path != nil {
		get, def := getter(path), a.get(-1, "default", nil)
		for i, v := range list {
			v, err := get(v)
			if err != nil {
				return nil, err
			}
			if _, missing := v.(undefined); missing && def != nil {
				v = def
			}
			out[i] = v
		}
		return out, nil
	}
	f, ok := filters[str(a.get(0, "", ""))]
	if !ok {
		return nil, fmt.Errorf("no filter named %q", str(a.get(0, "", "")))
	}
	for i, v := range list {
		if err := s.step(); err != nil {
			return nil, err
		}
		var err error
		if out[i], err = f(s, v, arguments{a.pos[1:], a.kw}); err != nil {
			return nil, err
		}
	}
	return out, s.measure(out)
}

// selecting keeps the items that pass (or fail) a test, of themselves or of an
// attribute.
func selecting(attr, want bool) func(*state, []any, arguments) (any, error) {
	return func(_ *state, list []any, a arguments) (any, error) {
		get := getter(nil)
		if attr {
			if len(a.pos) == 0 {
				return nil, fmt.Errorf("needs the name of an attribute")
			}
			get = getter(a.pos[0])
			a.pos = a.pos[1:]
		}
		f := typeTest(truth)
		var rest arguments
		if len(a.pos) > 0 {
			var ok bool
			if f, ok = tests[str(a.pos[0])]; !ok {
				return nil, fmt.Errorf("no test named %q", str(a.pos[0]))
			}
			rest = arguments{a.pos[1:], a.kw}
		}
		out := pyliteral.List{}
		for _, v := range list {
			x, err := get(v)
			if err != nil {
				return nil, err
			}
			ok, err := f(x, rest)
			if err != nil {
				return nil, err
			}
			if ok == want {
				out = append(out, v)
			}
		}
		return out, nil
	}
}

func sortFilter(_ *state, list []any, a arguments) (any, error) {
	return sortBy(list, truth(a.get(1, "case_sensitive", false)), truth(a.get(0, "reverse", false)), getter(a.get(2, "attribute", nil)))
}

func sortBy(list []any, caseSensitive, reverse bool, get func(any) (any, error)) (any, error) {
	type keyed struct{ key, value any }
	all := make([]keyed, len(list))
	for i, v := range list {
		k, err := get(v)
		if err != nil {
			return nil, err
		}
		all[i] = keyed{fold(k, caseSensitive), v}
	}
	var failed error
	slices.SortStableFunc(all, func(a, b keyed) int {
		c, err := order(a.key, b.key)
		if err != nil {
			failed = err
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

func unique(s *state, list []any, a arguments) (any, error) {
	get := getter(a.get(1, "attribute", nil))
	out, keys := pyliteral.List{}, []any{}
	for _, v := range list {
		k, err := get(v)
		if err != nil {
			return nil, err
		}
		k = fold(k, truth(a.get(0, "case_sensitive", false)))
		s.steps += len(keys)
		if err := s.step(); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(keys, func(x any) bool { return equal(x, k) }) {
			keys, out = append(keys, k), append(out, v)
		}
	}
	return out, nil
}

func sum(_ *state, list []any, a arguments) (any, error) {
	get := getter(a.get(0, "attribute", nil))
	total := a.get(1, "start", int64(0))
	for _, v := range list {
		x, err := get(v)
		if err != nil {
			return nil, err
		}
		if total, err = arithmetic("+", total, x); err != nil {
			return nil, err
		}
	}
	return total, nil
}

// extreme finds the largest (sign 1) or smallest item.
func extreme(sign int) func(*state, []any, arguments) (any, error) {
	return func(_ *state, list []any, a arguments) (any, error) {
		get := getter(a.get(1, "attribute", nil))
		if len(list) == 0 {
			return undefined{"an item of an empty sequence"}, nil
		}
		var best, bestKey any
		for i, v := range list {
			k, err := get(v)
			if err != nil {
				return nil, err
			}
			k = fold(k, truth(a.get(0, "case_sensitive", false)))
			c := sign
			if i > 0 {
				if c, err = order(k, bestKey); err != nil {
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
