package ppo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/ppo"
)

// randomRow draws a row with the given observation lengths before each step.
func randomRow(rnd *rand.Rand, observations []int, oneToken, kl bool) *ppo.Row {
	var turn []int32
	for u, n := range observations {
		for range n {
			turn = append(turn, -1)
		}
		size := 1
		if !oneToken {
			size += rnd.IntN(5)
		}
		for range size {
			turn = append(turn, int32(u))
		}
	}
	r := ppo.NewRow(turn)
	for t, u := range turn {
		r.Value[t] = rnd.NormFloat64()
		if u >= 0 {
			r.Task[t] = float64(rnd.IntN(3)) * rnd.Float64()
			if kl {
				r.KL[t] = -.1 * rnd.NormFloat64()
			}
		}
	}
	return r
}

func observations(rnd *rand.Rand) []int {
	n := make([]int, 1+rnd.IntN(4))
	for i := range n {
		n[i] = rnd.IntN(6)
	}
	n[0]++
	return n
}

// sampled returns the numbers of x on sampled tokens.
func sampled(r *ppo.Row, x []float64) []float64 {
	var out []float64
	for t, u := range r.Turn {
		if u >= 0 {
			out = append(out, x[t])
		}
	}
	return out
}

// stretch returns the same trajectory with other observations: n tokens before
// every step, with other values on them.
func stretch(rnd *rand.Rand, r *ppo.Row, n func() int) *ppo.Row {
	var turn []int32
	var from []int
	for t, u := range r.Turn {
		if u < 0 {
			continue
		}
		if t == 0 || r.Turn[t-1] != u {
			for range n() {
				turn, from = append(turn, -1), append(from, -1)
			}
		}
		turn, from = append(turn, u), append(from, t)
	}
	s := ppo.NewRow(turn)
	s.Bootstrap = r.Bootstrap
	for t, f := range from {
		if f < 0 {
			s.Value[t] = rnd.NormFloat64()
			continue
		}
		s.Value[t], s.Task[t], s.KL[t] = r.Value[f], r.Task[f], r.KL[f]
	}
	return s
}

func rules(t *testing.T, names ...string) []ppo.Estimator {
	t.Helper()
	var out []ppo.Estimator
	for _, name := range names {
		in, across, err := ppo.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		e, err := ppo.NewEstimator(name, in, across)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// The advantages of a trajectory do not depend on how long its observations
// are, nor on what they say: the same bits.
func TestAdvantagesIgnoreObservations(t *testing.T) {
	rnd := rng.New(1, "observations")
	for range 50 {
		r := randomRow(rnd, observations(rnd), false, true)
		r.Bootstrap = rnd.NormFloat64()
		long := stretch(rnd, r, func() int { return rnd.IntN(40) })
		for _, e := range rules(t, "step-trace", "token", "paper", "turn", "step", "bilevel") {
			e.Estimate(r)
			e.Estimate(long)
			if !slices.Equal(sampled(r, r.Advantage), sampled(long, long.Advantage)) || !slices.Equal(sampled(r, r.Return), sampled(long, long.Return)) {
				t.Fatalf("%T: advantages change with the observations", e)
			}
		}
	}
}

// The rules that run over every token do depend on them, which is why they are
// not the default.
func TestEveryTokenRulesForgetAcrossObservations(t *testing.T) {
	at := func(n int, rule ppo.Estimator) float64 {
		turn := []int32{0, 0, 0, 0}
		for range n {
			turn = append(turn, -1)
		}
		r := ppo.NewRow(append(turn, 1, 1, 1, 1))
		for t, u := range r.Turn {
			if u >= 0 {
				r.Value[t] = .6
			}
		}
		r.Task[3], r.Task[len(r.Turn)-1] = .5, 1
		rule.Estimate(r)
		return r.Advantage[3]
	}
	f := ppo.Factors{Gamma: 1, Lambda: .95}
	skip, zero := ppo.Trace{Within: f, Across: f}, ppo.EveryToken{Factors: f, Zero: true}
	for _, c := range []struct {
		n          int
		skip, zero float64 // to three decimals
	}{{0, .826, .826}, {10, .826, .454}, {100, .826, -.095}} {
		if a := at(c.n, skip); math.Abs(a-c.skip) > 5e-4 {
			t.Errorf("skip, %d tokens of observation: %.4f, want %.3f", c.n, a, c.skip)
		}
		if a := at(c.n, zero); math.Abs(a-c.zero) > 5e-4 {
			t.Errorf("zeroed, %d tokens of observation: %.4f, want %.3f", c.n, a, c.zero)
		}
	}
}

// With γ = λ = 1 an advantage is the sum of the rewards from here on minus the
// value, on a terminated row; for turn and bilevel at the level of steps and
// without KL.
func TestUndiscountedAdvantage(t *testing.T) {
	rnd := rng.New(2, "undiscounted")
	one := ppo.Factors{Gamma: 1, Lambda: 1}
	for range 50 {
		r := randomRow(rnd, observations(rnd), false, true)
		for _, e := range []ppo.Estimator{ppo.Trace{Within: one, Across: one}, ppo.EveryToken{Factors: one}, ppo.EveryToken{Factors: one, Zero: true}} {
			e.Estimate(r)
			future := 0.0
			for k := len(r.Turn) - 1; k >= 0; k-- {
				if r.Turn[k] < 0 {
					continue
				}
				future += r.Task[k] + r.KL[k]
				if math.Abs(r.Advantage[k]-(future-r.Value[k])) > 1e-12 {
					t.Fatalf("%T: A[%d] = %g, want %g", e, k, r.Advantage[k], future-r.Value[k])
				}
			}
		}
		clear(r.KL)
		first := map[int32]int{}
		for k, u := range r.Turn {
			if _, ok := first[u]; u >= 0 && !ok {
				first[u] = k
			}
		}
		ppo.TurnGAE{Factors: one}.Estimate(r)
		for k, u := range r.Turn {
			future := 0.0
			for j, v := range r.Turn {
				if v >= u {
					future += r.Task[j]
				}
			}
			if u >= 0 && math.Abs(r.Advantage[k]-(future-r.Value[first[u]])) > 1e-12 {
				t.Fatalf("turn: A[%d] = %g, want %g", k, r.Advantage[k], future-r.Value[first[u]])
			}
		}
	}
}

// Turn GAE is token GAE when every step has one token and there is no KL.
func TestTurnIsTokenForOneTokenSteps(t *testing.T) {
	rnd := rng.New(3, "one token")
	f := ppo.Factors{Gamma: .97, Lambda: .9}
	for range 50 {
		r := randomRow(rnd, observations(rnd), true, false)
		r.Bootstrap = rnd.NormFloat64()
		same(t, r, ppo.TurnGAE{Factors: f}, ppo.Trace{Within: ppo.Factors{Gamma: .3, Lambda: .2}, Across: f})
	}
}

// Bilevel with one step is token GAE.
func TestBilevelIsTokenForOneStep(t *testing.T) {
	rnd := rng.New(4, "one step")
	f := ppo.Factors{Gamma: .97, Lambda: .9}
	for range 50 {
		r := randomRow(rnd, []int{3}, false, true)
		same(t, r, ppo.Bilevel{Within: f, Across: f}, ppo.Trace{Within: f, Across: f})
	}
}

func same(t *testing.T, r *ppo.Row, a, b ppo.Estimator) {
	t.Helper()
	a.Estimate(r)
	adv, ret := slices.Clone(r.Advantage), slices.Clone(r.Return)
	b.Estimate(r)
	for k := range adv {
		if math.Abs(adv[k]-r.Advantage[k]) > 1e-12 || math.Abs(ret[k]-r.Return[k]) > 1e-12 {
			t.Fatalf("%T and %T differ at %d: %g and %g", a, b, k, adv[k], r.Advantage[k])
		}
	}
}

// Splitting a step's reward over its tokens keeps the sum that the first token
// of the step sees when nothing is discounted inside.
func TestSplitRewardKeepsItsSum(t *testing.T) {
	rnd := rng.New(5, "split")
	for range 50 {
		r := randomRow(rnd, observations(rnd), false, false)
		for _, e := range rules(t, "step-trace", "paper", "turn", "step") {
			e.Estimate(r)
			before := slices.Clone(r.Advantage)
			split := ppo.NewRow(r.Turn)
			copy(split.Value, r.Value)
			copy(split.Task, r.Task)
			for k := 1; k < len(r.Turn); k++ { // move a part one token to the left, inside the step
				if u := r.Turn[k]; u >= 0 && r.Turn[k-1] == u {
					part := split.Task[k] * rnd.Float64()
					split.Task[k] -= part
					split.Task[k-1] += part
				}
			}
			e.Estimate(split)
			for k, u := range r.Turn {
				if u >= 0 && (k == 0 || r.Turn[k-1] != u) && math.Abs(before[k]-split.Advantage[k]) > 1e-12 {
					t.Fatalf("%T: the first token of step %d sees %g, then %g", e, u, before[k], split.Advantage[k])
				}
			}
		}
	}
}

// A truncated row counts the value behind its end; a finished one does not.
func TestBootstrap(t *testing.T) {
	r := ppo.NewRow([]int32{-1, 0, 0})
	r.Value[1], r.Value[2], r.Bootstrap = .2, .3, .8
	for _, e := range rules(t, "token", "step-trace", "paper") {
		e.Estimate(r)
		_, across, _ := ppo.Preset("token")
		if g := r.Return[2]; g != .8 && math.Abs(g-across.Gamma*.8) > 1e-15 {
			t.Errorf("%T: the return of the last token is %g", e, g)
		}
	}
	e := rules(t, "zeroed")[0]
	e.Estimate(r)
	if r.Return[2] != 0 {
		t.Errorf("zeroed bootstraps: return %g", r.Return[2])
	}
}

func TestPlaceRefusesUnsampledTokens(t *testing.T) {
	r := ppo.NewRow([]int32{-1, 0, 0, -1, 1})
	for _, at := range []int{0, 3, -1, 5} {
		if err := ppo.Place(r, []ppo.Score{{Token: 4, Value: 1}, {Token: at, Value: 1}}); err == nil {
			t.Errorf("a reward on token %d is accepted", at)
		}
	}
	if r.Task[4] != 0 {
		t.Error("a refused placement left a reward behind")
	}
	if err := ppo.PlaceSteps(r, []float64{.5, 1}, ppo.Uniform); err != nil || !slices.Equal(r.Task, []float64{0, 0, .5, 0, 1}) {
		t.Errorf("rewards %v, error %v", r.Task, err)
	}
	if err := ppo.PlaceSteps(r, []float64{0, 0, 1}, ppo.Uniform); err == nil {
		t.Error("a reward of a step without tokens is accepted")
	}
}

func TestDeadBatch(t *testing.T) {
	rows := []*ppo.Row{ppo.NewRow([]int32{-1, 0}), ppo.NewRow([]int32{0, 1})}
	rows[0].Task[1], rows[1].Task[0], rows[1].Task[1] = 1, .25, .75
	rows[0].KL[1] = 3 // the KL does not bring a dead batch to life
	if !ppo.Dead(rows, 1e-6) {
		t.Error("equal returns are not a dead batch")
	}
	rows[1].Task[1] = 0
	if ppo.Dead(rows, 1e-6) {
		t.Error("returns 1 and 0.25 are a dead batch")
	}
}

// The analytic derivatives of all losses agree with central differences, away
// from the kinks.
func TestLossGradients(t *testing.T) {
	rnd := rng.New(6, "losses")
	const h = 1e-6
	check := func(what string, x, kinkDistance float64, f func(x float64) (loss, grad float64)) {
		t.Helper()
		if kinkDistance < 10*h {
			return
		}
		up, _ := f(x + h)
		down, _ := f(x - h)
		_, got := f(x)
		if want := (up - down) / (2 * h); math.Abs(got-want) > 1e-7*max(1, math.Abs(want)) {
			t.Errorf("%s at %g: derivative %g, difference %g", what, x, got, want)
		}
	}
	far := func(x float64, kinks ...float64) float64 {
		d := math.Inf(1)
		for _, k := range kinks {
			d = min(d, math.Abs(x-k))
		}
		return d
	}
	for range 300 {
		l := ppo.PolicyLoss{ClipLow: .2, ClipHigh: .28, DualClip: 3, LogRatioClamp: 2}
		old, adv := -rnd.Float64(), rnd.NormFloat64()
		x := old + 1.5*rnd.NormFloat64()
		check("policy loss", x, far(x, old+math.Log(.8), old+math.Log(1.28), old+math.Log(3), old-2, old+2), func(x float64) (float64, float64) {
			y := l.Token(x, old, adv)
			return y.Loss, y.Grad
		})
		v, target := rnd.NormFloat64(), rnd.NormFloat64()
		was := v + .3*rnd.NormFloat64()
		check("value loss", v, far(v, was-.2, was+.2, 2*target-(was-.2), 2*target-(was+.2)), func(x float64) (float64, float64) {
			y, g, _ := ppo.ValueLoss{Clip: .2}.Token(x, was, target)
			return y, g
		})
		ref := rnd.NormFloat64()
		for _, kind := range []ppo.KLKind{ppo.KL1, ppo.KLAbs, ppo.KL2, ppo.KL3} {
			check("KL "+string(kind), v, far(v, ref), func(x float64) (float64, float64) { return ppo.KLEstimator{Kind: kind}.Token(x, ref) })
		}
	}
}

// The weights of every mean sum to one.
func TestAggregationWeightsSum(t *testing.T) {
	turns := [][]int32{{0, 0, 1, 1, 1}, {}, {0}, {0, 1, 2, 2}}
	for a, want := range map[ppo.Aggregation]float64{ppo.TokenMean: 1, ppo.TokenSum: 10, ppo.SeqMeanTokenSum: 10. / 3, ppo.SeqMeanTokenMean: 1, ppo.TurnMean: 1, ppo.Constant: 10. / (3 * 16)} {
		sum := 0.0
		for _, w := range a.Weights(turns, 16) {
			sum += w
		}
		if math.Abs(sum-want) > 1e-14 {
			t.Errorf("%s: weights sum to %g, want %g", a, sum, want)
		}
	}
	if err := ppo.Aggregation("token_mean").Validate(); err == nil {
		t.Error("an unknown aggregation is accepted")
	}
}

// Two steps with rewards .5 and 1; the critic says .6 everywhere.
func ExampleTrace() {
	r := ppo.NewRow([]int32{-1, 0, 0, -1, -1, -1, 1, 1})
	for t := range r.Value {
		r.Value[t] = .6
	}
	if err := ppo.PlaceSteps(r, []float64{.5, 1}, ppo.Uniform); err != nil {
		fmt.Println(err)
	}
	ppo.Trace{Within: ppo.Factors{Gamma: 1, Lambda: 1}, Across: ppo.Factors{Gamma: 1, Lambda: .95}}.Estimate(r)
	fmt.Printf("%.2f\n", r.Advantage)
	// Output: [0.00 0.88 0.88 0.00 0.00 0.00 0.40 0.40]
}
