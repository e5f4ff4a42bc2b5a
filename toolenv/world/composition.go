package world

// Two relations in a row are a composition. One in five (one in three inside a
// category) is never asked in training: the sets I2 and I3 are made of those.

// composition says which set a pair of relations belongs to.
type composition int

const (
	inTraining   composition = iota
	heldOutIntra             // both are answered by one category: I2
	heldOutCross             // I3
)

// compose classifies the pair: first leads from its category to second's.
func compose(first, second *field) composition {
	h := hashString(first.kind.Word + "." + first.Word + ">" + second.Word)
	switch intra := first.kind == second.kind; {
	case intra && h%3 == 0:
		return heldOutIntra
	case !intra && h%5 == 0:
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
