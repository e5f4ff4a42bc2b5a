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
			s.spend(len(list))
			if err := s.step(); err != nil {
				return nil, err
			}
			return f(s, list, a)
		}
	}
	filters["first"] = end(func(int) int { return 0 })
	filters["last"] = end(func(n int) int { return n - 1 })
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
	filters["dictsort"] = func(s *state, v any, a arguments) (any, error) {
		d, ok := v.(pyliteral.Dict)
		if !ok {
			return nil, fmt.Errorf("needs a dict, not %s", typeName(v))
		}
		part := 0
		if str(a.get(1, "by", "key")) == "value" {
			part = 1
		}
		return sortBy(s, dictItems(d), truth(a.get(0, "case_sensitive", false)), truth(a.get(2, "reverse", false)),
			func(v any) (any, error) { return v.(pyliteral.Tuple)[part], nil })
	}
}

// end returns one item, whatever the length of the list.
func end(at func(n int) int) filter {
	return func(s *state, v any, a arguments) (any, error) {
		if _, ok := sequence(v); !ok {
			s.read(v)
		}
		list, err := items(v)
		if err != nil || len(list) == 0 {
			return undefined{"an item of an empty sequence"}, err
		}
		return list[at(len(list))], nil
	}
}

// getter returns the function that reads a dotted attribute; "" is the value itself.
func getter(s *state, path any) func(any) (any, error) {
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
			if v, err = item(s, v, key); err != nil {
				return nil, err
			}
			if err := s.check(); err != nil {
				return nil, err
			}
		}
		return v, nil
	}
}

func join(s *state, list []any, a arguments) (any, error) {
	get := getter(s, a.get(1, "attribute", nil))
	texts := make([]any, len(list))
	for i, v := range list {
		v, err := get(v)
		if err != nil {
			return nil, err
		}
		if texts[i], err = s.text(v); err != nil {
			return nil, err
		}
	}
	return joinStrings(texts, str(a.get(0, "d", "")))
}

func mapFilter(s *state, list []any, a arguments) (any, error) {
	out := make(pyliteral.List, len(list))
	if path := a.get(-1, "attribute", nil); path != nil {
		get, def := getter(s, path), a.get(-1, "default", nil)
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
		if out[i], err = s.charge(f(s, v, arguments{a.pos[1:], a.kw})); err != nil {
			return nil, err
		}
	}
	return out, s.measure(out)
}

// selecting keeps the items that pass (or fail) a test, of themselves or of an
// attribute.
func selecting(attr, want bool) func(*state, []any, arguments) (any, error) {
	return func(s *state, list []any, a arguments) (any, error) {
		get := getter(s, nil)
		if attr {
			if len(a.pos) == 0 {
				return nil, fmt.Errorf("needs the name of an attribute")
			}
			get = getter(s, a.pos[0])
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
			if err := s.step(); err != nil {
				return nil, err
			}
			ok, err := f(s, x, rest)
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

func unique(s *state, list []any, a arguments) (any, error) {
	get := getter(s, a.get(1, "attribute", nil))
	out := pyliteral.List{}
	seen := keyIndex{}
	var odd []any // keys that have no hash
	for _, v := range list {
		k, err := get(v)
		if err != nil {
			return nil, err
		}
		k = fold(k, truth(a.get(0, "case_sensitive", false)))
		s.read(k)
		if err := s.step(); err != nil {
			return nil, err
		}
		if h, ok := hashKey(k); ok {
			if _, twice := seen[h]; !twice {
				seen[h], out = 0, append(out, v)
			}
			continue
		}
		i, err := find(s, odd, k)
		if err != nil {
			return nil, err
		}
		if i < 0 {
			odd, out = append(odd, k), append(out, v)
		}
	}
	return out, nil
}

func sum(s *state, list []any, a arguments) (any, error) {
	get := getter(s, a.get(0, "attribute", nil))
	total := a.get(1, "start", int64(0))
	for _, v := range list {
		x, err := get(v)
		if err != nil {
			return nil, err
		}
		if total, err = s.charge(arithmetic(s, "+", total, x)); err != nil {
			return nil, err
		}
	}
	return total, nil
}
