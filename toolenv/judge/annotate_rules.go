package judge

import (
	"context"

	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// RulesName labels what was judged without a model.
const RulesName = "rules"

// maxContribution is the top of the scale of contributions.
const maxContribution = 5

// RuleAnnotator judges by StepTool's rules: a call succeeded by what its answer
// says, and contributed (5, else 0) when enough of its answer stands in the final
// one. The status is that of Rules.
type RuleAnnotator struct {
	Rules
	// Steps are the rules for calls; without a threshold they are
	// reward.DefaultRules. In the released form an answer on which they crash is an
	// error, calls of functions that do not exist are judged like others, and what
	// failed may contribute.
	Steps reward.Rules
}

// Annotate implements Annotator. Every repeat is the same.
func (r RuleAnnotator) Annotate(ctx context.Context, t *Trajectory, _ int) (steptool.Judgement, error) {
	rules := r.Steps
	if rules.Threshold == 0 {
		rules.Threshold = reward.DefaultRules().Threshold
	}
	j := steptool.Judgement{Succeeded: make([]float64, len(t.Calls)), Contributions: make([]float64, len(t.Calls))}
	offered := t.FunctionNames()
	for k, c := range t.Calls {
		ok, err := rules.Succeeded(c.Response)
		if err != nil {
			return j, err
		}
		if !rules.Released && (!ok || !known(offered, c.Name)) {
			continue
		}
		if ok {
			j.Succeeded[k] = 1
		}
		overlap, err := rules.Contributes(c.Response, t.Answer.FinalAnswer)
		if err != nil {
			return j, err
		}
		if overlap.Contributes {
			j.Contributions[k] = maxContribution
		}
	}
	var err error
	j.Status, err = r.Status(ctx, t.Converted)
	return j, err
}
