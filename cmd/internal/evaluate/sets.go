package evaluate

import "slices"

// HeldOut are the sets whose plain mean is a run's pass rate; Apart are
// reported beside it: tasks like those of training, and the hardest ones. All is
// the order in which they are played and listed.
var (
	HeldOut = []string{"I1-inst", "I1-tool", "I1-cat", "I2", "I3", "toollens"}
	Apart   = []string{"seen", "hard"}
	All     = slices.Concat(HeldOut, Apart)
)
