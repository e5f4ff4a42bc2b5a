package reward

import (
	"fmt"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// answered is how an observation of a call that went well begins.
const answered = `{"error": "", "response": `

// RuleError reports an observation on which the released rules crash; ours
// say so instead.
type RuleError struct{ Reason string }

// Error implements error.
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
	v, err := pyliteral.FromJSON(observation)
	if err != nil && strings.HasPrefix(observation, `{"error": "`) && !strings.HasPrefix(observation, answered) {
		// An error text that was cut off: close it.
		if v, err = pyliteral.FromJSON(observation + `"}`); err != nil {
			return false, &RuleError{"observation is cut off, and not inside the error text"}
		}
	}
	if strings.HasPrefix(observation, strings.TrimSuffix(answered, " ")) {
		return true, nil
	}
	if err != nil {
		return false, &RuleError{"observation is not JSON"}
	}
	obj, ok := v.(pyliteral.Dict)
	if !ok {
		return false, &RuleError{"observation is not an object"}
	}
	problem, ok := obj.Get("error")
	if !ok {
		return false, &RuleError{"observation has no field error"}
	}
	if problem != "" {
		return false, nil
	}
	response, ok := obj.Get("response")
	if !ok {
		return false, &RuleError{"observation has no field response"}
	}
	switch r := response.(type) {
	case pyliteral.Dict:
		status, _ := r.Get("status")
		return status != int64(400) && status != 400., nil
	case pyliteral.List, bool, int64, *big.Int:
		return true, nil
	case float64:
		return false, &RuleError{"response is a float"}
	case string:
		bad := strings.Contains(r, "wrong") || strings.Contains(r, "error") || strings.Contains(r, "is empty") || strings.HasPrefix(r, "Please")
		return !bad, nil
	}
	return false, &RuleError{fmt.Sprintf("response is %s", pyliteral.Repr(response))}
}

// Overlap is what ContributionRule found.
type Overlap struct {
	Response    string  // the text that was compared
	LCS         int     // characters of the longest common subsequence
	Share       float64 // of the response that the answer has too
	Contributes bool
}

// ContributionRule decides from an observation and the arguments of Finish
// whether a call contributed: when the longest common subsequence of the
// response (as Python prints it) and the arguments covers at least threshold of
// the response (the rule released with StepTool). Short responses nearly always
// pass; TokenContribution is stricter.
func ContributionRule(observation, finish string, threshold float64) (Overlap, error) {
	text, err := responseText(observation)
	if err != nil {
		return Overlap{}, err
	}
	a, b := characters(text), characters(finish)
	o := Overlap{Response: text, LCS: lcs(a, b)}
	if len(a) > 0 {
		o.Share = float64(o.LCS) / float64(len(a))
		o.Contributes = o.Share >= threshold
	}
	return o, nil
}

// responseText is the response part of an observation. From a text that is no
// JSON it drops as many characters as the usual beginning has.
func responseText(observation string) (string, error) {
	v, err := pyliteral.FromJSON(observation)
	if err != nil {
		runes := characters(observation)
		return string(runes[min(len(answered), len(runes)):]), nil
	}
	obj, ok := v.(pyliteral.Dict)
	if !ok {
		return "", &RuleError{"observation is not an object"}
	}
	response, ok := obj.Get("response")
	if !ok {
		return "", &RuleError{"observation has no field response"}
	}
	return pyliteral.Str(response), nil
}

// TokenContribution is the share of a response's words and numbers that also
// stand in the arguments of Finish.
func TokenContribution(observation, finish string) (float64, error) {
	text, err := responseText(observation)
	if err != nil {
		return 0, err
	}
	return sharedWords(text, finish), nil
}

// sharedWords is the share of a text's words that a second text has too.
func sharedWords(text, finish string) float64 {
	words := wordsOf(text)
	if len(words) == 0 {
		return 0
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
	return float64(n) / float64(len(words))
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80)
	})
}

// characters are those that Python counts: half a surrogate pair, which stands
// as three bytes, is one.
func characters(s string) []rune {
	if utf8.ValidString(s) {
		return []rune(s)
	}
	var out []rune
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 && len(s) >= 3 && s[0] == 0xED && s[1]&0xE0 == 0xA0 && s[2]&0xC0 == 0x80 {
			r, n = 0xD000|rune(s[1]&0x3F)<<6|rune(s[2]&0x3F), 3
		}
		out, s = append(out, r), s[n:]
	}
	return out
}
