package toolbench

import (
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// finishCall judges the arguments of Finish.
func finishCall(input string, released bool) Result {
	r := Result{Name: toolenv.FinishName}
	args := toolenv.ReadFinish(input)
	switch {
	case args.Err != nil:
		r.SchemaError = "arguments are not JSON: " + args.Err.Error()
	case !args.Object:
		r.SchemaError = "arguments are no object"
		if released {
			r.Crash = &Crash{"AttributeError", "the arguments of Finish are JSON but no object"}
		}
	}
	var answer any
	if r.Observation, r.Code, answer = toolenv.JudgeFinish(args.Fields); r.Code == toolenv.StatusFinalAnswer {
		r.Final = answerText(answer)
	}
	return r
}

// answerText is an answer that is no string as JSON.
func answerText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return pyliteral.Dumps(v, pyliteral.JSONStyle{})
}
