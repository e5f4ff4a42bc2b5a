package toolbench

import "github.com/stepgrain/stepgrain/internal/pyrand"

// Batch says which queries of a file are run and in what order.
type Batch struct {
	Accepted []*Query  // the folder has their tools; in the order of the file
	Order    []*Query  // what is left to run, in this order
	Skipped  []Skipped // not accepted
}

// Skipped is a query that a folder cannot serve.
type Skipped struct {
	Query   *Query
	Missing string // the first tool the folder lacks
}

// PlanBatch accepts the queries whose tools a folder has (nil accepts all),
// shuffles them with r (nil keeps the order of the file; the released inference
// has a generator seeded with 42, which its searches then go on drawing from) and
// leaves out those that done says are done. Released asks the white list instead
// of the files.
func PlanBatch(qs []Query, f *Folder, r *pyrand.Rand, done func(id string) bool, released bool) (Batch, error) {
	var b Batch
	for i := range qs {
		q, ok, missing := &qs[i], true, ""
		var err error
		switch {
		case f == nil:
		case released:
			ok, missing, err = f.ReleasedAccepts(q)
		default:
			ok, missing = f.Accepts(q)
		}
		if err != nil {
			return Batch{}, err
		}
		if ok {
			b.Accepted = append(b.Accepted, q)
		} else {
			b.Skipped = append(b.Skipped, Skipped{q, missing})
		}
	}
	order := append([]*Query(nil), b.Accepted...)
	if r != nil {
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	for _, q := range order {
		if done == nil || !done(q.ID) {
			b.Order = append(b.Order, q)
		}
	}
	return b, nil
}
