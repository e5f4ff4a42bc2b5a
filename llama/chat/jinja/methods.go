package jinja

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Methods that change their object (append, pop, update …) do not exist: the
// sandbox of chat templates forbids them.

var dictMethods = map[string]func(*state, pyliteral.Dict, arguments) (any, error){
	"items": func(_ *state, d pyliteral.Dict, a arguments) (any, error) { return dictItems(d), a.check("items", 0) },
	"keys": func(_ *state, d pyliteral.Dict, a arguments) (any, error) {
		keys, _ := items(d)
		return pyliteral.List(keys), a.check("keys", 0)
	},
	"values": func(_ *state, d pyliteral.Dict, a arguments) (any, error) {
		out := pyliteral.List{}
		for _, it := range d {
			out = append(out, it.Value)
		}
		return out, a.check("values", 0)
	},
	"get": func(s *state, d pyliteral.Dict, a arguments) (any, error) {
		if len(a.pos) == 0 {
			return nil, fmt.Errorf("get needs a key")
		}
		if v, ok := lookup(s, d, a.pos[0]); ok {
			return v, nil
		}
		return a.get(1, "default", nil), a.check("get", 2)
	},
	"copy": func(_ *state, d pyliteral.Dict, a arguments) (any, error) { return d, a.check("copy", 0) },
}

func dictItems(d pyliteral.Dict) pyliteral.List {
	out := pyliteral.List{}
	for _, it := range d {
		out = append(out, pyliteral.Tuple{it.Key, it.Value})
	}
	return out
}

var listMethods = map[string]func(*state, []any, arguments) (any, error){
	"index": func(s *state, l []any, a arguments) (any, error) {
		i, err := find(s, l, a.get(0, "", nil))
		if i < 0 && err == nil {
			err = fmt.Errorf("%s is not in the list", keyName(a.get(0, "", nil)))
		}
		return int64(i), err
	},
	"count": func(s *state, l []any, a arguments) (any, error) {
		n := int64(0)
		for _, v := range l {
			if equal(s, v, a.get(0, "", nil)) {
				n++
			}
			if err := s.check(); err != nil {
				return nil, err
			}
		}
		return n, nil
	},
}
