package toolbench

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

const (
	giveAnswer = "give_answer"
	giveUp     = "give_up_and_restart"
)

// finishCall judges the arguments of Finish. Arguments that are no JSON, even
// with their end (a quote and a brace) put back, are searched for what they
// should have said.
func finishCall(input string, released bool) Result {
	r := Result{Name: toolenv.FinishName}
	args, err := finishArguments(input)
	if err != nil {
		r.SchemaError = "arguments are not JSON: " + err.Error()
		args = searchFinish(input)
	}
	d, ok := args.(pyliteral.Dict)
	if !ok {
		r.SchemaError = "arguments are no object"
		if released {
			r.Crash = &Crash{"AttributeError", "the arguments of Finish are JSON but no object"}
		}
	}
	fields := map[string]any{}
	for _, key := range []string{"return_type", "final_answer"} {
		if v, ok := d.Get(key); ok {
			fields[key] = v
		}
	}
	var answer any
	if r.Observation, r.Code, answer = toolenv.JudgeFinish(fields); r.Code == toolenv.StatusFinalAnswer {
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

// finishArguments reads JSON, also with raw control characters in its strings,
// also when it was cut off inside the last string.
func finishArguments(input string) (any, error) {
	lenient := pyliteral.JSONOptions{ControlCharacters: true}
	v, err := pyliteral.ParseJSON(input, lenient)
	if err == nil {
		return v, nil
	}
	if v, again := pyliteral.ParseJSON(input+`"}`, lenient); again == nil {
		return v, nil
	}
	return nil, err
}

// searchFinish looks for the two fields by their names and quotes.
func searchFinish(s string) pyliteral.Dict {
	d := pyliteral.Dict{}
	switch {
	case strings.Contains(s, `"return_type":`):
		d = append(d, pyliteral.Item{Key: "return_type", Value: searchKind(s, `"return_type": "`, `"return_type":"`, `"`)})
	case strings.Contains(s, `'return_type':`):
		d = append(d, pyliteral.Item{Key: "return_type", Value: searchKind(s, `'return_type': '`, `'return_type':'`, `'`)})
	}
	for _, mark := range []string{`"final_answer": "`, `"final_answer":"`, `'final_answer': '`, `'final_answer':'`, `'final_answer':`} {
		if _, answer, ok := strings.Cut(s, mark); ok {
			return append(d, pyliteral.Item{Key: "final_answer", Value: answer})
		}
	}
	return d
}

// searchKind finds one of the two valid choices, else says "invalid".
func searchKind(s, spaced, compact, quote string) string {
	for _, kind := range []string{giveAnswer, giveUp} {
		if strings.Contains(s, spaced+kind+quote) || strings.Contains(s, compact+kind+quote) {
			return kind
		}
	}
	return "invalid"
}
