package dpo_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/ppo/baseline/dpo"
)

// A policy that has moved towards the chosen response by one nat and away from
// the rejected one by another. The loss is below log 2 = 0.693, where nothing is
// preferred, and its gradient asks for more of the same.
func ExampleLoss_Pair() {
	loss := dpo.Loss{Form: dpo.Sigmoid, Beta: .1}
	before := loss.Pair(dpo.Pair{PolicyChosen: -30, ReferenceChosen: -30, PolicyRejected: -25, ReferenceRejected: -25})
	after := loss.Pair(dpo.Pair{PolicyChosen: -29, ReferenceChosen: -30, PolicyRejected: -26, ReferenceRejected: -25})
	for _, r := range []dpo.Result{before, after} {
		fmt.Printf("loss %.4f   derivative in the chosen response's log-probability %.4f   rewards %.1f and %.1f\n", r.Loss, r.Grad, r.ChosenReward, r.RejectedReward)
	}
	// Output:
	// loss 0.6931   derivative in the chosen response's log-probability -0.0500   rewards 0.0 and 0.0
	// loss 0.5981   derivative in the chosen response's log-probability -0.0450   rewards 0.1 and -0.1
}
