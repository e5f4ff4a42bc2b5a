package ppo_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/ppo"
)

func TestGoldenGAE(t *testing.T) {
	for _, c := range readCases(t, "gae.json") {
		t.Run(c.Name, func(t *testing.T) {
			g, l := c.number("gamma"), c.number("lambda")
			f, split := ppo.Factors{Gamma: g, Lambda: l}, c.Params["split"].(map[string]any)
			within := ppo.Factors{Gamma: split["gamma_inside"].(float64), Lambda: split["lambda_inside"].(float64)}
			rules := map[string]ppo.Estimator{
				"token":   ppo.Trace{Within: f, Across: f},
				"paper":   ppo.Trace{Within: ppo.Factors{Gamma: 1, Lambda: 1}, Across: f},
				"split":   ppo.Trace{Within: within, Across: f},
				"turn":    ppo.TurnGAE{Factors: f},
				"step":    ppo.TurnGAE{Factors: f, KLInside: true},
				"bilevel": ppo.Bilevel{Within: f, Across: ppo.Factors{Gamma: c.number("high_gamma"), Lambda: l}},
				"include": ppo.EveryToken{Factors: f},
				"zeroed":  ppo.EveryToken{Factors: f, Zero: true},
			}
			var want map[string]struct {
				Advantages, Returns, Whitened [][]float64
				Mean, Var                     float64
			}
			c.expect(t, &want)
			for name, w := range want {
				rule, ok := rules[name]
				if !ok {
					t.Fatalf("no rule for mode %q", name)
				}
				rows := make([]*ppo.Row, len(c.Rows))
				for i, r := range c.Rows {
					rows[i] = r.row()
					rule.Estimate(rows[i])
					near(t, name+" advantages", rows[i].Advantage, w.Advantages[i])
					near(t, name+" returns", rows[i].Return, w.Returns[i])
				}
				mean, variance := ppo.Whiten(rows, ppo.WhitenFull)
				near1(t, name+" mean", mean, w.Mean)
				near1(t, name+" variance", variance, w.Var)
				for i, r := range rows {
					near(t, name+" whitened", r.Advantage, w.Whitened[i])
				}
			}
		})
	}
}

func TestGoldenRewards(t *testing.T) {
	for _, c := range readCases(t, "rewards.json") {
		t.Run(c.Name, func(t *testing.T) {
			type pipeline struct{ Advantages, Returns, Whitened []float64 }
			var want map[string]struct {
				Rewards       []float64
				Token, Zeroed pipeline
			}
			c.expect(t, &want)
			for name, w := range want {
				row := ppo.NewRow(c.Row.Turn)
				copy(row.Value, c.Row.Value)
				for i := range row.KL {
					row.KL[i] = -c.number("beta") * (c.Row.Logp[i] - c.Row.Ref[i])
				}
				switch name {
				case "uniform":
					if err := ppo.PlaceSteps(row, c.Row.Scores, ppo.Uniform); err != nil {
						t.Fatal(err)
					}
				case "released":
					ppo.PlaceRuns(row, c.Row.Scores, ppo.Released)
				}
				got := make([]float64, len(row.Task))
				for i := range got {
					got[i] = row.Task[i] + row.KL[i]
				}
				near(t, name+" rewards", got, w.Rewards)
				f := ppo.Factors{Gamma: c.number("gamma"), Lambda: c.number("lambda")}
				check := func(mode string, rule ppo.Estimator, w pipeline) {
					rule.Estimate(row)
					near(t, name+" "+mode+" advantages", row.Advantage, w.Advantages)
					near(t, name+" "+mode+" returns", row.Return, w.Returns)
					ppo.Whiten([]*ppo.Row{row}, ppo.WhitenFull)
					near(t, name+" "+mode+" whitened", row.Advantage, w.Whitened)
				}
				check("token", ppo.Trace{Within: f, Across: f}, w.Token)
				check("zeroed", ppo.EveryToken{Factors: f, Zero: true}, w.Zeroed)
			}
		})
	}
}

func TestGoldenWhiten(t *testing.T) {
	for _, c := range readCases(t, "whiten.json") {
		t.Run(c.Name, func(t *testing.T) {
			var lists, masks [][]float64
			decode(t, c.All["rows"], &lists)
			decode(t, c.All["masks"], &masks)
			var want struct {
				Mean, Var float64
				Whitened  [][]float64
				ScaleOnly [][]float64 `json:"scale_only"`
			}
			c.expect(t, &want)
			for form, expected := range map[ppo.Whitening][][]float64{ppo.WhitenFull: want.Whitened, ppo.ScaleOnly: want.ScaleOnly} {
				var rows []*ppo.Row
				for i, m := range masks {
					turn := make([]int32, len(m))
					for t := range m {
						turn[t] = int32(m[t]) - 1
					}
					r := ppo.NewRow(turn)
					for t := range m {
						r.Advantage[t] = lists[i][t] * m[t]
					}
					rows = append(rows, r)
				}
				mean, variance := ppo.Whiten(rows, form)
				near1(t, "mean", mean, want.Mean)
				near1(t, "variance", variance, want.Var)
				for i, r := range rows {
					near(t, string(form), r.Advantage, expected[i])
				}
			}
		})
	}
}
