package world

import (
	"math/rand/v2"
	"slices"

	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// choice is an API for the list; needed ones come first, in the order of their
// use.
type choice struct {
	fn    *function
	offer catalog.Offer
}

// tools chooses the APIs to offer: for every needed function one that works,
// often a marked variant beside it, and others. ok is false when the spec's
// demands on tools cannot be met for this question.
func (w *World) tools(s *spec, q question, r *rand.Rand) (list []choice, ok bool) {
	held := 0
	if s.heldOutTools {
		held = 1
	}
	var needed []*function
	for _, st := range q.steps {
		if !slices.Contains(needed, st.fn) {
			needed = append(needed, st.fn)
		}
	}
	favourite := map[*kind]string{}
	brands := map[*kind][]string{}
	for _, f := range needed {
		o := draw(r, f.offers[held][0])
		if name := favourite[f.kind]; name != "" && !s.distinctTools && r.IntN(2) == 0 {
			for _, x := range f.offers[held][0] {
				if x.Tool.Name == name {
					o = x
				}
			}
		}
		favourite[f.kind] = o.Tool.Name
		if !slices.Contains(brands[f.kind], o.Tool.Name) {
			brands[f.kind] = append(brands[f.kind], o.Tool.Name)
		}
		list = append(list, choice{f, o})
	}
	if s.distinctTools {
		ok = false
		for k := range brands { // order does not matter: any category will do
			ok = ok || (k.Key != "" && len(brands[k]) > 1)
		}
		if !ok {
			return nil, false
		}
	}
	for _, f := range needed {
		if marked := f.offers[held][1]; len(marked) > 0 && r.IntN(10) < 6 {
			list = append(list, choice{f, draw(r, marked)})
		}
	}
	if r.IntN(100) < s.fillShare {
		return w.fill(s, list, needed, held, r), true
	}
	for range s.distractors {
		list = w.distract(s, list, needed, held, r)
	}
	return list, true
}

func draw[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// distract adds an API that is not needed: 60 in 100 times of a category that is
// in use.
func (w *World) distract(s *spec, list []choice, needed []*function, held int, r *rand.Rand) []choice {
	for try := 0; ; try++ {
		k := draw(r, w.trainKinds)
		if r.IntN(10) < 6 && try < 20 {
			k = draw(r, needed).kind
		} else if s.newCategories && r.IntN(2) == 0 {
			k = draw(r, w.heldOutKinds)
		}
		f := draw(r, w.functions[k])
		if slices.Contains(needed, f) {
			continue
		}
		marked := 0
		if r.IntN(5) == 0 && len(f.offers[held][1]) > 0 {
			marked = 1
		}
		if len(f.offers[held][marked]) == 0 {
			continue
		}
		c := choice{f, draw(r, f.offers[held][marked])}
		if !contains(list, c) {
			return append(list, c)
		}
	}
}

// fill brings the list to a length with the most similar names there are:
// functions of the same categories, marked or not.
func (w *World) fill(s *spec, list []choice, needed []*function, held int, r *rand.Rand) []choice {
	length := s.fill[0] + r.IntN(s.fill[1]-s.fill[0]+1)
	var similar []choice
	seen := map[*kind]bool{}
	for _, f := range needed {
		if seen[f.kind] {
			continue
		}
		seen[f.kind] = true
		for _, g := range w.functions[f.kind] {
			for marked := range 2 {
				for _, o := range g.offers[held][marked] {
					if c := (choice{g, o}); !contains(list, c) {
						similar = append(similar, c)
					}
				}
			}
		}
	}
	r.Shuffle(len(similar), func(i, j int) { similar[i], similar[j] = similar[j], similar[i] })
	for len(list) < length && len(similar) > 0 {
		list, similar = append(list, similar[0]), similar[1:]
	}
	for len(list) < length {
		list = w.distract(s, list, needed, held, r)
	}
	return list
}

func contains(list []choice, c choice) bool {
	for _, x := range list {
		if x.fn == c.fn && x.offer.Tool.Name == c.offer.Tool.Name && x.offer.Marker == c.offer.Marker {
			return true
		}
	}
	return false
}
