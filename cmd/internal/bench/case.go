package bench

import (
	"slices"

	"github.com/stepgrain/stepgrain/kernels"
)

// Case is one benchmark.
type Case struct {
	Name, Shape string
	DType       string   // "f32" when empty; what the factors of products are rounded to
	Flops       float64  // of one call; 0 when bytes count
	Bytes       float64  // read and written by one call
	Set         float64  // working set in bytes, when it is not Bytes
	Target      float64  // share of the limit that we want, 0 when none is set
	Tokens      float64  // of one call, when Unit is "tok/s"
	Unit        string   // "us" prints the time itself, "tok/s" counts Tokens; else GFLOP/s or GB/s
	Variants    int      // versions v1…vN that the case has, for the steps of package steps; 0: none
	Titles      []string // of the versions

	// Setup makes the inputs and returns one call. For a limit it is nil and
	// Rate measures one burst in billions per second.
	Setup func(e *Env) func()
	Rate  func(e *Env) float64
}

// Env is what the cases of a run share.
type Env struct {
	*inputs
	Backend kernels.Backend
	Impl    string // of package cpu
	Threads int
	Model   string // file or directory of a model, for Prompt/model and Decode/model
	Variant string // of the case that is set up

	Extra map[string]float64 // further figures that a case reports, such as "peak_bytes"

	cleanup []func()
}

// skip is the panic of a case that cannot run here; see [Env.Skip].
type skip string

// Skip ends the setup of a case that this build or machine cannot run.
func (e *Env) Skip(reason string) { panic(skip(reason)) }

// Cleanup runs f after the case.
func (e *Env) Cleanup(f func()) { e.cleanup = append(e.cleanup, f) }

// Close runs what Cleanup was given, last first.
func (e *Env) Close() {
	for _, f := range slices.Backward(e.cleanup) {
		f()
	}
	e.cleanup = nil
}

// Prepare sets a case up. A case that cannot run here says why.
func (c *Case) Prepare(e *Env) (call func(), reason string) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		s, ok := r.(skip)
		if !ok {
			panic(r)
		}
		call, reason = nil, string(s)
		e.Close()
	}()
	e.inputs, e.Extra = newInputs(c.Name), nil
	return c.Setup(e), ""
}

// Cases lists everything that can be measured, limits first.
func Cases() []Case {
	return slices.Concat(limitCases(), gemmCases(), linearCases(), quantCases(), microCases(), rowCases(), elementCases(),
		attentionCases(), headCases(), poolCases(), modelCases(), engineCases(), stepCases())
}

// Find returns the case of a name, nil when there is none.
func Find(name string) *Case {
	for _, c := range Cases() {
		if c.Name == name {
			return &c
		}
	}
	return nil
}
