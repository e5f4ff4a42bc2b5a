package optim

import (
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/tensor"
)

// State is what an optimiser remembers between steps, for checkpoints.
type State struct {
	Steps   int
	Tensors []Moment // in the order of the groups; names are unique
}

// Moment is one remembered tensor: "m." or "v." and the parameter's name.
type Moment struct {
	Name string
	Data *tensor.Tensor
}

// State returns the optimiser's memory. The tensors are the optimiser's own:
// write them out before the next step.
func (o *AdamW) State() State {
	s := State{Steps: o.steps}
	for i, g := range o.Groups {
		for j, p := range g.Params {
			s.Tensors = append(s.Tensors, Moment{"m." + p.Name, o.m[i][j]}, Moment{"v." + p.Name, o.v[i][j]})
		}
	}
	return s
}

// Restore copies a state into the optimiser, so that the next step has the
// bits it would have had. Tensors are matched by name; their order is free.
func (o *AdamW) Restore(s State) error {
	from := make(map[string]*tensor.Tensor, len(s.Tensors))
	for _, t := range s.Tensors {
		if from[t.Name] != nil {
			return fmt.Errorf("optim: restore: %q occurs twice", t.Name)
		}
		from[t.Name] = t.Data
	}
	own := o.State()
	for _, t := range own.Tensors {
		src := from[t.Name]
		if src == nil {
			return fmt.Errorf("optim: restore: the state has no %q: was it written for another model?", t.Name)
		}
		if !slices.Equal(src.Shape, t.Data.Shape) {
			return fmt.Errorf("optim: restore: %q is %v in the state, %v in the model", t.Name, src.Shape, t.Data.Shape)
		}
		delete(from, t.Name)
	}
	for _, t := range s.Tensors {
		if from[t.Name] != nil {
			return fmt.Errorf("optim: restore: the state has %q, which this optimiser does not step", t.Name)
		}
	}
	for i, t := range s.Tensors {
		from[t.Name] = s.Tensors[i].Data
	}
	for _, t := range own.Tensors {
		copyTensor(t.Data, from[t.Name])
	}
	o.steps = s.Steps
	return nil
}

// copyTensor copies through float64, which is exact for equal types and
// rounds once when a float64 state is read into float32.
func copyTensor(dst, src *tensor.Tensor) {
	for i := range dst.Buf.Len() {
		dst.Buf.Set(i, src.Buf.At(i))
	}
}
