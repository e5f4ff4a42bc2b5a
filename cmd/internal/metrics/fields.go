package metrics

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Bool adds a fact, 0 or 1 in TensorBoard.
func (r *Record) Bool(name string, v bool) *Record { return r.add(name, v) }

// Fields adds the fields of a struct under the names of their JSON tags, in
// their order: numbers, facts, and maps of numbers, whose keys are joined to the
// field's name by an underscore. The names in skip are left out.
func (r *Record) Fields(v any, skip ...string) *Record {
	s := reflect.ValueOf(v)
	for i := range s.NumField() {
		tag, _, _ := strings.Cut(s.Type().Field(i).Tag.Get("json"), ",")
		if tag == "" || tag == "-" || slices.Contains(skip, tag) {
			continue
		}
		switch x := s.Field(i).Interface().(type) {
		case float64:
			r.Num(tag, x)
		case int:
			r.Int(tag, x)
		case bool:
			r.Bool(tag, x)
		case map[string]float64:
			for _, key := range slices.Sorted(maps.Keys(x)) {
				r.Num(tag+"_"+key, x[key])
			}
		}
	}
	return r
}
