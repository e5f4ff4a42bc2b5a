package metrics

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// Errors counts calls by what is wrong with them. A call is in one category at
// most, the first that fits, in the order of the fields (StepTool's Table 6 names
// them and gives no rules; these are ours).
type Errors struct {
	Parse        int // no name, or arguments that are no JSON
	Hallucinated int // a function that is not on offer
	Arguments    int // arguments that do not fit: the schema, or an error answer that names an argument
	// Selection are calls of functions on offer that are not relevant, and one for
	// every task of which a relevant function was never called.
	Selection int
	// Other are error answers of which none of the above is true: the tool failed,
	// or whatever plays it. They are in no category of the paper.
	Other int
}

// Add adds counts.
func (e *Errors) Add(f Errors) {
	e.Parse += f.Parse
	e.Hallucinated += f.Hallucinated
	e.Arguments += f.Arguments
	e.Selection += f.Selection
	e.Other += f.Other
}

// Total are the calls (and tasks, for Selection) in a category of the paper.
func (e *Errors) Total() int { return e.Parse + e.Hallucinated + e.Arguments + e.Selection }

// Categories classifies the calls of an answer. relevant are the functions of the
// task; nil when they are not known, and then Selection stays 0. fits checks
// arguments against a function's schema; nil when there is none.
func (a *Answer) Categories(relevant []string, fits func(name, arguments string) bool) Errors {
	onOffer, isRelevant, seen := a.onOffer(), set(relevant), map[string]bool{}
	var e Errors
	for _, c := range a.Calls {
		seen[c.Name] = true
		switch {
		case strings.TrimSpace(c.Name) == "" || !readable(c) || strings.HasPrefix(errorOf(c.Response), parseError):
			e.Parse++
		case !onOffer(c.Name) || strings.HasPrefix(c.Response, noSuchFunction):
			e.Hallucinated++
		case fits != nil && !fits(c.Name, c.Arguments) || namesArgument(errorOf(c.Response)):
			e.Arguments++
		case c.Name != toolenv.FinishName && relevant != nil && !isRelevant[c.Name]:
			e.Selection++
		case errorOf(c.Response) != "":
			e.Other++
		}
	}
	for _, g := range relevant {
		if !seen[g] {
			e.Selection++
			break
		}
	}
	return e
}

// ReleasedCategories counts by what tools answered, which reproduces three of the
// four columns of Table 6 to a few hundredths of a percent: parse errors that the
// server reports, functions that the environment does not know, and every other
// error answer as one about arguments. Selection cannot be reproduced and stays 0.
func (a *Answer) ReleasedCategories() Errors {
	var e Errors
	for _, c := range a.Calls {
		if c.Name == toolenv.FinishName {
			continue
		}
		switch text := errorOf(c.Response); {
		case strings.HasPrefix(text, parseError):
			e.Parse++
		case strings.HasPrefix(c.Response, noSuchFunction):
			e.Hallucinated++
		case text != "":
			e.Arguments++
		}
	}
	return e
}

// onOffer tells which functions are. Finish always is, and where nothing is listed
// all are.
func (a *Answer) onOffer() func(name string) bool {
	if len(a.Functions) == 0 {
		return func(string) bool { return true }
	}
	listed := set(a.Functions)
	return func(name string) bool { return name == toolenv.FinishName || listed[name] }
}

// Clean reports whether all names called are on offer (ToolBench's hallucination
// check).
func (a *Answer) Clean() bool {
	onOffer := a.onOffer()
	for _, c := range a.Calls {
		if !onOffer(c.Name) || strings.HasPrefix(c.Response, noSuchFunction) {
			return false
		}
	}
	return true
}

// Finished reports whether the path ends with a call of Finish, whatever it says.
func (a *Answer) Finished() bool {
	n := len(a.Calls)
	return n > 0 && a.Calls[n-1].Name == toolenv.FinishName
}

// Answered reports whether the path ends with Finish that gives an answer.
func (a *Answer) Answered() bool {
	if !a.Finished() {
		return false
	}
	status, _ := toolenv.FinishStatus(a.Calls[len(a.Calls)-1].Arguments)
	return status == toolenv.StatusFinalAnswer
}

// What ToolBench's server and environment say.
const (
	noSuchFunction = `{"error": "No such function name: `
	parseError     = "Tool input parse error"
)

// errorOf is the error text of an observation, escapes as they stand; "" when
// there is none.
func errorOf(observation string) string {
	const head = `{"error": "`
	text, ok := strings.CutPrefix(observation, head)
	if !ok {
		return ""
	}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[:i]
		}
	}
	return text // cut off
}

// namesArgument reports whether an error is about arguments: one that is
// missing, unexpected or wrong.
func namesArgument(err string) bool {
	err = strings.ReplaceAll(strings.ToLower(err), "unexpected error", "error") // of the tool
	if strings.HasPrefix(err, "request invalid") {                              // what the environment says of a failed request
		return false
	}
	for _, word := range []string{"argument", "parameter", "input", "required", "invalid", "provided", "must be", "missing", "empty", "expected"} {
		if strings.Contains(err, word) {
			return true
		}
	}
	return false
}

// readable reports whether the arguments of a call are JSON: for Finish as its
// parser reads them (control characters inside of strings, a cut-off end), for
// others as the server does.
func readable(c answers.Call) bool {
	if _, err := pyliteral.FromJSON(c.Arguments); err == nil {
		return true
	}
	if c.Name != toolenv.FinishName {
		return c.Arguments == "" // no argument at all is a call without arguments
	}
	for _, t := range []string{c.Arguments, c.Arguments + `"}`} {
		if _, err := pyliteral.ParseJSON(t, pyliteral.JSONOptions{ControlCharacters: true}); err == nil {
			return true
		}
	}
	return false
}

func set(names []string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}
