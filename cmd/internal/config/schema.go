package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A Setting describes one key of the configuration.
type Setting struct {
	Key      string   // path through the JSON tags, as "ppo.clip_high"
	Doc      string   // what it does
	Type     string   // "number", "whole number", "true or false", "text", "list"
	In       string   // interval of a number, "" when free
	OneOf    []string // the words allowed, nil when free
	When     []string // conditions under which it is read, all of them
	Recorded bool     // written by the program only
	Sets     []string // composite keys: the keys that it sets

	index []int
}

// Settings lists every key in the order of the tree, then the composite keys.
var Settings = flatten()

var byKey = func() map[string]*Setting {
	m := map[string]*Setting{}
	for i := range Settings {
		m[Settings[i].Key] = &Settings[i]
	}
	return m
}()

func flatten() []Setting {
	var list []Setting
	var walk func(t reflect.Type, prefix string, index []int, when []string)
	walk = func(t reflect.Type, prefix string, index []int, when []string) {
		for i := range t.NumField() {
			f := t.Field(i)
			key := prefix + f.Tag.Get("json")
			at := append(append([]int(nil), index...), i)
			cond := append([]string(nil), when...)
			if key := f.Tag.Get("despite"); key != "" { // the section's condition on it is not the field's
				cond = slices.DeleteFunc(cond, func(w string) bool { return parseCondition(w).about(key) })
			}
			if w := f.Tag.Get("when"); w != "" {
				cond = append(cond, strings.Split(w, ",")...)
			}
			// A section's condition may be on one of its own keys.
			cond = slices.DeleteFunc(cond, func(w string) bool { return parseCondition(w).about(key) })
			if f.Type.Kind() == reflect.Struct {
				walk(f.Type, key+".", at, cond)
				continue
			}
			s := Setting{Key: key, Doc: f.Tag.Get("doc"), Type: typeName(f.Type), In: f.Tag.Get("in"), When: cond,
				Recorded: f.Tag.Get("mark") == "recorded", index: at}
			if o := f.Tag.Get("oneof"); o != "" {
				s.OneOf = strings.Split(o, "|")
			}
			list = append(list, s)
		}
	}
	walk(reflect.TypeFor[Config](), "", nil, nil)
	// Both are read under any estimator: each uses one γ and one λ at least.
	when := byName(list, "ppo.gae").When
	return append(list,
		Setting{Key: "ppo.gamma", Doc: "ppo.gamma_in and ppo.gamma_across", Type: "number", In: "[0,1]", When: when,
			Sets: []string{"ppo.gamma_in", "ppo.gamma_across"}},
		Setting{Key: "ppo.lambda", Doc: "ppo.lambda_in and ppo.lambda_across", Type: "number", In: "[0,1]", When: when,
			Sets: []string{"ppo.lambda_in", "ppo.lambda_across"}})
}

func byName(list []Setting, key string) *Setting {
	for i := range list {
		if list[i].Key == key {
			return &list[i]
		}
	}
	panic("config: no setting " + key)
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Float64:
		return "number"
	case reflect.Int, reflect.Uint64:
		return "whole number"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Slice:
		return "list"
	}
	panic("config: field type " + t.String())
}

// Get returns the value of a key as text, in the form that -set takes.
func (c *Config) Get(key string) string {
	s, ok := byKey[key]
	if !ok {
		panic("config: Get: no key " + key)
	}
	if s.Sets != nil {
		s = byKey[s.Sets[0]]
	}
	return format(c.field(s))
}

func (c *Config) field(s *Setting) reflect.Value {
	return reflect.ValueOf(c).Elem().FieldByIndex(s.index)
}

func format(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case reflect.Slice:
		return strings.Join(v.Interface().([]string), ",")
	}
	return fmt.Sprint(v.Interface())
}
