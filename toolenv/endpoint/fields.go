package endpoint

import "github.com/stepgrain/stepgrain/internal/pyliteral"

// fields collects the fields of a request in order.
type fields pyliteral.Dict

func (f *fields) set(key string, v any) { *f = append(*f, pyliteral.Item{Key: key, Value: v}) }

// some sets a field unless its value is nil.
func (f *fields) some(key string, v any) {
	if v != nil {
		f.set(key, v)
	}
}

// extra adds the caller's own fields; one that is there already is replaced.
func (f *fields) extra(d pyliteral.Dict) {
next:
	for _, it := range d {
		for i := range *f {
			if (*f)[i].Key == it.Key {
				(*f)[i].Value = it.Value
				continue next
			}
		}
		*f = append(*f, it)
	}
}

// text, count, list and object read members of replies; what has another type is
// as good as absent.
func text(d pyliteral.Dict, key string) (string, bool) {
	v, _ := d.Get(key)
	s, ok := v.(string)
	return s, ok
}

func count(d pyliteral.Dict, key string) int {
	v, _ := d.Get(key)
	n, _ := v.(int64)
	return int(max(0, min(n, 1<<40)))
}

func list(d pyliteral.Dict, key string) (pyliteral.List, bool) {
	v, _ := d.Get(key)
	l, ok := v.(pyliteral.List)
	return l, ok
}

func object(d pyliteral.Dict, key string) (pyliteral.Dict, bool) {
	v, _ := d.Get(key)
	o, ok := v.(pyliteral.Dict)
	return o, ok
}
