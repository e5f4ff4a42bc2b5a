package ppo_test

import (
	"encoding/json"
	"testing"

	"github.com/stepgrain/stepgrain/ppo"
)

func decode(t *testing.T, raw json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

func TestGoldenPolicyLoss(t *testing.T) {
	for _, c := range readCases(t, "policy_loss.json") {
		t.Run(c.Name, func(t *testing.T) {
			l := ppo.PolicyLoss{ClipLow: c.number("clip_low"), ClipHigh: c.number("clip_high"), DualClip: c.number("dual_clip"),
				LogRatioClamp: c.number("log_ratio_clamp"), MaxRatio: c.number("ratio_threshold")}
			var want struct {
				TokenLoss         [][]float64 `json:"token_loss"`
				Loss              map[ppo.Aggregation]float64
				GradLogp          map[ppo.Aggregation][][]float64 `json:"grad_logp"`
				ClipFraction      float64                         `json:"clip_fraction"`
				ClipFractionLower float64                         `json:"clip_fraction_lower"`
				RatioMean         float64                         `json:"ratio_mean"`
				RatioMin          float64                         `json:"ratio_min"`
				RatioMax          float64                         `json:"ratio_max"`
				PolicyKL          float64                         `json:"policy_kl"`
				ApproxKL          float64                         `json:"approx_kl"`
				Skipped           bool
				RolloutWeights    [][]float64 `json:"rollout_weights"`
			}
			c.expect(t, &want)
			logp := compact(c.Rows, func(r goldenRow) []float64 { return r.Logp })
			old := compact(c.Rows, func(r goldenRow) []float64 { return r.Old })
			adv := compact(c.Rows, func(r goldenRow) []float64 { return r.Advantage })
			var correction []float64
			if limit := c.number("rollout_cap"); limit > 0 {
				correction = compact(c.Rows, func(r goldenRow) []float64 { return r.Rollout })
				for i, q := range correction {
					correction[i] = ppo.RolloutWeight(old[i], q, limit)
				}
				near(t, "rollout weights", correction, compactLists(c.Rows, want.RolloutWeights))
			}
			grad, loss := make([]float64, len(logp)), make([]float64, len(logp))
			for a, expected := range want.Loss {
				w := a.Weights(compactTurns(c.Rows), c.number("horizon"))
				s := l.Evaluate(grad, loss, logp, old, adv, w, correction)
				near1(t, string(a), s.Loss, expected)
				near(t, "token losses", loss, compactLists(c.Rows, want.TokenLoss))
				if g, ok := want.GradLogp[a]; ok {
					near(t, string(a)+" gradient", grad, compactLists(c.Rows, g))
				}
				near1(t, "clip fraction", s.ClipFraction, want.ClipFraction)
				near1(t, "dual clip fraction", s.DualClipFraction, want.ClipFractionLower)
				near(t, "ratio mean, min, max", []float64{s.RatioMean, s.RatioMin, s.RatioMax}, []float64{want.RatioMean, want.RatioMin, want.RatioMax})
				near1(t, "policy KL", s.KL, want.PolicyKL)
				near1(t, "approximate KL", s.KLSquared, want.ApproxKL)
				if s.Skipped != want.Skipped {
					t.Errorf("skipped %v, want %v", s.Skipped, want.Skipped)
				}
			}
		})
	}
}

func TestGoldenValueLoss(t *testing.T) {
	for _, c := range readCases(t, "value_loss.json") {
		t.Run(c.Name, func(t *testing.T) {
			var want struct {
				TokenLoss         [][]float64 `json:"token_loss"`
				Loss              map[ppo.Aggregation]float64
				ClipFraction      float64 `json:"clip_fraction"`
				Error             float64
				GradValue         map[ppo.Aggregation][][]float64 `json:"grad_value"`
				ExplainedVariance float64                         `json:"explained_variance"`
			}
			c.expect(t, &want)
			value := compact(c.Rows, func(r goldenRow) []float64 { return r.Value })
			old := compact(c.Rows, func(r goldenRow) []float64 { return r.OldValue })
			target := compact(c.Rows, func(r goldenRow) []float64 { return r.Return })
			grad, loss := make([]float64, len(value)), make([]float64, len(value))
			for a, expected := range want.Loss {
				w := a.Weights(compactTurns(c.Rows), c.number("horizon"))
				s := ppo.ValueLoss{Clip: c.number("clip")}.Evaluate(grad, loss, value, old, target, w)
				near1(t, string(a), s.Loss, expected)
				near(t, "token losses", loss, compactLists(c.Rows, want.TokenLoss))
				if g, ok := want.GradValue[a]; ok {
					near(t, string(a)+" gradient", grad, compactLists(c.Rows, g))
				}
				near1(t, "error", s.Error, want.Error)
				near1(t, "clip fraction", s.ClipFraction, want.ClipFraction)
				near1(t, "explained variance", ppo.ExplainedVariance(s.Error, ppo.Variance(target)), want.ExplainedVariance)
			}
		})
	}
}

func TestGoldenAggregation(t *testing.T) {
	for _, c := range readCases(t, "aggregation.json") {
		t.Run(c.Name, func(t *testing.T) {
			var want map[ppo.Aggregation]struct {
				Loss    float64
				Weights [][]float64
			}
			c.expect(t, &want)
			loss := compact(c.Rows, func(r goldenRow) []float64 { return r.Loss })
			for a, e := range want {
				if err := a.Validate(); err != nil {
					t.Fatal(err)
				}
				w := a.Weights(compactTurns(c.Rows), c.number("horizon"))
				near(t, string(a)+" weights", w, compactLists(c.Rows, e.Weights))
				sum := 0.0
				for i := range w {
					sum += w[i] * loss[i]
				}
				near1(t, string(a), sum, e.Loss)
			}
		})
	}
}

func TestGoldenKL(t *testing.T) {
	for _, c := range readCases(t, "kl.json") {
		t.Run(c.Name, func(t *testing.T) {
			var want map[ppo.KLKind]json.RawMessage
			c.expect(t, &want)
			for kind, raw := range want {
				if kind == ppo.KLFull {
					var logp, ref [][]float64
					decode(t, c.All["logp"], &logp)
					decode(t, c.All["ref"], &ref)
					var full, got []float64
					decode(t, raw, &full)
					for i := range logp {
						got = append(got, ppo.FullKL(logp[i], ref[i]))
					}
					near(t, "full", got, full)
					continue
				}
				var logp, ref []float64
				decode(t, c.All["logp"], &logp)
				decode(t, c.All["ref"], &ref)
				var e struct{ Value, Grad []float64 }
				decode(t, raw, &e)
				k := ppo.KLEstimator{Kind: kind, Clamp: c.number("clamp")}
				if err := k.Validate(); err != nil {
					t.Fatal(err)
				}
				value, grad := make([]float64, len(logp)), make([]float64, len(logp))
				for i := range logp {
					value[i], grad[i] = k.Token(logp[i], ref[i])
				}
				near(t, string(kind)+" value", value, e.Value)
				near(t, string(kind)+" gradient", grad, e.Grad)
			}
		})
	}
}

func TestGoldenKLController(t *testing.T) {
	for _, c := range readCases(t, "kl_controller.json") {
		t.Run(c.Name, func(t *testing.T) {
			var updates [][2]float64
			decode(t, c.All["updates"], &updates)
			var want struct{ Beta []float64 }
			c.expect(t, &want)
			k := ppo.KLController{Beta: c.number("beta"), Target: c.number("target"), Horizon: c.number("horizon")}
			var got []float64
			for _, u := range updates {
				k.Update(u[0], int(u[1]))
				got = append(got, k.Beta)
			}
			near(t, "beta", got, want.Beta)
		})
	}
}
