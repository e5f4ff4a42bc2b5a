package world

import "math/rand/v2"

// inventions are the made-up words of one training task.
type inventions struct {
	r      *rand.Rand
	brands bool // all tool names are invented
	kinds  bool // most category words are
	brand  map[string]string
	words  map[*kind]string
}

func newInventions(s *spec, r *rand.Rand) *inventions {
	v := &inventions{r: r, words: map[*kind]string{}}
	if s.invent {
		v.brands, v.kinds = r.IntN(2) == 0, r.IntN(10) < 3
		if v.brands {
			v.brand = map[string]string{}
		}
	}
	return v
}

// word is what a category is called in this task.
func (v *inventions) word(k *kind) string {
	if !v.kinds || k.Key == "" {
		return k.Word
	}
	w, ok := v.words[k]
	if !ok {
		if w = k.Word; v.r.IntN(10) < 6 {
			w = nonceWord(v.r)
		}
		v.words[k] = w
	}
	return w
}

// tool is what a tool is called in this task.
func (v *inventions) tool(name string) string {
	if !v.brands {
		return name
	}
	b, ok := v.brand[name]
	if !ok {
		b = nonceBrand(v.r)
		v.brand[name] = b
	}
	return b
}
