package released

import (
	"math"
	"strings"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/ppo"
)

// tokens are the action tokens of a minibatch.
type tokens struct {
	logp, entropy, value          []float64
	old, oldValue, advantage, ret []float64
}

func (m *tokens) add(b *batch, i, p int, logp, entropy, value float64) {
	m.logp, m.entropy, m.value = append(m.logp, logp), append(m.entropy, entropy), append(m.value, value)
	m.old, m.oldValue = append(m.old, b.old[i][p]), append(m.oldValue, b.values[i][p])
	m.advantage, m.ret = append(m.advantage, b.advantages[i][p]), append(m.ret, b.returns[i][p])
}

// stats are the figures that TRL logs of a minibatch.
func (m *tokens) stats(rows []int, adam bool, p ppo.PolicyStats, v ppo.ValueStats, vfCoef float64) map[string]any {
	return map[string]any{
		"rows": rows, "adam": adam, "tokens": len(m.logp),
		"loss/policy": p.Loss, "loss/value": v.Loss, "loss/total": p.Loss + vfCoef*v.Loss,
		"policy/entropy": ppo.Mean(m.entropy), "policy/approxkl": p.KLSquared, "policy/policykl": p.KL,
		"policy/clipfrac": p.ClipFraction, "policy/advantages_mean": ppo.Mean(m.advantage),
		"returns/mean": ppo.Mean(m.ret), "returns/var": ppo.Variance(m.ret),
		"val/vpred": ppo.Mean(m.value), "val/error": v.Error, "val/clipfrac": v.ClipFraction,
		"val/mean": ppo.Mean(m.oldValue), "val/var": ppo.Variance(m.oldValue),
		"ratio/mean": p.RatioMean, "ratio/min": p.RatioMin, "ratio/max": p.RatioMax,
	}
}

// gradNorms are the norms of the gradients that a step is about to take: all,
// and by kind of parameter.
func (t *trainer) gradNorms(scale float64) map[string]float64 {
	out := map[string]float64{}
	for _, q := range t.policy.trained {
		part := t.policy.names[q]
		switch {
		case strings.Contains(part, "lora_A"):
			part = "lora_A"
		case strings.Contains(part, "lora_B"):
			part = "lora_B"
		}
		squares := 0.0
		if q.Grad != nil {
			squares = scale * scale * squareSum(q.Grad.Buf)
		}
		out[part] += squares
		out["total"] += squares
	}
	for k, x := range out {
		out[k] = math.Sqrt(x)
	}
	return out
}

func squareSum(b kernels.Buffer) float64 {
	s := 0.0
	for i := range b.Len() {
		s += b.At(i) * b.At(i)
	}
	return s
}

// stats are the figures that TRL logs of a batch.
func (t *trainer) stats(info *Batch, b *batch) map[string]any {
	var kls, entropies, scores, advantages, queries, responses []float64
	paid := make([][]float64, len(b.kl))
	for i, number := range info.Rows {
		row := t.run.row(number)
		one := func(x [][]float64) float64 { return sum(under(x[i:i+1], b.mask[i:i+1])) }
		kls = append(kls, one(b.kl))
		entropies = append(entropies, -one(b.old))
		if n := len(row.Scores); n > 0 {
			scores = append(scores, row.Scores[n-1])
		}
		advantages = append(advantages, ppo.Mean(b.advantages[i]))
		queries, responses = append(queries, float64(len(row.Query))), append(responses, float64(len(row.Response)))
		for _, kl := range b.kl[i] {
			paid[i] = append(paid[i], -info.KLCoefBefore*kl)
		}
	}
	deviation := func(x []float64) float64 { return math.Sqrt(ppo.Variance(x)) }
	out := map[string]any{
		"objective/kl": ppo.Mean(kls), "objective/kl_dist": kls, "objective/kl_coef": info.KLCoefBefore,
		"objective/entropy": ppo.Mean(entropies), "ppo/mean_non_score_reward": ppo.Mean(under(paid, b.mask)),
		"ppo/mean_scores": ppo.Mean(scores), "ppo/std_scores": deviation(scores),
		"tokens/queries_len_mean": ppo.Mean(queries), "tokens/queries_len_std": deviation(queries), "tokens/queries_dist": queries,
		"tokens/responses_len_mean": ppo.Mean(responses), "tokens/responses_len_std": deviation(responses), "tokens/responses_dist": responses,
		"ppo/policy/advantages_batch": advantages, "ppo/learning_rate": t.run.Adam.LR,
	}
	for key, v := range info.Minibatches[0] {
		if _, ok := v.(float64); !ok || strings.HasPrefix(key, "ratio/") {
			continue
		}
		mean := 0.0
		for _, m := range info.Minibatches {
			mean += m[key].(float64) / float64(len(info.Minibatches))
		}
		out["ppo/"+key] = mean
	}
	out["ppo/val/var_explained"] = 1 - out["ppo/val/error"].(float64)/out["ppo/returns/var"].(float64)
	return out
}
