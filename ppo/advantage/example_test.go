package advantage_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/ppo/advantage"
)

// Four episodes of two tasks. What counts is how an episode did beside the
// others of its task: the second task is easier, and its better episode gains
// no more than that of the first.
func ExampleGRPO() {
	returns, task := []float64{0, 1, 5, 6}, []int{0, 0, 1, 1}
	fmt.Printf("GRPO      %.2f\n", advantage.GRPO{Eps: 1e-6}.Advantages(returns, task))
	fmt.Printf("Dr. GRPO  %.2f\n", advantage.GRPO{NoStd: true}.Advantages(returns, task))
	fmt.Printf("RLOO      %.2f\n", advantage.RLOO{}.Advantages(returns, task))
	// Output:
	// GRPO      [-0.71 0.71 -0.71 0.71]
	// Dr. GRPO  [-0.50 0.50 -0.50 0.50]
	// RLOO      [-1.00 1.00 -1.00 1.00]
}

// Two episodes of one task begin in the same state, and only one of them is
// solved: its first step is told apart from the other's, the later ones, in
// states that were seen once, only share in their episode's advantage.
func ExampleGiGPO() {
	rewards := [][]float64{{0, 1}, {0, 0}}
	states := [][]string{{"start", "map open"}, {"start", "lost"}}
	a, _ := advantage.GiGPO{Gamma: .95, StepWeight: 1, NoStd: true}.Advantages(rewards, states, []int{0, 0})
	for _, steps := range a {
		fmt.Printf("%.3f\n", steps)
	}
	// Output:
	// [0.975 0.500]
	// [-0.975 -0.500]
}

// A trajectory of two steps with an observation of three tokens between: the
// reward of the second step reaches the first undiminished by the observation.
func ExampleReinforce() {
	r := ppo.NewRow([]int32{-1, 0, 0, -1, -1, -1, 1})
	r.Task[6] = 1
	advantage.Reinforce{Gamma: .9}.Estimate(r)
	fmt.Printf("%.2f\n", r.Advantage)
	// Output: [0.00 0.81 0.90 0.00 0.00 0.00 1.00]
}
