package dpo

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

func TestGolden(t *testing.T) {
	path := filepath.Join(golden.Dir(t), "rl", "dpo.json")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no golden file %s", path)
	}
	var doc struct {
		Cases []struct {
			Name   string
			Params struct {
				Beta           float64
				LabelSmoothing float64 `json:"label_smoothing"`
				Loss           Form
				ReferenceFree  bool `json:"reference_free"`
			}
			PolicyChosen      []float64 `json:"policy_chosen"`
			PolicyRejected    []float64 `json:"policy_rejected"`
			ReferenceChosen   []float64 `json:"reference_chosen"`
			ReferenceRejected []float64 `json:"reference_rejected"`
			Expected          struct {
				Losses             []float64
				Mean, Accuracy     float64
				GradPolicyChosen   []float64 `json:"grad_policy_chosen"`
				GradPolicyRejected []float64 `json:"grad_policy_rejected"`
				ChosenRewards      []float64 `json:"chosen_rewards"`
				RejectedRewards    []float64 `json:"rejected_rewards"`
			}
		}
	}
	golden.JSON(t, path, &doc)
	if len(doc.Cases) == 0 {
		t.Fatalf("%s has no cases", path)
	}
	near := func(t *testing.T, what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))) {
			t.Errorf("%s = %.17g, want %.17g", what, got, want)
		}
	}
	for _, c := range doc.Cases {
		t.Run(c.Name, func(t *testing.T) {
			l := Loss{c.Params.Loss, c.Params.Beta, c.Params.LabelSmoothing, c.Params.ReferenceFree}
			n := len(c.PolicyChosen)
			var all []Result
			for i := range n {
				r := l.Pair(Pair{c.PolicyChosen[i], c.PolicyRejected[i], c.ReferenceChosen[i], c.ReferenceRejected[i]})
				all = append(all, r)
				near(t, "loss", r.Loss, c.Expected.Losses[i])
				near(t, "chosen gradient", r.Grad/float64(n), c.Expected.GradPolicyChosen[i])
				near(t, "rejected gradient", -r.Grad/float64(n), c.Expected.GradPolicyRejected[i])
				near(t, "chosen reward", r.ChosenReward, c.Expected.ChosenRewards[i])
				near(t, "rejected reward", r.RejectedReward, c.Expected.RejectedRewards[i])
			}
			mean, accuracy := Mean(all)
			near(t, "mean", mean, c.Expected.Mean)
			near(t, "accuracy", accuracy, c.Expected.Accuracy)
		})
	}
}

// The derivative agrees with a central difference for every form.
func TestGradient(t *testing.T) {
	for _, l := range []Loss{{Form: Sigmoid, Beta: .3}, {Form: Sigmoid, Beta: .3, LabelSmoothing: .2}, {Form: IPO, Beta: .1}, {Form: Sigmoid, Beta: 1, ReferenceFree: true}} {
		for _, x := range []float64{-3, -.1, 0, .4, 2} {
			p := Pair{PolicyChosen: x, PolicyRejected: .7, ReferenceChosen: -.2, ReferenceRejected: .1}
			const h = 1e-5
			up, down := p, p
			up.PolicyChosen += h
			down.PolicyChosen -= h
			want := (l.Pair(up).Loss - l.Pair(down).Loss) / (2 * h)
			if got := l.Pair(p).Grad; math.Abs(got-want) > 1e-8*max(1, math.Abs(want)) {
				t.Errorf("%+v at %g: gradient %g, difference %g", l, x, got, want)
			}
		}
	}
}
