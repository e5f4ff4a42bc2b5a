package world

// Two relations in a row are a composition. Some are never asked in training:
// the sets I2 and I3 are made of them.

// composition says which set a pair of relations belongs to.
type composition int

const (
	inTraining   composition = iota
	heldOutIntra             // both are answered by one category: I2
	heldOutCross             // I3
)

// compose classifies the pair of a relation and one that may follow it. Of the
// fields that can follow, one is held out, chosen by a hash; of four or more
// inside one category, two. So training always shows that what follows a relation
// is open: were all but one held out, a model would learn not to look.
func compose(first, second *field) composition {
	intra := first.kind == second.kind
	if second.Many || second == first {
		return inTraining
	}
	followers, rank := 0, 0
	h := splitmix(first.hash ^ splitmix(second.hash))
	for _, g := range second.kind.fields {
		if g.Many || g == first {
			continue
		}
		followers++
		if splitmix(first.hash^splitmix(g.hash)) < h {
			rank++
		}
	}
	switch {
	case intra && (rank == 0 || rank == 1 && followers >= 4):
		return heldOutIntra
	case !intra && rank == 0:
		return heldOutCross
	}
	return inTraining
}

// allowed reports whether a chain may be asked in the spec's set: one that
// consists of held-out compositions needs at least one, all others none.
func (a *asker) allowed(path []relation) bool {
	found := false
	for i := 1; i < len(path); i++ {
		c := compose(path[i-1].field, path[i].field)
		if c != inTraining && c != a.spec.composition {
			return false
		}
		found = found || c != inTraining
	}
	return found == (a.spec.composition != inTraining)
}
