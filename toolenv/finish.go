package toolenv

import "encoding/json"

// FinishName is the function that ends an episode.
const FinishName = "Finish"

// FinishFunction describes Finish in ToolBench's words; it stands last in every
// tool list.
func FinishFunction() Function {
	return Function{
		Name: FinishName,
		Description: "If you believe that you have obtained a result that can answer the task, please call this function to provide the final answer. " +
			"Alternatively, if you recognize that you are unable to proceed with the task in the current state, call this function to restart. " +
			"Remember: you must ALWAYS call this function at the end of your attempt, and the only part that will be shown to the user is the final answer, " +
			"so it should contain sufficient information.",
		Properties: []Property{
			{Name: "return_type", Type: "string", Enum: []string{giveAnswer, giveUp}},
			{Name: "final_answer", Type: "string", Description: "The final answer you want to give the user. You should have this field if \"return_type\"==\"give_answer\""},
		},
		Required: []string{"return_type"},
	}
}

// Observations of Finish, to the letter those of ToolBench (which are not JSON
// where they report an error).
const (
	obsNoReturnType  = `{error:"must have "return_type""}`
	obsNoFinalAnswer = `{error:"must have "final_answer""}`
	obsBadReturnType = `{error:""return_type" is not a valid choice"}`
	obsGaveUp        = `{"response":"chose to give up and restart"}`
	obsFinished      = `{"response":"successfully giving the final answer."}`
)

// JudgeFinish judges the arguments of a Finish call: the observation, the status
// and, with StatusFinalAnswer, the answer as it was given (decoded JSON of any
// type).
func JudgeFinish(args map[string]any) (obs string, status Status, answer any) {
	kind, ok := args["return_type"]
	if !ok {
		return obsNoReturnType, StatusFinishInvalid, nil
	}
	switch kind {
	case giveUp:
		return obsGaveUp, StatusGaveUp, nil
	case giveAnswer:
		answer, ok := args["final_answer"]
		if !ok {
			return obsNoFinalAnswer, StatusFinishInvalid, nil
		}
		return obsFinished, StatusFinalAnswer, answer
	}
	return obsBadReturnType, StatusFinishInvalid, nil
}

// finish is JudgeFinish with the answer as text: one that is not a string counts
// by its JSON.
func finish(args map[string]any) (string, Status, string) {
	obs, status, answer := JudgeFinish(args)
	if status != StatusFinalAnswer {
		return obs, status, ""
	}
	if s, ok := answer.(string); ok {
		return obs, status, s
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return obsNoFinalAnswer, StatusFinishInvalid, ""
	}
	return obs, status, string(b)
}

// FinishCall is the text of an action that ends an episode with an answer.
func FinishCall(answer string) string {
	return FormatAction(FinishName, `{"return_type":"give_answer","final_answer":`+QuoteJSON(answer)+`}`)
}

// FormatAction writes a call the way policies are trained to write it. args is
// compact JSON.
func FormatAction(name, args string) string { return "Action: " + name + "\nAction Input: " + args }
