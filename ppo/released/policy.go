package released

import (
	"fmt"
	"path/filepath"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

// policy is the released network: a frozen base model with adapters, and a
// value head on the hidden state that the adapters shape. Without its adapters
// it is the reference.
type policy struct {
	model   *llama.Model
	head    *nn.Linear // [1, d] with bias
	tape    *autograd.Tape
	trained []*autograd.Param // in the order of names
	names   map[*autograd.Param]string
}

const peftPrefix = "base_model.model."

// load reads the model beside a run's folder and the run's initial adapter and
// value head.
func load(dir string, run *Run, dev kernels.Backend, dt kernels.DType) (*policy, error) {
	m, err := hf.Load(filepath.Join(dir, "..", "model"), dt)
	if err != nil {
		return nil, err
	}
	if err := run.within(m.Config.VocabSize); err != nil {
		return nil, fmt.Errorf("released: %s: %w", filepath.Join(dir, runFile), err)
	}
	if err := m.AddLoRA(run.PEFT.R, run.PEFT.Alpha, run.PEFT.TargetModules, 0); err != nil {
		return nil, err
	}
	p := newPolicy(m, dev)
	f, err := safetensors.Open(filepath.Join(dir, "init.safetensors"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if n := len(f.Tensors()); n != len(p.trained) {
		return nil, fmt.Errorf("released: %s: %d tensors, the adapters of run.json and the value head have %d", f.Path, n, len(p.trained))
	}
	for _, q := range p.trained {
		info := f.Lookup(p.names[q])
		if info == nil || info.Len() != q.Data.Len() {
			return nil, fmt.Errorf("released: %s: no tensor %q of %v", f.Path, p.names[q], q.Data.Shape)
		}
		if err := f.ReadInto(p.names[q], q.Data.Buf); err != nil {
			return nil, err
		}
		q.Changed()
	}
	return p, nil
}

// newPolicy adds a value head of zeros to a model with adapters.
func newPolicy(m *llama.Model, dev kernels.Backend) *policy {
	dt := m.DType()
	p := &policy{model: m, head: nn.NewLinear(dt, m.Config.HiddenSize, 1, true), tape: autograd.NewTape(dev, dt), names: map[*autograd.Param]string{}}
	for name, q := range nn.Params(m) {
		if q.Trainable {
			p.add(peftPrefix+name, q)
		}
	}
	for name, q := range nn.Params(p.head) {
		q.Trainable = true
		p.add("v_head.summary."+name, q)
	}
	return p
}

func (p *policy) add(name string, q *autograd.Param) {
	p.names[q] = name
	p.trained = append(p.trained, q)
}

// forward reads some rows: log-probability and entropy of every token behind
// the first, and the value of the state before it. The results lie end to end.
func (p *policy) forward(rows [][]int32) (logp, entropy, value *autograd.Value) {
	p.tape.Reset()
	var ids, targets []int32
	var lens []int
	for _, r := range rows {
		n := len(r) - 1 // the last token predicts nothing that is read
		ids, targets, lens = append(ids, r[:n]...), append(targets, r[1:]...), append(lens, n)
	}
	h := p.model.Forward(p.tape, ids, tensor.NewRagged(lens...), nil)
	logp, entropy = p.model.LogProbs(h, targets, 1)
	return logp, entropy, p.head.Forward(h)
}

// read is forward without gradients, cut into rows of the padded length; the
// padding is 0.
func (p *policy) read(rows [][]int32, length int) (logp, value [][]float64) {
	for _, r := range rows {
		p.tape.NoGrad(func() {
			l, _, v := p.forward([][]int32{r})
			logp = append(logp, pad(l.Data().Floats(), length))
			value = append(value, pad(v.Data().Floats(), length))
		})
	}
	return logp, value
}

func pad(x []float64, n int) []float64 { return append(x, make([]float64, n-len(x))...) }
