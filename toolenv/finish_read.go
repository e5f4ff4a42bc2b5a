package toolenv

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// FinishArguments is what a model wrote as the arguments of Finish.
type FinishArguments struct {
	// Fields holds return_type and final_answer, as far as they are there: values of
	// package pyliteral.
	Fields map[string]any
	// Err says why the text is no JSON, even with its end put back. Fields is then
	// what could be found in it.
	Err error
	// Object: the JSON is an object.
	Object bool
}

// ReadFinish reads the arguments of Finish as ToolBench does. Arguments that are
// no JSON, even with their end (a quote and a brace) put back, are searched for
// what they should have said: models are often cut off in their last sentence.
func ReadFinish(input string) FinishArguments {
	a := FinishArguments{Fields: map[string]any{}}
	v, err := finishJSON(input)
	if err != nil {
		a.Err = err
		v = searchFinish(input)
	}
	d, ok := v.(pyliteral.Dict)
	a.Object = ok && err == nil
	for _, key := range []string{"return_type", "final_answer"} {
		if v, ok := d.Get(key); ok {
			a.Fields[key] = v
		}
	}
	return a
}

// FinishStatus is how a call of Finish with these arguments ends, and with
// StatusFinalAnswer the answer.
func FinishStatus(input string) (Status, any) {
	_, status, answer := JudgeFinish(ReadFinish(input).Fields)
	return status, answer
}

const (
	giveAnswer = "give_answer"
	giveUp     = "give_up_and_restart"
)

// finishJSON reads JSON, also with raw control characters in its strings,
// also when it was cut off inside the last string.
func finishJSON(input string) (any, error) {
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
