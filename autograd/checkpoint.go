package autograd

import "github.com/stepgrain/stepgrain/tensor"

// Checkpoint runs f and keeps its results alone; the backward pass runs f again
// to have what lies between. Memory falls from all values of f to its inputs
// and results, for one more forward pass. Chen et al. 2016.
//
// f must compute the same when it is called again with the same inputs, and use
// no other values of the tape. Parameters need not be named. Checkpoints may be
// nested. Without recording, f runs once and what lies between is given back.
func Checkpoint(t *Tape, inputs []*Value, f func(in []*Value) []*Value) []*Value {
	saw := t.sawTrainable
	t.sawTrainable = false
	var results []*tensor.Tensor
	used := t.values.used
	t.inside(func() {
		var out []*Value
		t.NoGrad(func() { out = f(inputs) })
		for _, v := range out {
			keep := t.scratch().AllocDirty(v.data.Shape...) // the memory of the caller
			tensor.Copy(keep.Buf, v.data.Buf)
			results = append(results, keep)
		}
	})
	t.values.used = used
	needs := t.wantsAny(inputs...) || t.recording && t.sawTrainable
	t.sawTrainable = t.sawTrainable || saw

	values := make([]*Value, len(results))
	for i, r := range results {
		values[i] = t.values.next()
		*values[i] = Value{tape: t, data: r, needs: needs}
	}
	if !needs || len(values) == 0 {
		return values
	}
	t.record(func() {
		t.inside(func() {
			start, used := len(t.ops), t.values.used
			t.recording = true
			again := f(inputs)
			t.recording = false
			for i, v := range values {
				if v.grad != nil {
					again[i].pass(v.grad)
					v.release()
				}
			}
			t.backwardFrom(start)
			t.truncate(start)
			t.values.used = used
		})
	}, values[0], values[1:]...)
	return values
}

// inside runs f with results in the other arena and gives them back.
func (t *Tape) inside(f func()) {
	t.depth++
	mark := t.mem().Mark()
	f()
	t.mem().Release(mark)
	t.depth--
}
