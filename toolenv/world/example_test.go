package world_test

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// One task, played as its plan says.
func Example() {
	w := world.New(1, world.Options{})
	envs := w.Set("seen")[4:5]
	episodes, err := toolenv.Rollout(context.Background(), world.Oracle(envs), world.Envs(envs, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(episodes[0].User)
	for _, t := range episodes[0].Turns {
		fmt.Println(t.Call.Name, string(t.Call.Args))
		fmt.Println("  ", t.Observation)
	}
	fmt.Println(episodes[0].Outcome)
	// Output:
	// Tell me the neighbour of the country "Pelburzor".
	// get_country_neighbour_for_global_hub {"name":"Pelburzor"}
	//    {"error": "", "response": {"neighbour": "Marvorvas"}}
	// Finish {"return_type":"give_answer","final_answer":"Marvorvas"}
	//    {"response":"successfully giving the final answer."}
	// solved
}

// How well the demonstrator does on tasks it has not played before.
func ExampleWorld_Demonstrator() {
	w := world.New(1, world.Options{})
	envs := w.Set("seen")
	episodes, err := toolenv.Rollout(context.Background(), w.Demonstrator(envs, 1), world.Envs(envs, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	m := metrics.Measure(episodes)
	fmt.Printf("n %d, pass %.2f, finish rate %.2f, calls %.1f\n", m.N, m.Pass, m.FinishRate, m.CallsMean)
	// Output:
	// n 100, pass 0.57, finish rate 1.00, calls 4.9
}
