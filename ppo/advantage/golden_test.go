package advantage_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/ppo/advantage"
)

type testCase struct {
	Name    string
	Params  map[string]float64
	Returns []float64
	Group   []int
	Rows    []struct {
		Turn   []int32
		Reward []float64
	}
	Rewards  [][]float64
	States   [][]string
	Task     []int
	Expected json.RawMessage
}

func each(t *testing.T, file string, f func(t *testing.T, c testCase)) {
	path := filepath.Join(golden.Dir(t), "rl", file)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no golden file %s", path)
	}
	var doc struct{ Cases []testCase }
	golden.JSON(t, path, &doc)
	if len(doc.Cases) == 0 {
		t.Fatalf("%s has no cases", path)
	}
	for _, c := range doc.Cases {
		t.Run(c.Name, func(t *testing.T) { f(t, c) })
	}
}

func (c testCase) expect(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(c.Expected, v); err != nil {
		t.Fatal(err)
	}
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*max(1, math.Abs(want[i]))) {
			t.Errorf("%s[%d] = %.17g, want %.17g", what, i, got[i], want[i])
		}
	}
}

func TestGoldenGroup(t *testing.T) {
	each(t, "group_advantages.json", func(t *testing.T, c testCase) {
		type forms struct {
			GRPO      []float64
			GRPONoStd []float64 `json:"grpo_no_std"`
			RLOO      []float64
		}
		var want struct {
			forms
			SingletonRaw forms `json:"singleton_raw"`
		}
		c.expect(t, &want)
		for raw, w := range map[bool]forms{false: want.forms, true: want.SingletonRaw} {
			eps := c.Params["eps"]
			near(t, "GRPO", advantage.GRPO{Eps: eps, RawSingle: raw}.Advantages(c.Returns, c.Group), w.GRPO)
			near(t, "GRPO without std", advantage.GRPO{Eps: eps, NoStd: true, RawSingle: raw}.Advantages(c.Returns, c.Group), w.GRPONoStd)
			near(t, "RLOO", advantage.RLOO{RawSingle: raw}.Advantages(c.Returns, c.Group), w.RLOO)
		}
	})
}

func TestGoldenReinforce(t *testing.T) {
	each(t, "reinforce_pp.json", func(t *testing.T, c testCase) {
		var want struct {
			Returns, Advantages [][]float64
			TrajectoryReturn    []float64   `json:"trajectory_return"`
			BaselineAdvantages  [][]float64 `json:"baseline_advantages"`
		}
		c.expect(t, &want)
		var rows []*ppo.Row
		var totals []float64
		for i, g := range c.Rows {
			r := ppo.NewRow(g.Turn)
			total := 0.0
			for k, u := range g.Turn {
				if u >= 0 {
					r.Task[k] = g.Reward[k]
					total += g.Reward[k]
				}
			}
			advantage.Reinforce{Gamma: c.Params["gamma"]}.Estimate(r)
			near(t, "returns", r.Return, want.Returns[i])
			rows, totals = append(rows, r), append(totals, total)
		}
		near(t, "trajectory returns", totals, want.TrajectoryReturn)
		ppo.Whiten(rows, ppo.WhitenFull)
		for i, r := range rows {
			near(t, "advantages", r.Advantage, want.Advantages[i])
		}
		advantage.Broadcast(rows, advantage.GRPO{NoStd: true}.Advantages(totals, c.Group))
		ppo.Whiten(rows, ppo.WhitenFull)
		for i, r := range rows {
			near(t, "baseline advantages", r.Advantage, want.BaselineAdvantages[i])
		}
	})
}

func TestGoldenGiGPO(t *testing.T) {
	each(t, "gigpo.json", func(t *testing.T, c testCase) {
		var want struct {
			StepReturns [][]float64            `json:"step_returns"`
			Advantages  map[string][][]float64 // "episodes mean_norm", …
		}
		c.expect(t, &want)
		for form, w := range want.Advantages {
			g := advantage.GiGPO{Gamma: c.Params["gamma"], StepWeight: c.Params["step_weight"], Eps: c.Params["eps"],
				PerStep: strings.HasPrefix(form, "steps"), NoStd: strings.HasSuffix(form, "mean_norm")}
			a, ret := g.Advantages(c.Rewards, c.States, c.Task)
			for i := range w {
				near(t, "step returns", ret[i], want.StepReturns[i])
				near(t, form, a[i], w[i])
			}
		}
	})
}

func TestGoldenLambda(t *testing.T) {
	each(t, "lambda.json", func(t *testing.T, c testCase) {
		var want float64
		c.expect(t, &want)
		n := int(c.Params["length"])
		got := advantage.VAPO(c.Params["alpha"], n)
		if q, ok := c.Params["q"]; ok {
			got = advantage.RelativeLambda(q, n)
		}
		near(t, "lambda", []float64{got}, []float64{want})
	})
}
