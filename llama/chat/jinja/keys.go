package jinja

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Dicts are lists of items in their order. Beyond a few items a key is found
// through an index, made when it is first needed, so that a loop over a large
// dict takes linear time.

// hashKey returns a Go value that is the same for keys that are equal: in Python
// 1, 1.0 and True are one key. ok is false for what cannot be a key.
func hashKey(v any) (key any, ok bool) {
	if f, ok := asFloat(v); ok {
		return f, true
	}
	switch v := v.(type) {
	case nil, string:
		return v, true
	case pyliteral.Tuple:
		var b strings.Builder
		ok := hashTuple(&b, v)
		return tupleKey(b.String()), ok
	}
	return nil, false
}

type tupleKey string // of a type of its own, so that no string equals it

func hashTuple(b *strings.Builder, t pyliteral.Tuple) bool {
	b.WriteByte('(')
	for _, v := range t {
		switch k, ok := hashKey(v); {
		case !ok:
			return false
		case k == nil:
			b.WriteByte('-')
		default:
			switch k := k.(type) {
			case float64:
				b.WriteString(strconv.FormatFloat(k+0, 'g', -1, 64))
			case string:
				b.WriteString(strconv.Quote(k))
			case tupleKey:
				b.WriteString(string(k))
			}
		}
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return true
}

// keyIndex tells at which place a key stands.
type keyIndex map[any]int

const (
	fewKeys    = 16 // are looked through one by one
	maxIndexes = 64 // that a rendering keeps at a time
)

// lookup finds a key of any type.
func lookup(s *state, d pyliteral.Dict, key any) (any, bool) {
	s.read(key)
	if len(d) <= fewKeys {
		for _, it := range d {
			if equal(s, it.Key, key) {
				return it.Value, true
			}
		}
		return nil, false
	}
	h, ok := hashKey(key)
	if !ok {
		return nil, false
	}
	s.spend(8)
	i, ok := s.index(d)[h]
	if !ok {
		return nil, false
	}
	return d[i].Value, true
}

// dictPlace tells dicts apart: values never change once they are made.
type dictPlace struct {
	first *pyliteral.Item
	n     int
}

// index returns the index of a dict with items.
func (s *state) index(d pyliteral.Dict) keyIndex {
	at := dictPlace{&d[0], len(d)}
	if index, ok := s.indexes[at]; ok {
		return index
	}
	if s.indexes == nil || len(s.indexes) >= maxIndexes {
		s.indexes = map[dictPlace]keyIndex{}
	}
	s.spend(stepWork * len(d))
	index := make(keyIndex, len(d))
	for i, it := range d {
		h, ok := hashKey(it.Key)
		if _, twice := index[h]; ok && !twice {
			index[h] = i
		}
	}
	s.indexes[at] = index
	return index
}

// dictBuilder makes a dict as Python does: a key given twice keeps its first
// place and takes the last value.
type dictBuilder struct {
	dict  pyliteral.Dict
	index keyIndex
}

func (b *dictBuilder) set(k, v any) error {
	switch k.(type) {
	case nil, bool, int64, float64, string, *big.Int, pyliteral.Tuple:
	default:
		return fmt.Errorf("a value of type %s cannot be a key", typeName(k))
	}
	h, ok := hashKey(k)
	if !ok {
		return fmt.Errorf("a tuple with values that change cannot be a key")
	}
	if i, ok := b.index[h]; ok {
		b.dict[i].Value = v
		return nil
	}
	if b.index == nil {
		b.dict, b.index = pyliteral.Dict{}, keyIndex{}
	}
	b.index[h] = len(b.dict)
	b.dict = append(b.dict, pyliteral.Item{Key: k, Value: v})
	return nil
}

// done returns the dict, never nil.
func (b *dictBuilder) done() pyliteral.Dict {
	if b.dict == nil {
		return pyliteral.Dict{}
	}
	return b.dict
}
