package bench

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/benchmodel"
)

// modelCases are whole steps: of training, and an iteration of PPO.
func modelCases() []Case {
	var list []Case
	for _, v := range []int{4096, 32000} {
		for _, dt := range []string{"f32", "bf16"} {
			c := Case{Name: fmt.Sprintf("TrainStep/dim256x6/V%d/%s", v, dt), Shape: "B8 S256", DType: dt, Unit: "tok/s",
				Flops: trainFlops(v), Tokens: 2048}
			c.Setup = func(e *Env) func() {
				e.need(dtype(dt))
				s, err := benchmodel.NewTrainStep(e.Backend, v, dtype(dt))
				if err != nil {
					e.Skip(err.Error())
				}
				return s.Step
			}
			list = append(list, c)
		}
	}
	for _, dt := range []string{"f32", "bf16"} {
		name := "PPOIteration/10M/rows16"
		if dt == "bf16" {
			name += "/bf16"
		}
		list = append(list, Case{Name: name, Shape: "10,852 tokens", DType: dt, Unit: "tok/s", Tokens: 10852,
			Setup: func(e *Env) func() {
				e.need(dtype(dt))
				p, err := benchmodel.NewPPOIteration(e.Backend, 16, dtype(dt))
				if err != nil {
					e.Skip(err.Error())
				}
				return func() {
					if _, err := p.Run(); err != nil {
						panic(err)
					}
				}
			}})
	}
	return list
}

// trainFlops are the operations of a training step of benchmodel.Small: six for
// each weight and token, and those of causal attention.
func trainFlops(vocab int) float64 {
	const tokens, d, ffn, layers, seqs, length = 2048, 256, 688, 6, 8, 256
	weights := float64(layers*(4*d*d+3*d*ffn) + vocab*d)
	return 6*tokens*weights + 12*layers*d*seqs*length*length/2
}
