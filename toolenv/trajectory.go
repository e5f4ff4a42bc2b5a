package toolenv

// Trajectory is the complete record of an episode: nothing about it is ever
// recovered by guessing. One trajectory is one line of trajectories.jsonl.
type Trajectory struct {
	Task   *Task  `json:"task"`
	Sample int    `json:"sample"` // which of several episodes of the task
	System string `json:"system"`
	User   string `json:"user"`
	// Tokens are all ids the model was fed or sampled, in order; the first
	// PromptLen of them are the prompt. Empty when the policy has no tokens.
	Tokens    []int32 `json:"tokens,omitempty"`
	PromptLen int     `json:"prompt_len,omitempty"`
	Turns     []Turn  `json:"turns"`
	Outcome   Outcome `json:"outcome"`
	Solved    bool    `json:"solved"`
	Truncated bool    `json:"truncated,omitempty"`
}

// Turn is one action and its consequences.
type Turn struct {
	Action string `json:"action"`
	// Masked: shown to a learner, but not to be imitated (a slip in a demonstration).
	Masked bool `json:"masked,omitempty"`
	// Span and ObsSpan are [from, to) in Trajectory.Tokens: what was sampled, and the
	// observation fed afterwards with its headers (empty after the last turn).
	Span    [2]int `json:"span"`
	ObsSpan [2]int `json:"obs_span"`
	// One entry per sampled token.
	LogProbs   []float32 `json:"logprobs,omitempty"`
	Values     []float32 `json:"values,omitempty"`
	Advantages []float32 `json:"advantages,omitempty"`

	Call        *Call       `json:"call"`
	ParseError  string      `json:"parse_error,omitempty"`
	Status      Status      `json:"status"`
	Failed      bool        `json:"failed,omitempty"`
	Observation string      `json:"observation"`
	Milestone   int         `json:"milestone"` // index into Task.Plan, or -1
	Rewards     []Component `json:"rewards,omitempty"`
}

// Component is one part of a turn's reward and where it comes from.
type Component struct {
	Name   string  `json:"name"` // SuccCalling, Contribution or IsSolved
	Value  float64 `json:"value"`
	Source string  `json:"source"` // the rule, judge or file that gave it
}

// Reward is the sum of a turn's components.
func (t *Turn) Reward() float64 {
	sum := 0.0
	for _, c := range t.Rewards {
		sum += c.Value
	}
	return sum
}

// Return is the undiscounted sum of all rewards.
func (t *Trajectory) Return() float64 {
	sum := 0.0
	for i := range t.Turns {
		sum += t.Turns[i].Reward()
	}
	return sum
}

// add appends what an action led to.
func (t *Trajectory) add(action string, r StepResult) *Turn {
	t.Turns = append(t.Turns, Turn{
		Action: action, Call: r.Call, ParseError: r.ParseError, Status: r.Status, Failed: r.Failed,
		Observation: r.Observation, Milestone: r.Milestone,
	})
	if r.Done {
		t.Outcome, t.Solved = r.Outcome, r.Solved
	}
	return &t.Turns[len(t.Turns)-1]
}

// NewTrajectory starts the record of an episode that has not begun.
func NewTrajectory(e Env) *Trajectory {
	return &Trajectory{Task: e.Task(), System: e.System(), User: e.User()}
}

// Take lets an environment answer an action and records both.
func (t *Trajectory) Take(e Env, action string) StepResult {
	r := e.Step(action)
	t.add(action, r)
	return r
}
