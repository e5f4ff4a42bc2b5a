package ppo

import (
	"fmt"
	"strings"
)

// Estimator writes Advantage and Return of a row from its rewards and values.
type Estimator interface{ Estimate(r *Row) }

// A preset is a named estimator: a rule and the four numbers that it starts
// from.
type preset struct {
	name           string
	within, across Factors
	rule           func(within, across Factors) Estimator
}

func trace(in, ax Factors) Estimator   { return Trace{in, ax} }
func turn(_, ax Factors) Estimator     { return TurnGAE{Factors: ax} }
func step(_, ax Factors) Estimator     { return TurnGAE{Factors: ax, KLInside: true} }
func bilevel(in, ax Factors) Estimator { return Bilevel{in, ax} }
func include(in, _ Factors) Estimator  { return EveryToken{Factors: in} }
func zeroed(in, _ Factors) Estimator   { return EveryToken{Factors: in, Zero: true} }

var (
	one     = Factors{1, 1}
	usual   = Factors{.99, .95}
	presets = []preset{
		{"step-trace", one, Factors{1, .95}, trace},
		{"token", usual, usual, trace},
		{"paper", one, usual, trace},
		{"turn", usual, usual, turn},
		{"step", usual, usual, step},
		{"bilevel", usual, Factors{.95, .95}, bilevel},
		{"include", usual, usual, include},
		{"zeroed", usual, usual, zeroed},
		{"released", usual, usual, zeroed},
	}
)

// GAENames are the names that [Preset] knows.
func GAENames() []string {
	names := make([]string, len(presets))
	for i, p := range presets {
		names[i] = p.name
	}
	return names
}

// Preset returns the factors inside a step and across steps that a name
// stands for:
//
//	name        inside      across      rule
//	step-trace  1, 1        1, .95      Trace   the default of the embedded world
//	token       .99, .95    .99, .95    Trace
//	paper       1, 1        .99, .95    Trace   discount per step, as in the StepTool paper
//	turn        –           .99, .95    TurnGAE, KL added afterwards
//	step        –           .99, .95    TurnGAE, KL inside
//	bilevel     .99, .95    .95, .95    Bilevel
//	include     .99, .95    –           EveryToken (for comparison)
//	zeroed      .99, .95    –           EveryToken with Zero (for comparison)
//	released    .99, .95    –           the same, as the released trainer
func Preset(name string) (within, across Factors, err error) {
	p, err := find(name)
	return p.within, p.across, err
}

// NewEstimator returns the rule of a preset with the given factors.
func NewEstimator(name string, within, across Factors) (Estimator, error) {
	p, err := find(name)
	if err != nil {
		return nil, err
	}
	return p.rule(within, across), nil
}

func find(name string) (preset, error) {
	for _, p := range presets {
		if p.name == name {
			return p, nil
		}
	}
	return preset{}, fmt.Errorf("ppo: no advantage estimator is called %q (%s)", name, strings.Join(GAENames(), ", "))
}
