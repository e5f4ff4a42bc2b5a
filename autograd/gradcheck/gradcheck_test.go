package gradcheck_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/autograd/gradcheck"
	"github.com/stepgrain/stepgrain/tensor"
)

// recorder collects failures instead of failing.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { r.errors = append(r.errors, fmt.Sprintf(f, a...)) }

// A gradient that is cut off (Detach) must be found.
func TestCheckFindsMissingTerms(t *testing.T) {
	x := tensor.From([]float64{1, 2, -3, 0.5}, 2, 2)
	r := &recorder{}
	gradcheck.Check(r, gradcheck.Case{Inputs: []*tensor.Tensor{x}, F: func(_ *autograd.Tape, in []*autograd.Value) []*autograd.Value {
		return []*autograd.Value{autograd.Add(in[0], in[0].Detach())}
	}})
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "input 0") {
		t.Errorf("want one failure of input 0, got %q", r.errors)
	}
	if got := x.Floats(); got[0] != 1 || got[3] != 0.5 {
		t.Errorf("the input was left changed: %v", got)
	}
}
