package reward

import (
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Rules decide about a call from what answered it. They never fail unless
// Released is set.
type Rules struct {
	// Threshold is the share of the response that has to stand in the final answer.
	Threshold float64
	// Words compares words instead of characters (see TokenContribution). Of
	// characters almost any long answer has a third of a short response in it.
	Words bool
	// Released applies SuccessRule and ContributionRule as they are, errors included.
	Released bool
}

// DefaultRules are the corrected ones with StepTool's threshold.
func DefaultRules() Rules { return Rules{Threshold: .3} }

// Succeeded decides whether a call went well (SuccCalling). The released rule
// takes every answer that begins {"error": "", "response": for a success, which
// makes most of it dead. Here the whole of it applies, to every answer:
//
//	no JSON                               success when it is a success that was cut off
//	not an object, or error not ""        failure
//	response is missing                   failure
//	response is an object                 failure when its status is a number from 400 to 599
//	response is a short text              failure when it contains "wrong", "error" or "is empty" or begins with "Please"
//	everything else                       success
//
// A text is short up to 300 characters: what reports a failure is, and in a long
// answer these words may stand anywhere.
func (r Rules) Succeeded(observation string) (bool, error) {
	if r.Released {
		return SuccessRule(observation)
	}
	v, err := pyliteral.FromJSON(observation)
	if err != nil {
		return strings.HasPrefix(observation, strings.TrimSuffix(answered, " ")), nil
	}
	obj, ok := v.(pyliteral.Dict)
	if !ok {
		return false, nil
	}
	if problem, ok := obj.Get("error"); ok && problem != "" && problem != nil {
		return false, nil
	}
	response, ok := obj.Get("response")
	if !ok {
		return false, nil
	}
	switch response := response.(type) {
	case pyliteral.Dict:
		status, _ := response.Get("status")
		return !failed(status), nil
	case string:
		return !complains(response), nil
	}
	return true, nil
}

// failed reports whether a status is one of HTTP's for a failure.
func failed(status any) bool {
	switch s := status.(type) {
	case int64:
		return s >= 400 && s < 600
	case float64:
		return s >= 400 && s < 600
	case *big.Int:
		return false
	}
	return false
}

// shortText is up to how many characters a response may be a complaint.
const shortText = 300

func complains(text string) bool {
	if utf8.RuneCountInString(text) > shortText {
		return false
	}
	return strings.Contains(text, "wrong") || strings.Contains(text, "error") || strings.Contains(text, "is empty") || strings.HasPrefix(text, "Please")
}

// maxCompared is how many characters of a text are compared at most: beyond, a
// comparison would take a second.
const maxCompared = 1 << 18

// Contributes decides whether a call helped towards the final answer, the argument
// text of Finish. Unlike the released rule it drops the usual beginning of an answer
// that was cut off only where it stands, and takes an answer without a response for
// one that did not help.
func (r Rules) Contributes(observation, finish string) (Overlap, error) {
	if r.Released {
		return ContributionRule(observation, finish, r.Threshold)
	}
	text := response(observation)
	o := Overlap{Response: text}
	if r.Words {
		o.Share = sharedWords(text, finish)
	} else if a, b := firstCharacters(text), firstCharacters(finish); len(a) > 0 {
		o.LCS = lcs(a, b)
		o.Share = float64(o.LCS) / float64(len(a))
	}
	o.Contributes = text != "" && o.Share >= r.Threshold
	return o, nil
}

// response is the text of an answer's response as Python prints it, "" when
// there is none.
func response(observation string) string {
	v, err := pyliteral.FromJSON(observation)
	if err != nil {
		rest, _ := strings.CutPrefix(observation, answered)
		return rest
	}
	if obj, ok := v.(pyliteral.Dict); ok {
		if r, ok := obj.Get("response"); ok {
			return pyliteral.Str(r)
		}
	}
	return ""
}

func firstCharacters(s string) []rune {
	c := characters(s)
	return c[:min(len(c), maxCompared)]
}
