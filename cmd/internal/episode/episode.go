package episode

import "encoding/json"

// Episode is one line of trajectories.jsonl. Nothing in it depends on the clock.
type Episode struct {
	Stage     string   `json:"stage"` // "ppo"
	Iteration int      `json:"iteration"`
	Task      string   `json:"task"`
	Set       string   `json:"set"`
	Kind      string   `json:"kind"`   // shape of the solution
	Sample    int      `json:"sample"` // which of the task's episodes
	Query     string   `json:"query"`
	APIs      []string `json:"apis"`     // functions on offer, without Finish
	Relevant  []string `json:"relevant"` // those of a good solution
	Answer    string   `json:"answer"`   // the right one
	Outcome   string   `json:"outcome"`  // solved, finished, budget, truncated, gaveup
	Solved    bool     `json:"solved"`
	Truncated bool     `json:"truncated"` // the context ran out: the value behind the last token is bootstrapped
	Return    float64  `json:"return"`    // sum of the rewards
	PromptLen int      `json:"prompt_len"`
	Tokens    []int32  `json:"tokens"` // ids, exactly what the model read and wrote
	Turns     []Turn   `json:"turns"`
}

// Turn is one action and the observation that answered it.
type Turn struct {
	Span        [2]int   `json:"span"`     // the action's tokens: first, behind the last
	ObsSpan     [2]int   `json:"obs_span"` // the observation's, with its header
	Action      string   `json:"action"`
	Call        *Call    `json:"call"` // null when the action does not parse
	Failed      bool     `json:"failed"`
	Milestone   int      `json:"milestone"` // of the task's graph, answered by this call for the first time; −1: none
	ParseError  string   `json:"parse_error,omitempty"`
	Status      *int     `json:"status"` // ToolBench's codes; null when a file does not say
	Observation string   `json:"observation"`
	Rewards     []Reward `json:"rewards"`

	// What the update started from: log-probabilities (nats) of the policy that
	// played, at its temperature, or, for a file without any, of the policy before
	// the update; and the critic's values.
	LogProbs   []float32 `json:"logprobs"`
	Values     []float32 `json:"values"`
	Advantages []float32 `json:"advantages"` // as trained on: whitened
	Returns    []float32 `json:"returns"`    // the critic's targets
}

// Call is a parsed call of a tool, its arguments as the model wrote them.
type Call struct {
	Name string          `json:"name"`
	Args json.RawMessage `json:"arguments"`
}

// Reward is one component of a step's reward.
type Reward struct {
	Name   string  `json:"name"` // SuccCalling, Contribution, IsSolved
	Value  float64 `json:"value"`
	Source string  `json:"source"` // the rule that gave it
}
