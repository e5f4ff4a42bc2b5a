package reward

import (
	"encoding/json"
	"fmt"
	"strings"
)

// answered is how an observation of a call that went well begins.
const answered = `{"error": "", "response": `

// RuleError reports an observation on which the released rules crash; ours
// say so instead.
type RuleError struct{ Reason string }

func (e *RuleError) Error() string { return "reward: rules: " + e.Reason }

// SuccessRule decides from an observation whether a call succeeded
// (SuccCalling, the rules released with StepTool). The first of these that applies
// decides:
//
//	begins with {"error": "", "response":    success
//	error is not ""                          failure
//	response is an object                    failure when its status is 400
//	response is a list, a bool or a whole number   success
//	response is a text                       failure when it contains "wrong", "error" or "is empty" or begins with "Please"
func SuccessRule(observation string) (bool, error) {
	v, err := decodeOrdered(observation)
	if err != nil && strings.HasPrefix(observation, `{"error": "`) && !strings.HasPrefix(observation, answered) {
		// An error text that was cut off: close it.
		if v, err = decodeOrdered(observation + `"}`); err != nil {
			return false, &RuleError{"observation is cut off, and not inside the error text"}
		}
	}
	if strings.HasPrefix(observation, strings.TrimSuffix(answered, " ")) {
		return true, nil
	}
	if err != nil {
		return false, &RuleError{"observation is not JSON"}
	}
	obj, ok := v.([]pair)
	if !ok {
		return false, &RuleError{"observation is not an object"}
	}
	problem, ok := get(obj, "error")
	if !ok {
		return false, &RuleError{"observation has no field error"}
	}
	if problem != "" {
		return false, nil
	}
	response, ok := get(obj, "response")
	if !ok {
		return false, &RuleError{"observation has no field response"}
	}
	switch r := response.(type) {
	case []pair:
		status, _ := get(r, "status")
		n, isNumber := status.(json.Number)
		f, err := n.Float64()
		return !(isNumber && err == nil && f == 400), nil
	case []any, bool:
		return true, nil
	case json.Number:
		if strings.ContainsAny(string(r), ".eE") {
			return false, &RuleError{"response is a float"}
		}
		return true, nil
	case string:
		bad := strings.Contains(r, "wrong") || strings.Contains(r, "error") || strings.Contains(r, "is empty") || strings.HasPrefix(r, "Please")
		return !bad, nil
	}
	return false, &RuleError{fmt.Sprintf("response is %s", pyRepr(response))}
}

// Overlap is what ContributionRule found.
type Overlap struct {
	Response    string // the text that was compared
	LCS         int    // characters of the longest common subsequence
	Contributes bool
}

// ContributionRule decides from an observation and the arguments of Finish
// whether a call contributed: when the longest common subsequence of the
// response (as Python prints it) and the arguments covers at least threshold of
// the response. Short responses nearly always pass; TokenContribution is
// stricter.
func ContributionRule(observation, finish string, threshold float64) (Overlap, error) {
	text, err := responseText(observation)
	if err != nil {
		return Overlap{}, err
	}
	a, b := []rune(text), []rune(finish)
	o := Overlap{Response: text, LCS: lcs(a, b)}
	if len(a) > 0 {
		o.Contributes = float64(o.LCS)/float64(len(a)) >= threshold
	}
	return o, nil
}

// responseText is the response part of an observation. From a text that is no
// JSON it drops as many characters as the usual beginning has.
func responseText(observation string) (string, error) {
	v, err := decodeOrdered(observation)
	if err != nil {
		runes := []rune(observation)
		return string(runes[min(len(answered), len(runes)):]), nil
	}
	obj, ok := v.([]pair)
	if !ok {
		return "", &RuleError{"observation is not an object"}
	}
	response, ok := get(obj, "response")
	if !ok {
		return "", &RuleError{"observation has no field response"}
	}
	return pyStr(response), nil
}

// TokenContribution is the share of a response's words and numbers that also
// stand in the arguments of Finish.
func TokenContribution(observation, finish string) (float64, error) {
	text, err := responseText(observation)
	if err != nil {
		return 0, err
	}
	words := wordsOf(text)
	if len(words) == 0 {
		return 0, nil
	}
	said := map[string]bool{}
	for _, w := range wordsOf(finish) {
		said[w] = true
	}
	n := 0
	for _, w := range words {
		if said[w] {
			n++
		}
	}
	return float64(n) / float64(len(words)), nil
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80)
	})
}

// lcs is the length of the longest common subsequence, in O(len(a)·len(b)) time
// and O(len(b)) memory.
func lcs(a, b []rune) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			up := row[j+1]
			switch {
			case x == y:
				row[j+1] = diagonal + 1
			case row[j] > up:
				row[j+1] = row[j]
			}
			diagonal = up
		}
	}
	return row[len(b)]
}
