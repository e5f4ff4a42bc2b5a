package world

import (
	"encoding/json"
	"fmt"
	"strings"
)

// readAnswer reads the result of a call out of an observation as a reader would
// who expects the field of the function: if the field is missing it takes the
// first one there is, being misled by a misleading API. nil means an error or
// an empty answer.
func readAnswer(observation string, f *function) answer {
	const prefix = `{"error": "", "response": `
	if !strings.HasPrefix(observation, prefix) {
		return nil
	}
	dec := json.NewDecoder(strings.NewReader(observation[len(prefix) : len(observation)-1]))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var first, asked answer
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil
		}
		var v any
		if err := dec.Decode(&v); err != nil {
			return nil
		}
		a := texts(v)
		if first == nil {
			first = a
		}
		if key == f.answerField() {
			asked = a
		}
	}
	if asked != nil {
		return asked
	}
	return first
}

func texts(v any) answer {
	list, ok := v.([]any)
	if !ok {
		return answer{fmt.Sprint(v)}
	}
	var a answer
	for _, x := range list {
		a = append(a, fmt.Sprint(x))
	}
	return a
}
