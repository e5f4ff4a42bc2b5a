package judge

import (
	"context"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Rules gives a status without a model. The first of these that applies decides:
//
//	the answer does not end with Finish and give_answer    Unsolved
//	the right answer is known                              Solved or Unsolved, by comparing
//	no call of an existing function succeeded              Unsolved
//	the final answer apologises or says that it failed     Unsolved
//	Supported of the final answer's words stand in what
//	successful calls answered                              Solved
//	otherwise                                              Unsure
//
// Where no right answer is known this is a rough guess that a fluent invention
// may pass: its figures do not compare with those of a model, and everything made
// of them bears the label "rules".
type Rules struct {
	Answers map[string]string // right answers by task id; may be nil
}

// Supported is the share of the words of a final answer from which it counts as
// grounded in answers of tools.
const Supported = .5

// Name implements Scorer and Annotator.
func (Rules) Name() string { return RulesName }

// Status implements Scorer.
func (r Rules) Status(_ context.Context, c *answers.Converted) (steptool.SolvedStatus, error) {
	t := NewTrajectory(c, false)
	said, ok := finalText(c.Answer.FinalAnswer)
	if t.Final == "" || !ok {
		return steptool.Unsolved, nil
	}
	if right, ok := r.Answers[c.ID]; ok {
		if task := (&toolenv.Task{Answer: right}); task.Solves(said) {
			return steptool.Solved, nil
		}
		return steptool.Unsolved, nil
	}
	var seen []string
	offered := c.FunctionNames()
	for _, call := range t.Calls {
		if ok, err := reward.DefaultRules().Succeeded(call.Response); err == nil && ok && known(offered, call.Name) {
			seen = append(seen, call.Response)
		}
	}
	switch {
	case len(seen) == 0 || apologises(said):
		return steptool.Unsolved, nil
	case grounded(said, seen) >= Supported:
		return steptool.Solved, nil
	}
	return steptool.Unsure, nil
}

// known reports whether a function is on offer; where nothing is listed, all are.
func known(offered []string, name string) bool {
	return len(offered) == 0 || slices.Contains(offered, name)
}

// finalText is the answer in the arguments of a Finish that gives one.
func finalText(arguments string) (string, bool) {
	status, said := toolenv.FinishStatus(arguments)
	if status != toolenv.StatusFinalAnswer || said == nil {
		return "", false
	}
	text := pyliteral.Str(said)
	return text, strings.TrimSpace(text) != ""
}

// apologies are beginnings of sentences by which models say that they failed.
var apologies = []string{
	"sorry", "apolog", "unable to", "was not able", "were not able", "could not", "couldn't", "cannot", "can't",
	"failed to", "unfortunately", "no information available", "not available",
}

func apologises(said string) bool {
	said = strings.ToLower(strings.ReplaceAll(said, "’", "'"))
	return slices.ContainsFunc(apologies, func(a string) bool { return strings.Contains(said, a) })
}

// grounded is the share of the words of an answer that stand in one of the
// observations: numbers, and words of four letters and more.
func grounded(said string, seen []string) float64 {
	have := map[string]bool{}
	for _, s := range seen {
		for _, w := range contentWords(s) {
			have[w] = true
		}
	}
	list := contentWords(said)
	n := 0
	for _, w := range list {
		if have[w] {
			n++
		}
	}
	return float64(n) / float64(max(len(list), 1))
}

func contentWords(s string) (out []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80)
	}) {
		if w[0] <= '9' || len(w) >= 4 {
			out = append(out, w)
		}
	}
	return out
}
