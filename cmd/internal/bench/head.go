package bench

import (
	"fmt"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// headCases are the map to the vocabulary with the loss behind it, forward and
// backward: 6·T·D·V operations. Each call packs the weights first, as a step of
// training does after the optimiser changed them. peak_bytes is the memory that
// a call held beyond its inputs and gradients, of_logits its share of [T, V]; the
// packed weights, which stay with the parameter, are not in it.
func headCases() []Case {
	var list []Case
	for _, s := range [][3]int{{2048, 256, 4096}, {2048, 256, 32000}, {512, 896, 151936}} {
		T, D, V := s[0], s[1], s[2]
		shape := fmt.Sprintf("T%d D%d V%d", T, D, V)
		flops := 6 * float64(T) * float64(D) * float64(V)
		for _, dt := range []string{"f32", "bf16"} {
			name := fmt.Sprintf("T%dD%dV%d", T, D, V)
			if dt == "bf16" {
				name += "/bf16"
			}
			list = append(list,
				Case{Name: "FusedLinearCE/" + name, Shape: shape, DType: dt, Flops: flops,
					Setup: func(e *Env) func() { return headCase(e, dt, T, D, V, crossEntropy) }},
				Case{Name: "LinearLogProb/" + name, Shape: shape, DType: dt, Flops: flops,
					Setup: func(e *Env) func() { return headCase(e, dt, T, D, V, logProb) }})
		}
	}
	return list
}

// headLoss puts Σ_t −weights[t]·logp[t] on the tape and returns what starts its
// gradient.
type headLoss func(x *autograd.Value, w *autograd.Param, targets []int32, weights []float64) autograd.Seed

// logProb is what PPO differentiates: the loss is known only after it.
func logProb(x *autograd.Value, w *autograd.Param, targets []int32, weights []float64) autograd.Seed {
	logp, _ := autograd.LogProb(x, w, targets, 1)
	seed := make([]float64, len(weights))
	for i, weight := range weights {
		seed[i] = -weight
	}
	return autograd.Seed{V: logp, Grad: seed}
}

// crossEntropy is the loss of language modelling, whose weights are known
// beforehand.
func crossEntropy(x *autograd.Value, w *autograd.Param, targets []int32, weights []float64) autograd.Seed {
	loss, _ := autograd.CrossEntropy(x, w, targets, weights, 1)
	return autograd.Seed{V: loss, Grad: []float64{1}}
}

func headCase(e *Env, dt string, T, D, V int, loss headLoss) func() {
	e.need(dtype(dt))
	tape := autograd.NewTape(e.Backend, kernels.F32)
	w := autograd.NewParam("head", tensor.Wrap(e.buf(V*D), V, D))
	w.Compute, w.Trainable = dtype(dt), true
	x := tensor.Wrap(e.buf(T*D), T, D)
	targets, weights := e.ids(T, V), make([]float64, T)
	for i := range weights {
		weights[i] = 1 / float64(T)
	}
	call := func() {
		tape.Reset()
		w.ZeroGrad()
		w.Changed()
		tape.Backward(loss(tape.Input(x), w, targets, weights))
	}
	call()
	grads := 4 * float64(T*D) // of x; that of w is w's own
	peak := float64(tape.Bytes()) - grads
	e.Extra = map[string]float64{"peak_bytes": peak, "of_logits": peak / (4 * float64(T) * float64(V))}
	return call
}
