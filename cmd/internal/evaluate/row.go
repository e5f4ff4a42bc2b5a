package evaluate

import "github.com/stepgrain/stepgrain/toolenv/metrics"

// Row is one line of eval.json: a set of tasks played by one policy in one way.
type Row struct {
	Method   string `json:"method"`
	Stage    string `json:"stage"`    // sft or final
	Strategy string `json:"strategy"` // greedy or sampled
	Set      string `json:"set"`
	metrics.Result
	Budget      Budget  `json:"budget"`
	Temperature float64 `json:"temperature"` // 0: greedy
	Seed        uint64  `json:"seed"`
}

// Budget is what an episode was allowed.
type Budget struct {
	Turns  int `json:"turns"`
	Calls  int `json:"calls"`  // Finish included
	Tokens int `json:"tokens"` // of the whole episode
}
