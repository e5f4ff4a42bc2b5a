package released

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/nn"
)

// Options say how a run is replayed.
type Options struct {
	// Device computes; DType is F64 on the reference backend, F32 elsewhere.
	Device  kernels.Backend
	DType   kernels.DType
	Batches int // replay at most so many batches; 0: all
	// Progress, if set, is called after each batch with its statistics.
	Progress func(done, all int, b *Batch)
}

// Replay repeats the run recorded in dir (run.json, init.safetensors, and the
// model in ../model) and writes run.json and batch-<k>.safetensors to out, in
// the format of the recording. It returns what it wrote to run.json.
//
// Rows, their order, permutations and lengths are those of the recording; all
// numbers are computed. Where a row is padded, log-probabilities, values,
// divergences and rewards are 0.
func Replay(ctx context.Context, dir, out string, o Options) (*Run, error) {
	run, err := ReadRun(dir)
	if err != nil {
		return nil, err
	}
	p, err := load(dir, run, o.Device, o.DType)
	if err != nil {
		return nil, err
	}
	if o.Batches > 0 && o.Batches < len(run.Batches) {
		run.Batches = run.Batches[:o.Batches]
	}
	run.DType = map[kernels.DType]string{kernels.F64: "float64", kernels.F32: "float32"}[o.DType]
	run.Versions = nil
	return run, carryOut(ctx, newTrainer(run, p, o.Device), out, o)
}

// Train carries out a plan on a model that has its adapters, with a fresh value
// head, which it returns. With a folder out it writes the files that Replay
// writes; "" writes none.
func Train(ctx context.Context, m *llama.Model, run *Run, seed uint64, out string, o Options) (*nn.Linear, error) {
	t := NewTrainer(m, run, seed, o.Device)
	run.DType = map[kernels.DType]string{kernels.F64: "float64", kernels.F32: "float32"}[m.DType()]
	return t.Head, carryOut(ctx, t.trainer, out, o)
}

func carryOut(ctx context.Context, t *trainer, out string, o Options) error {
	run := t.run
	if out != "" {
		if err := os.MkdirAll(out, 0o777); err != nil {
			return fmt.Errorf("released: %w", err)
		}
	}
	for k := range run.Batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := t.step(&run.Batches[k])
		if err != nil {
			return fmt.Errorf("batch %d: %w", k, err)
		}
		if out != "" {
			if err := safetensors.Write(filepath.Join(out, fmt.Sprintf("batch-%d.safetensors", k)), t.tensors(b), nil); err != nil {
				return err
			}
		}
		if o.Progress != nil {
			o.Progress(k+1, len(run.Batches), &run.Batches[k])
		}
	}
	if out == "" {
		return nil
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(run); err != nil {
		return fmt.Errorf("released: run.json: %w", err)
	}
	if err := renameio.WriteFile(filepath.Join(out, runFile), text.Bytes(), 0o666); err != nil {
		return fmt.Errorf("released: %w", err)
	}
	return nil
}

// tensors lists what a batch leaves behind, in float64.
func (t *trainer) tensors(b *batch) []safetensors.Tensor {
	rows, n := len(b.mask), len(b.mask[0])
	mask := make([]byte, 0, rows*n)
	for _, row := range b.mask {
		for _, m := range row {
			v := byte(0)
			if m {
				v = 1
			}
			mask = append(mask, v)
		}
	}
	out := []safetensors.Tensor{{Name: "mask", DType: safetensors.U8, Shape: []int{rows, n}, Data: mask}}
	add := func(name string, x []float64, shape ...int) {
		out = append(out, safetensors.Tensor{Name: name, Shape: shape, Data: x})
	}
	flat := func(x [][]float64) []float64 {
		var all []float64
		for _, row := range x {
			all = append(all, row...)
		}
		return all
	}
	for _, x := range []struct {
		name string
		rows [][]float64
	}{{"old_logprobs", b.old}, {"ref_logprobs", b.ref}, {"values", b.values}, {"kl", b.kl}, {"rewards", b.rewards},
		{"advantages_raw", b.raw}, {"advantages", b.advantages}, {"returns", b.returns}} {
		add(x.name, flat(x.rows), rows, n)
	}
	size := t.run.PPO.MiniBatchSize
	var logps, values []float64
	for i := range b.minibatchLogp {
		logps = append(logps, flat(b.minibatchLogp[i])...)
		values = append(values, flat(b.minibatchValues[i])...)
	}
	add("minibatch_logprobs", logps, len(b.minibatchLogp), size, n)
	add("minibatch_values", values, len(b.minibatchValues), size, n)
	for _, q := range t.policy.trained {
		name := t.policy.names[q]
		add("first_grad."+name, b.firstGrad[name], q.Data.Shape...)
		add("after."+name, q.Data.Floats(), q.Data.Shape...)
	}
	return out
}
