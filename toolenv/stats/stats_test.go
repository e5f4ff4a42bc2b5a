package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.12g, want %.12g within %g", what, got, want, tolerance)
	}
}

// The mean of many values is close to normal: the interval is then the one of
// the normal distribution.
func TestMeanIntervalOfManyValues(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	strata := [][]float64{make([]float64, 300), make([]float64, 500)}
	variance := 0.0
	for h, s := range strata {
		for i := range s {
			s[i] = float64(h) + r.NormFloat64()
		}
		m := Mean(strata[h : h+1])
		for _, v := range s {
			variance += (v - m) * (v - m)
		}
	}
	theta, sd := Mean(strata), math.Sqrt(variance)/800
	for _, percentile := range []bool{true, false} {
		iv := MeanInterval(strata, Options{Seed: 3, Percentile: percentile, Resamples: 20000})
		near(t, "low", iv.Low, theta-1.96*sd, .06*sd)
		near(t, "high", iv.High, theta+1.96*sd, .06*sd)
	}
	again := MeanInterval(strata, Options{Seed: 3, Resamples: 20000})
	if again != MeanInterval(strata, Options{Seed: 3, Resamples: 20000}) {
		t.Error("the same seed gives another interval")
	}
	if wide := MeanInterval(strata, Options{Seed: 3, Level: .99}); !(wide.Low < again.Low && wide.High > again.High) {
		t.Errorf("99 %%: %v, 95 %%: %v", wide, again)
	}
}

// A stratified mean varies less than a plain one when strata differ.
func TestStrataCount(t *testing.T) {
	a, b := make([]float64, 50), make([]float64, 50)
	for i := range a {
		a[i], b[i] = float64(i%2)*.1, 10+float64(i%2)*.1
	}
	apart := MeanInterval([][]float64{a, b}, Options{})
	together := MeanInterval([][]float64{append(append([]float64{}, a...), b...)}, Options{})
	if apart.High-apart.Low > .1*(together.High-together.Low) {
		t.Errorf("stratified %v, plain %v", apart, together)
	}
}

// Of the exponential distribution's mean, BCa covers the long tail: its interval
// reaches further up than down, and further up than the percentiles.
func TestBCaIsAsymmetric(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	x := make([]float64, 40)
	for i := range x {
		x[i] = r.ExpFloat64()
	}
	theta := Mean([][]float64{x})
	bca := MeanInterval([][]float64{x}, Options{})
	percentile := MeanInterval([][]float64{x}, Options{Percentile: true})
	if !(bca.High-theta > theta-bca.Low && bca.High > percentile.High && bca.Low > percentile.Low) {
		t.Errorf("mean %.3f, BCa %v, percentile %v", theta, bca, percentile)
	}
}

// Intervals cover the truth about as often as they say.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("a few hundred intervals")
	}
	r := rand.New(rand.NewPCG(7, 8))
	covered := 0
	const trials = 400
	for i := range trials {
		x := make([]float64, 120)
		for j := range x {
			x[j] = float64(r.IntN(7)) / 6 // scores of three repeats; their mean is .5
		}
		iv := MeanInterval([][]float64{x}, Options{Resamples: 1000, Seed: uint64(i)})
		if iv.Low <= .5 && .5 <= iv.High {
			covered++
		}
	}
	near(t, "coverage", float64(covered)/trials, .95, .03)
}

func TestIntervalsOfConstants(t *testing.T) {
	if got := MeanInterval([][]float64{{1, 1}, {0, 0}}, Options{}); got != (Interval{.5, .5}) {
		t.Error(got)
	}
	if got := MeanInterval(nil, Options{}); !math.IsNaN(got.Low) {
		t.Error(got)
	}
}

// With runs that differ from each other only by a constant, the interval over
// runs is wider than that over tasks; with equal runs it is that over tasks.
func TestNestedInterval(t *testing.T) {
	task := make([]float64, 100)
	for i := range task {
		task[i] = float64(i%3) / 2
	}
	run := func(shift float64) [][]float64 {
		s := make([]float64, len(task))
		for i := range s {
			s[i] = task[i] + shift
		}
		return [][]float64{s}
	}
	one := NestedInterval([][][]float64{run(0)}, Options{})
	plain := MeanInterval(run(0), Options{Percentile: true})
	near(t, "one run, low", one.Low, plain.Low, .01)
	near(t, "one run, high", one.High, plain.High, .01)
	apart := NestedInterval([][][]float64{run(-.3), run(0), run(.3)}, Options{})
	if apart.High-apart.Low < 1.5*(one.High-one.Low) {
		t.Errorf("runs that differ: %v, one run %v", apart, one)
	}
}

// Of systems that differ by a constant on every task the difference is certain,
// however the tasks differ; runs that differ make it uncertain.
func TestNestedDifference(t *testing.T) {
	task := make([]float64, 60)
	for i := range task {
		task[i] = float64(i % 5)
	}
	run := func(shift float64) [][]float64 {
		s := [][]float64{make([]float64, 20), make([]float64, 40)}
		for i, v := range task {
			if i < 20 {
				s[0][i] = v + shift
			} else {
				s[1][i-20] = v + shift
			}
		}
		return s
	}
	sure := NestedDifference([][][]float64{run(0)}, [][][]float64{run(.25)}, Options{})
	near(t, "low", sure.Low, .25, 1e-9)
	near(t, "high", sure.High, .25, 1e-9)
	unsure := NestedDifference([][][]float64{run(0), run(.1)}, [][][]float64{run(.2), run(.5)}, Options{})
	near(t, "low", unsure.Low, .1, 1e-9)
	near(t, "high", unsure.High, .5, 1e-9)
}

// Values by hand and from R (binom.test(1, 10)$p.value = 0.02148438,
// binom.test(5, 20)$p.value = 0.04138947).
func TestMcNemar(t *testing.T) {
	for _, c := range []struct {
		b, c    int
		p, midP float64
	}{
		{1, 9, 22. / 1024, 12. / 1024}, {9, 1, 22. / 1024, 12. / 1024}, {5, 15, 43400. / (1 << 20), 27896. / (1 << 20)},
		{0, 0, 1, 1}, {3, 3, 1, 1}, {0, 1, 1, .5}, {0, 5, .0625, .03125},
	} {
		p, midP := McNemar(c.b, c.c)
		near(t, fmt.Sprintf("McNemar(%d, %d)", c.b, c.c), p, c.p, 1e-8)
		near(t, fmt.Sprintf("McNemar(%d, %d) mid-p", c.b, c.c), midP, c.midP, 1e-8)
	}
}

// When all differences are ±1 the test is McNemar's; otherwise it is what
// counting all signs gives.
func TestSignFlipExact(t *testing.T) {
	d := []float64{0, 0, -1}
	for range 9 {
		d = append(d, 1)
	}
	got := SignFlip(d, Options{})
	near(t, "nine to one", got.P, 22./1024, 1e-15)
	if !got.Exact {
		t.Error("not exact")
	}
	r := rand.New(rand.NewPCG(9, 9))
	for range 20 {
		d := make([]float64, 12)
		for i := range d {
			d[i] = float64(r.IntN(13)-6) / 6
		}
		got := SignFlip(d, Options{})
		near(t, fmt.Sprint(d), got.P, enumerate(d), 1e-12)
		// Off any grid the sums are drawn, and p is near the exact one.
		for i := range d {
			d[i] *= math.Pi
		}
		drawn := SignFlip(d, Options{Resamples: 40000, Seed: 1})
		near(t, "drawn", drawn.P, got.P, .012)
		if drawn.Exact {
			t.Error("multiples of π were taken for a grid")
		}
	}
}

func enumerate(d []float64) float64 {
	sum := 0.0
	for _, x := range d {
		sum += x
	}
	extreme := 0
	for signs := range 1 << len(d) {
		s := 0.0
		for i, x := range d {
			if signs>>i&1 == 1 {
				x = -x
			}
			s += x
		}
		if math.Abs(s) >= math.Abs(sum)-1e-9 {
			extreme++
		}
	}
	return float64(extreme) / float64(int(1)<<len(d))
}

// Of many small differences the test is the one of the normal distribution.
func TestTestsAgreeOnManyTasks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	d := make([]float64, 600)
	squares := 0.0
	for i := range d {
		d[i] = float64(r.IntN(13)-6)/6 + float64(r.IntN(6)/5)/6*2
		squares += d[i] * d[i]
	}
	z := Mean([][]float64{d}) * 600 / math.Sqrt(squares)
	want := 2 * normalCDF(-math.Abs(z))
	near(t, "signs", SignFlip(d, Options{}).P, want, .1*want)
	near(t, "bootstrap", Bootstrapped([][]float64{d}, Options{Resamples: 40000}).P, want, .25*want)
	if p := Bootstrapped([][]float64{{0, 0}, {0}}, Options{Resamples: 100}).P; p != 1 {
		t.Errorf("no difference: p = %g", p)
	}
}

// Both ways of computing the binomial distribution agree, and with the normal one.
func TestMcNemarOfManyTasks(t *testing.T) {
	below, _ := McNemar(470, 530)
	above, _ := McNemar(471, 531)
	near(t, "1000 and 1002 tasks", above, below, .002)
	z := (60 - 1) / math.Sqrt(1000) // with the correction for continuity
	near(t, "1000 tasks", below, 2*normalCDF(-z), 1e-3)
}

func TestHolm(t *testing.T) {
	got := Holm([]float64{.01, .04, .03, .005})
	for i, want := range []float64{.03, .06, .06, .02} {
		near(t, "adjusted", got[i], want, 1e-15)
	}
	if got := Holm([]float64{.6, .7}); got[0] != 1 || got[1] != 1 {
		t.Error(got)
	}
}

func ExampleMeanInterval() {
	// Scores of 20 tasks of one subset and 10 of another, by three judges each.
	hard, easy := make([]float64, 20), make([]float64, 10)
	for i := range hard {
		hard[i] = float64(i%4) / 6
	}
	for i := range easy {
		easy[i] = 1 - float64(i%2)/3
	}
	strata := [][]float64{hard, easy}
	iv := MeanInterval(strata, Options{Seed: 1})
	fmt.Printf("pass rate %.3f, 95 %% interval %.2f to %.2f\n", Mean(strata), iv.Low, iv.High)
	// Output: pass rate 0.444, 95 % interval 0.38 to 0.51
}

func ExampleSignFlip() {
	// Second system minus first, task by task: five half points won, one lost.
	test := SignFlip([]float64{.5, .5, .5, .5, .5, -.5, 0, 0}, Options{})
	fmt.Printf("p = %.4f, exact: %v\n", test.P, test.Exact)
	// Output: p = 0.2188, exact: true
}
