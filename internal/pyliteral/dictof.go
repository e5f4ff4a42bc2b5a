package pyliteral

// DictOf is Python's dict(v) for a value of JSON: a dict is itself, and a list of
// pairs is a dict too. A pair is anything that yields two things: a list of two
// values, a text of two characters, a dict of two keys. It reports whether v is
// one of these and its keys can be keys.
func DictOf(v any) (Dict, bool) {
	var pairs []any
	switch v := v.(type) {
	case Dict:
		return v, true
	case List:
		pairs = v
	case Tuple:
		pairs = v
	case string:
		return Dict{}, v == "" // its characters are no pairs
	default:
		return nil, false
	}
	b := dictBuilder{dict: Dict{}}
	for _, p := range pairs {
		key, value, ok := pair(p)
		if !ok || b.set(key, value) != nil {
			return nil, false
		}
	}
	return b.dict, true
}

func pair(v any) (key, value any, ok bool) {
	switch v := v.(type) {
	case List:
		if len(v) == 2 {
			return v[0], v[1], true
		}
	case Tuple:
		if len(v) == 2 {
			return v[0], v[1], true
		}
	case string:
		_, n, _ := decodeCode(v)
		if n == 0 || n == len(v) {
			return nil, nil, false
		}
		if _, m, _ := decodeCode(v[n:]); n+m == len(v) {
			return v[:n], v[n:], true
		}
	case Dict:
		if len(v) == 2 {
			return v[0].Key, v[1].Key, true
		}
	}
	return nil, nil, false
}
