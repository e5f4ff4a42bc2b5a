package evaluate

// Row is one line of eval.json: a set of tasks played by one policy in one way.
type Row struct {
	Method   string `json:"method"`
	Stage    string `json:"stage"`    // sft or final
	Strategy string `json:"strategy"` // greedy or sampled
	Set      string `json:"set"`
	N        int    `json:"n"` // tasks

	Pass     float64 `json:"pass"`      // share of tasks solved
	PassLow  float64 `json:"pass_low"`  // 95 % Wilson interval
	PassHigh float64 `json:"pass_high"` //

	RecallPaper     float64 `json:"recall_paper"`   // relevant APIs and Finish whose first call succeeded
	RecallAny       float64 `json:"recall_any"`     // relevant APIs called at all
	RecallSuccess   float64 `json:"recall_success"` // relevant APIs called with success
	Precision       float64 `json:"precision"`      // called APIs that are relevant
	FinishRate      float64 `json:"finish_rate"`
	CallsMean       float64 `json:"calls_mean"`
	InvalidCallRate float64 `json:"invalid_call_rate"`

	Budget      Budget  `json:"budget"`
	Temperature float64 `json:"temperature"` // 0: greedy
	Seed        uint64  `json:"seed"`
}

// Budget is what an episode was allowed.
type Budget struct {
	Turns  int `json:"turns"`
	Calls  int `json:"calls"`
	Tokens int `json:"tokens"`
}
