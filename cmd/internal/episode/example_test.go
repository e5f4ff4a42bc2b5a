package episode_test

import (
	"encoding/json"
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
)

// A reader of trajectories.jsonl: which step was credited, and which reward it
// was for.
func Example() {
	line := `{"task":"train-7","outcome":"solved","tokens":[4,8,2,9,3],"turns":[
		{"span":[1,2],"call":{"name":"find_city","arguments":{"name":"Ur"}},"status":0,"rewards":[{"name":"Contribution","value":0.5,"source":"graph"}],"advantages":[0.75]},
		{"span":[4,5],"call":{"name":"Finish","arguments":{}},"status":3,"rewards":[{"name":"IsSolved","value":1,"source":"environment"}],"advantages":[-0.25]}]}`
	var e episode.Episode
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range e.Turns {
		fmt.Println(t.Call.Name, "wrote", e.Tokens[t.Span[0]:t.Span[1]], "and was paid", t.Rewards[0], "advantages", t.Advantages)
	}
	// Output:
	// find_city wrote [8] and was paid {Contribution 0.5 graph} advantages [0.75]
	// Finish wrote [3] and was paid {IsSolved 1 environment} advantages [-0.25]
}
