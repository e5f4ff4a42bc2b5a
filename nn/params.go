package nn

import (
	"fmt"
	"iter"
	"reflect"
	"strconv"

	"github.com/stepgrain/stepgrain/autograd"
)

// Params walks a model and yields every parameter with its name, in the order
// of the fields. Only fields with an `hf:"…"` tag are entered; an empty tag
// adds nothing to the name. Elements of a slice are named by their index. Nil
// pointers are skipped: an absent bias, a tied head.
func Params(model any) iter.Seq2[string, *autograd.Param] {
	return func(yield func(string, *autograd.Param) bool) {
		walk(reflect.ValueOf(model), "", func(name string, v any) bool {
			if p, ok := v.(*autograd.Param); ok {
				return yield(name, p)
			}
			return true
		})
	}
}

// Linears walks a model like [Params] and yields its linear maps, with names
// such as "model.layers.0.self_attn.q_proj".
func Linears(model any) iter.Seq2[string, *Linear] {
	return func(yield func(string, *Linear) bool) {
		walk(reflect.ValueOf(model), "", func(name string, v any) bool {
			if l, ok := v.(*Linear); ok {
				return yield(name, l)
			}
			return true
		})
	}
}

// List returns the parameters of a model, only the trainable ones if asked.
func List(model any, trainable bool) []*autograd.Param {
	var list []*autograd.Param
	for _, p := range Params(model) {
		if p.Trainable || !trainable {
			list = append(list, p)
		}
	}
	return list
}

// Name stores in every parameter of a model the name that [Params] gives it,
// behind prefix.
func Name(model any, prefix string) {
	for name, p := range Params(model) {
		p.Name = prefix + name
	}
}

// SetTrainable marks all parameters of a model.
func SetTrainable(model any, on bool) {
	for _, p := range Params(model) {
		p.Trainable = on
	}
}

var paramType = reflect.TypeFor[autograd.Param]()

// walk visits v and what lies below it, each pointer to a struct being shown
// to visit; it stops when visit returns false.
func walk(v reflect.Value, name string, visit func(name string, v any) bool) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() || walk(v.Elem(), name, visit)
	case reflect.Slice:
		for i := range v.Len() {
			if !walk(v.Index(i), join(name, strconv.Itoa(i)), visit) {
				return false
			}
		}
		return true
	case reflect.Struct:
		if v.CanAddr() && !visit(name, v.Addr().Interface()) {
			return false
		}
		if v.Type() == paramType {
			return true
		}
		for i := range v.NumField() {
			tag, ok := v.Type().Field(i).Tag.Lookup("hf")
			if ok && !walk(v.Field(i), join(name, tag), visit) {
				return false
			}
		}
		return true
	}
	panic(fmt.Sprintf("nn: Params: %s is tagged hf but is a %s", name, v.Type()))
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "." + b
}
