package archer_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/ppo/baseline/archer"
)

// Two transitions of an episode: a call that is not paid, and the answer that
// ends it. The heads disagree, and the smaller estimate is trusted.
func Example() {
	reward, done := []float64{0, 1}, []bool{false, true}
	next := archer.Heads{{.8, .3}, {.6, .4}} // V̄ of the states that follow; that of the end is not read
	target := archer.QTargets(reward, done, next, .95)
	fmt.Printf("Q learns    %.2f and %.2f\n", target[0], target[1])

	q, v := archer.Heads{{.7, .9}, {.6, 1}}, archer.Heads{{.5, .8}, {.55, .7}}
	a := archer.Advantages(q, v)
	fmt.Printf("advantages  %.2f\n", a)
	fmt.Printf("actor loss  %.3f\n", archer.ActorLoss(a, [][]float64{{-1, -.5}, {-2}}))
	// Output:
	// Q learns    [0.76 1.00] and [0.57 1.00]
	// advantages  [0.10 0.20]
	// actor loss  0.275
}
