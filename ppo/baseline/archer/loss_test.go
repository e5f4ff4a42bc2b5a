package archer

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

func TestGolden(t *testing.T) {
	path := filepath.Join(golden.Dir(t), "rl", "archer.json")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no golden file %s", path)
	}
	type heads struct {
		Q1, Q2, V1, V2 []float64
		TargetQ1       []float64 `json:"target_q1"`
		TargetQ2       []float64 `json:"target_q2"`
		TargetV1       []float64 `json:"target_v1"`
		TargetV2       []float64 `json:"target_v2"`
	}
	var doc struct {
		Cases []struct {
			heads
			Name   string
			Params struct {
				Pairing    Pairing
				Gamma, Tau float64
			}
			Reward         []float64
			Done           []int
			NextTargetV1   []float64   `json:"next_target_v1"`
			NextTargetV2   []float64   `json:"next_target_v2"`
			ActorQ1        []float64   `json:"actor_q1"`
			ActorQ2        []float64   `json:"actor_q2"`
			ActionLogprobs [][]float64 `json:"action_logprobs"`
			CriticWeights  []float64   `json:"critic_weights"`
			TargetWeights  []float64   `json:"target_weights"`
			Expected       struct {
				heads
				Q1Loss     float64 `json:"q1_loss"`
				Q2Loss     float64 `json:"q2_loss"`
				V1Loss     float64 `json:"v1_loss"`
				V2Loss     float64 `json:"v2_loss"`
				CriticLoss float64 `json:"critic_loss"`
				ActorLoss  float64 `json:"actor_loss"`
				Advantage  []float64
				SoftUpdate []float64 `json:"soft_update"`
			}
		}
	}
	golden.JSON(t, path, &doc)
	if len(doc.Cases) == 0 {
		t.Fatalf("%s has no cases", path)
	}
	near := func(t *testing.T, what string, got, want []float64) {
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
	for _, c := range doc.Cases {
		t.Run(c.Name, func(t *testing.T) {
			done := make([]bool, len(c.Done))
			for i, d := range c.Done {
				done[i] = d != 0
			}
			q := QTargets(c.Reward, done, Heads{c.NextTargetV1, c.NextTargetV2}, c.Params.Gamma)
			near(t, "target_q1", q[0], c.Expected.TargetQ1)
			near(t, "target_q2", q[1], c.Expected.TargetQ2)
			v := VTargets(Heads{c.TargetQ1, c.TargetQ2}, c.Params.Pairing)
			near(t, "target_v1", v[0], c.Expected.TargetV1)
			near(t, "target_v2", v[1], c.Expected.TargetV2)
			ql, vl := MSE(Heads{c.Q1, c.Q2}, q), MSE(Heads{c.V1, c.V2}, v)
			near(t, "losses", []float64{ql[0], ql[1], vl[0], vl[1], ql[0] + vl[0] + ql[1] + vl[1]},
				[]float64{c.Expected.Q1Loss, c.Expected.Q2Loss, c.Expected.V1Loss, c.Expected.V2Loss, c.Expected.CriticLoss})
			a := Advantages(Heads{c.ActorQ1, c.ActorQ2}, Heads{c.V1, c.V2})
			near(t, "advantage", a, c.Expected.Advantage)
			near(t, "actor loss", []float64{ActorLoss(a, c.ActionLogprobs)}, []float64{c.Expected.ActorLoss})
			SoftUpdate(c.TargetWeights, c.CriticWeights, c.Params.Tau)
			near(t, "soft update", c.TargetWeights, c.Expected.SoftUpdate)
		})
	}
}
