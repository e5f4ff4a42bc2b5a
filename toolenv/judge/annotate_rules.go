package judge

import (
	"context"
	"errors"

	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// RulesName labels what was judged without a model.
const RulesName = "rules"

// maxContribution is the top of the scale of contributions.
const maxContribution = 5

// RuleAnnotator judges by the rules that StepTool released: a call succeeded by
// what its answer says, and contributed (5, else 0) when enough of its answer
// stands in the final one. The status is that of Rules.
type RuleAnnotator struct {
	Rules
	// Threshold of the overlap; 0 means .3.
	Threshold float64
	// Released applies the rules as released: an answer on which they crash is an
	// error, and calls of functions that do not exist are judged like others. By
	// default both are failures of the call.
	Released bool
}

// Annotate implements Annotator. Every repeat is the same.
func (r RuleAnnotator) Annotate(ctx context.Context, t *Trajectory, _ int) (steptool.Judgement, error) {
	if r.Threshold == 0 {
		r.Threshold = .3
	}
	j := steptool.Judgement{Succeeded: make([]float64, len(t.Calls)), Contributions: make([]float64, len(t.Calls))}
	offered := t.FunctionNames()
	for k, c := range t.Calls {
		if !r.Released && !known(offered, c.Name) {
			continue
		}
		var crash *reward.RuleError
		ok, err := reward.SuccessRule(c.Response)
		if err != nil && (r.Released || !errors.As(err, &crash)) {
			return j, err
		}
		if ok {
			j.Succeeded[k] = 1
		}
		overlap, err := reward.ContributionRule(c.Response, t.Answer.FinalAnswer, r.Threshold)
		if err != nil && (r.Released || !errors.As(err, &crash)) {
			return j, err
		}
		if err == nil && overlap.Contributes && (ok || r.Released) {
			j.Contributions[k] = maxContribution
		}
	}
	var err error
	j.Status, err = r.Status(ctx, t.Converted)
	return j, err
}
