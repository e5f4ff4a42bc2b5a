package pyliteral

import (
	"fmt"
	"math/big"
	"slices"
)

// List is [a, b].
type List []any

// Tuple is (a, b).
type Tuple []any

// Dict is {k: v} in its order.
type Dict []Item

// Item is one entry of a Dict.
type Item struct{ Key, Value any }

// Get returns the value of a string key.
func (d Dict) Get(key string) (any, bool) {
	for _, it := range d {
		if k, ok := it.Key.(string); ok && k == key {
			return it.Value, true
		}
	}
	return nil, false
}

// dictBuilder fills a Dict the way Python does: a key given twice keeps its first
// place and takes the last value.
type dictBuilder struct {
	dict   Dict
	hashes []any // of the keys, until there is an index
	index  map[any]int
}

func (b *dictBuilder) set(key, value any) error {
	h, err := hash(key)
	if err != nil {
		return err
	}
	if i := b.find(h); i >= 0 {
		b.dict[i].Value = value
		return nil
	}
	if b.index != nil {
		b.index[h] = len(b.dict)
	} else {
		b.hashes = append(b.hashes, h)
	}
	b.dict = append(b.dict, Item{key, value})
	return nil
}

// find returns the place of a hashed key, or -1. Most dicts are small: they are
// searched, larger ones get an index.
func (b *dictBuilder) find(h any) int {
	const small = 8
	if b.index == nil && len(b.dict) < small {
		return slices.Index(b.hashes, h)
	}
	if b.index == nil {
		b.index = make(map[any]int, 4*small)
		for i, h := range b.hashes {
			b.index[h] = i
		}
	}
	if i, ok := b.index[h]; ok {
		return i
	}
	return -1
}

// bigKey and tupleKey have types of their own, so that no string equals them.
type (
	bigKey   string
	tupleKey string
)

// hash maps equal keys to equal Go values: in Python 1, 1.0 and True are one key.
func hash(key any) (any, error) {
	switch k := key.(type) {
	case nil, string, int64:
		return k, nil
	case bool:
		if k {
			return int64(1), nil
		}
		return int64(0), nil
	case float64:
		if i := int64(k); float64(i) == k && k < 1<<63 {
			return i, nil
		}
		return k, nil
	case *big.Int:
		return bigKey(k.String()), nil
	case Tuple:
		return tupleKey(Repr(k)), nil
	}
	return nil, fmt.Errorf("a %s cannot be a key", kind(key))
}

func kind(v any) string {
	switch v.(type) {
	case List:
		return "list"
	case Dict:
		return "dict"
	}
	return fmt.Sprintf("%T", v)
}
