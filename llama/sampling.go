package llama

import (
	"cmp"
	"math"
	"slices"

	"github.com/stepgrain/stepgrain/kernels"
)

// sampler draws from the head of a distribution: the TopK most probable
// tokens (Fan et al. 2018), and of these the fewest that hold TopP of their
// probability (Holtzman et al. 2020, nucleus sampling). Its memory is reused.
type sampler struct {
	all  []candidate
	best []candidate // a heap while the topK largest are looked for
}

type candidate struct {
	id int32
	p  float64 // probability, up to a common factor
}

// before orders candidates: more probable first, equal ones by id.
func before(a, b candidate) int { return cmp.Or(cmp.Compare(b.p, a.p), cmp.Compare(a.id, b.id)) }

// draw returns a token of one row of logits. u is uniform in [0, 1).
func (s *sampler) draw(logits kernels.Buffer, invTemp float64, topK int, topP, u float64) int32 {
	highest := math.Inf(-1)
	for j := range logits.Len() {
		highest = max(highest, logits.At(j))
	}
	s.all = s.all[:0]
	total := 0.0
	for j := range logits.Len() {
		p := math.Exp((logits.At(j) - highest) * invTemp)
		total += p
		s.all = append(s.all, candidate{int32(j), p})
	}
	kept := s.all
	if topK > 0 && topK < len(kept) {
		kept = s.largest(topK)
	} else if topP > 0 && topP < 1 {
		// Tokens below this together hold less than 1 − topP: never needed.
		floor := (1 - topP) * total / float64(len(kept))
		kept = slices.DeleteFunc(kept, func(c candidate) bool { return c.p < floor })
	}
	slices.SortFunc(kept, before)
	if topK > 0 {
		total = 0
		for _, c := range kept {
			total += c.p
		}
	}
	if topP > 0 && topP < 1 {
		kept, total = nucleus(kept, topP*total)
	}
	rest := u * total
	for _, c := range kept {
		if rest -= c.p; rest < 0 {
			return c.id
		}
	}
	return kept[len(kept)-1].id // u·total rounded up to the sum
}

// nucleus returns the fewest first candidates that hold mass, and their sum.
func nucleus(sorted []candidate, mass float64) ([]candidate, float64) {
	sum := 0.0
	for i, c := range sorted {
		if sum += c.p; sum >= mass {
			return sorted[:i+1], sum
		}
	}
	return sorted, sum
}

// largest returns the k most probable candidates in any order: a heap with the
// least probable on top lets most tokens pass with one comparison.
func (s *sampler) largest(k int) []candidate {
	h := append(s.best[:0], s.all[:k]...)
	for i := k/2 - 1; i >= 0; i-- {
		sink(h, i)
	}
	for _, c := range s.all[k:] {
		if before(c, h[0]) < 0 {
			h[0] = c
			sink(h, 0)
		}
	}
	s.best = h
	return h
}

func sink(h []candidate, i int) {
	for {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h); child++ {
			if before(h[child], h[last]) > 0 {
				last = child
			}
		}
		if last == i {
			return
		}
		h[i], h[last] = h[last], h[i]
		i = last
	}
}
