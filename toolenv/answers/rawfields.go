package answers

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// fields reads typed values out of an object. What is missing or null is zero;
// the first value of another type becomes the error *bad.
type fields struct {
	dict pyliteral.Dict
	path string // of the object in its file, such as "tree.tree."
	bad  *error
}

func (f fields) wrong(key, want string, v any) {
	if *f.bad == nil {
		*f.bad = fmt.Errorf("%s%s is %s, not %s", f.path, key, kindOf(v), want)
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "a string"
	case pyliteral.List:
		return "a list"
	case pyliteral.Dict:
		return "an object"
	}
	return "a number"
}

// get reads a value of type T.
func get[T any](f fields, key, want string) (out T) {
	v, ok := f.dict.Get(key)
	if !ok || v == nil {
		return out
	}
	out, ok = v.(T)
	if !ok {
		f.wrong(key, want, v)
	}
	return out
}

func (f fields) text(key string) string         { return get[string](f, key, "a string") }
func (f fields) flag(key string) bool           { return get[bool](f, key, "true or false") }
func (f fields) number(key string) int          { return int(get[int64](f, key, "an integer")) }
func (f fields) list(key string) pyliteral.List { return get[pyliteral.List](f, key, "a list") }

func (f fields) float(key string) float64 {
	if v, _ := f.dict.Get(key); v != nil {
		if n, ok := v.(int64); ok {
			return float64(n)
		}
	}
	return get[float64](f, key, "a number")
}

// id reads the id of a call: a string, or the number 0 that stands for none.
func (f fields) id(key string) string {
	v, _ := f.dict.Get(key)
	switch v {
	case nil, int64(0):
		return ""
	}
	return pyliteral.Str(v)
}

func (f fields) object(key string) fields {
	return fields{get[pyliteral.Dict](f, key, "an object"), f.path + key + ".", f.bad}
}

func (f fields) objects(key string) []fields { return f.all(key, f.list(key)) }

// within is the list of objects at an index of a list.
func (f fields) within(key string, i int) []fields {
	v := f.list(key)[i]
	key = fmt.Sprintf("%s[%d]", key, i)
	l, ok := v.(pyliteral.List)
	if !ok {
		f.wrong(key, "a list", v)
	}
	return f.all(key, l)
}

func (f fields) all(key string, l pyliteral.List) []fields {
	out := make([]fields, 0, len(l))
	for i, v := range l {
		d, ok := v.(pyliteral.Dict)
		if !ok {
			f.wrong(fmt.Sprintf("%s[%d]", key, i), "an object", v)
		}
		out = append(out, fields{d, fmt.Sprintf("%s%s[%d].", f.path, key, i), f.bad})
	}
	return out
}

func (f fields) chain(key string) Chain {
	c := Chain{}
	for _, n := range f.objects(key) {
		c = append(c, n.node())
	}
	return c
}

// item is the chain at an index of a list.
func (f fields) item(key string, i int) Chain {
	c := Chain{}
	for _, n := range f.within(key, i) {
		c = append(c, n.node())
	}
	return c
}
