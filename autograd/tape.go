package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// Tape records operations and owns the memory of their results. It is for one
// goroutine; the kernels below it are where work runs in parallel.
type Tape struct {
	dev       kernels.Backend
	dt        kernels.DType
	recording bool

	ops    []op
	more   []*Value                     // their further results
	slabs  map[any]interface{ reset() } // see slabOf
	values slab[Value]
	// Results lie in arenas[depth%2]. What lives shorter than the results
	// (chunks of logits, the inside of a checkpoint) lies in the other one.
	arenas [2]*tensor.Arena
	depth  int

	gradMem *tensor.Arena
	grads   slab[gradient]
	free    []*gradient

	// Of the Linears at hand.
	maps     [mostMaps]kernels.Map
	mapGrads [mostMaps]kernels.MapGrad
	adapters [mostMaps]kernels.LowRank

	sawTrainable bool // a trainable parameter was used; see Checkpoint
}

// Seed starts a backward pass: Grad[i] = ∂loss/∂V[i].
type Seed struct {
	V    *Value
	Grad []float64
}

// NewTape returns a tape that computes on dev with elements of type dt. It
// records; see [Tape.SetRecording].
func NewTape(dev kernels.Backend, dt kernels.DType) *Tape {
	t := &Tape{dev: dev, dt: dt, recording: true, gradMem: tensor.NewArena(dt), slabs: map[any]interface{ reset() }{}}
	t.arenas = [2]*tensor.Arena{tensor.NewArena(dt), tensor.NewArena(dt)}
	return t
}

// Device returns the backend that computes.
func (t *Tape) Device() kernels.Backend { return t.dev }

// DType returns the element type of the tape's values.
func (t *Tape) DType() kernels.DType { return t.dt }

// Reset forgets everything and keeps the memory for the next step. Values and
// their data must not be used afterwards.
func (t *Tape) Reset() {
	t.truncate(0)
	for _, s := range t.slabs {
		s.reset()
	}
	t.values.reset()
	t.grads.reset()
	clear(t.free)
	t.free = t.free[:0]
	t.arenas[0].Reset()
	t.arenas[1].Reset()
	t.gradMem.Reset()
	t.depth = 0
}

// Bytes returns the memory that the tape holds for values and gradients.
func (t *Tape) Bytes() int {
	return t.arenas[0].Bytes() + t.arenas[1].Bytes() + t.gradMem.Bytes()
}

// SetRecording turns recording on or off. Without it, operations compute and
// keep nothing for a backward pass.
func (t *Tape) SetRecording(on bool) { t.recording = on }

// Recording reports whether operations are recorded.
func (t *Tape) Recording() bool { return t.recording }

// NoGrad runs f without recording.
func (t *Tape) NoGrad(f func()) {
	was := t.recording
	t.recording = false
	defer func() { t.recording = was }()
	f()
}

// Constant wraps a tensor that needs no gradient.
func (t *Tape) Constant(x *tensor.Tensor) *Value { return t.leaf("Constant", x, false) }

// Input wraps a tensor whose gradient is wanted: [Value.Grad] after
// [Tape.Backward].
func (t *Tape) Input(x *tensor.Tensor) *Value { return t.leaf("Input", x, true) }

func (t *Tape) leaf(name string, x *tensor.Tensor, needs bool) *Value {
	if x.DType() != t.dt {
		panic(fmt.Sprintf("autograd: %s: a tensor of %s on a tape of %s", name, x.DType(), t.dt))
	}
	v := t.values.next()
	*v = Value{tape: t, data: x, needs: needs, keep: needs}
	return v
}

// Backward computes the gradients of everything that the seeds depend on, and
// adds those of parameters to [Param.Grad]. It may be called again with other
// seeds before [Tape.Reset].
func (t *Tape) Backward(seeds ...Seed) {
	for _, s := range seeds {
		if s.V.tape != t {
			panic("autograd: Backward: the seed is on another tape")
		}
		if len(s.Grad) != s.V.data.Len() {
			panic(fmt.Sprintf("autograd: Backward: seed of %d numbers for a value of shape %v", len(s.Grad), s.V.data.Shape))
		}
		if !s.V.needs {
			continue
		}
		g := s.V.wanted()
		for i, x := range s.Grad {
			g.Set(i, g.At(i)+x)
		}
	}
	t.backwardFrom(0)
}

// backwardFrom runs the operations from the last one down to number start.
func (t *Tape) backwardFrom(start int) {
	defer t.SetRecording(t.recording)
	t.recording = false
	for i := len(t.ops) - 1; i >= start; i-- {
		o := t.ops[i]
		if !t.reached(&o) {
			continue
		}
		o.back()
		o.out.release()
		for _, v := range t.more[o.lo:o.hi] {
			v.release()
		}
	}
}

// mem is where results lie, scratch what an operation uses while it runs.
func (t *Tape) mem() *tensor.Arena     { return t.arenas[t.depth%2] }
func (t *Tape) scratch() *tensor.Arena { return t.arenas[(t.depth+1)%2] }

// result makes the value of an operation; its memory is not cleared.
func (t *Tape) result(needs bool, shape ...int) *Value {
	v := t.values.next()
	*v = Value{tape: t, data: t.mem().AllocDirty(shape...), needs: needs}
	return v
}

// wants reports whether the operation at hand must be recorded for w.
func (t *Tape) wants(w *Param) bool {
	if w == nil || !w.Trainable {
		return false
	}
	t.sawTrainable = true
	return t.recording
}

// wantsAny reports whether the operation must be recorded for its inputs.
func (t *Tape) wantsAny(xs ...*Value) bool {
	for _, x := range xs {
		if x.needs {
			return t.recording
		}
	}
	return false
}
