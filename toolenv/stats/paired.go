package stats

import (
	"math"
	"slices"

	"github.com/stepgrain/stepgrain/internal/rng"
)

// Test is the result of a two-sided test.
type Test struct {
	P     float64
	Exact bool // computed from the whole distribution, not from draws
}

// Bootstrapped tests whether the mean of paired differences is 0: differences,
// moved so that their mean is 0, are drawn again within their strata, and p is the
// share of resamples whose mean is at least as far from 0 as the one observed
// (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 16.4),
// with one added to both counts so that p is never 0 (Davison and Hinkley 1997,
// section 4.4).
func Bootstrapped(strata [][]float64, o Options) Test {
	observed := Mean(strata)
	if math.IsNaN(observed) {
		return Test{P: 1}
	}
	limit := math.Abs(observed) - 1e-12
	extreme := 0
	for _, m := range resampledMeans(strata, o) {
		if math.Abs(m-observed) >= limit {
			extreme++
		}
	}
	return Test{P: float64(extreme+1) / float64(o.resamples()+1)}
}

// SignFlip tests whether paired differences are as likely one way as the other
// (Fisher's randomisation test): were the two systems alike, every difference could
// have had the other sign, so p is the share of the 2ⁿ choices of signs with a sum
// at least as far from 0 as the one observed. Differences of 0 (ties) change
// nothing. The test knows half points, so an Unsure counts as what it is.
//
// Differences that are multiples of 1/q for a small q, as all rates here are, have
// few different sums; their distribution is then computed exactly, one difference
// after the other. Otherwise o.Resamples choices of signs are drawn, and one is
// added to both counts (Phipson and Smyth, Permutation p-values should never be
// zero, 2010).
func SignFlip(differences []float64, o Options) Test {
	var d []float64 // the sizes of those that are not 0
	sum := 0.0
	for _, x := range differences {
		if x != 0 {
			d = append(d, math.Abs(x))
			sum += x
		}
	}
	if len(d) == 0 {
		return Test{P: 1, Exact: true}
	}
	if sizes, unit, ok := onGrid(d); ok {
		return Test{P: exactFlips(sizes, int(math.Round(math.Abs(sum)/unit))), Exact: true}
	}
	limit := math.Abs(sum) * (1 - 1e-12)
	g := rng.New(o.Seed, "stats", "signs")
	extreme := 0
	for range o.resamples() {
		s := 0.0
		var bits uint64
		for i, x := range d {
			if i%64 == 0 {
				bits = g.Uint64()
			}
			if bits&1 == 1 {
				x = -x
			}
			s, bits = s+x, bits>>1
		}
		if math.Abs(s) >= limit {
			extreme++
		}
	}
	return Test{P: float64(extreme+1) / float64(o.resamples()+1)}
}

// maxWork bounds the additions that exactFlips makes (a tenth of a second), and
// maxSums the sums it keeps a probability of.
const (
	maxWork = 1 << 27
	maxSums = 1 << 20
)

// onGrid writes sizes as multiples of one unit 1/q, if a q does so that leaves
// the exact distribution feasible.
func onGrid(d []float64) (multiples []int, unit float64, ok bool) {
	multiples = make([]int, len(d))
	for q := 1; q <= 5040; q++ {
		total, fits := 0, true
		for i, x := range d {
			m := math.Round(x * float64(q))
			if math.Abs(x*float64(q)-m) > 1e-9*float64(q) || m > maxSums {
				fits = false
				break
			}
			multiples[i] = int(m)
			total += int(m)
		}
		if fits {
			return multiples, 1 / float64(q), total <= maxSums && total*len(d) <= maxWork
		}
	}
	return nil, 0, false
}

// exactFlips is the probability that the sum of the sizes with random signs is at
// least as far from 0 as observed.
func exactFlips(sizes []int, observed int) float64 {
	slices.Sort(sizes) // small sums first: less to add
	total := 0
	for _, m := range sizes {
		total += m
	}
	// p[s] is the probability that the positive ones add up to s; the sum with signs
	// is then 2s - total.
	p := make([]float64, total+1)
	p[0] = 1
	upTo := 0
	for _, m := range sizes {
		upTo += m
		for s := upTo; s >= 0; s-- {
			with := 0.0
			if s >= m {
				with = p[s-m]
			}
			p[s] = (p[s] + with) / 2
		}
	}
	sum := 0.0
	for s, v := range p {
		if d := 2*s - total; d >= observed || -d >= observed {
			sum += v
		}
	}
	return min(sum, 1)
}

// McNemar tests whether tasks that only one of two systems solves are as likely
// solved by the first (b tasks) as by the second (c tasks): two-sided, exact by the
// binomial distribution (McNemar 1947; the tasks that both or none solve say
// nothing). MidP counts the observed outcome half, which makes the test less
// timid (Fagerland, Lydersen and Laake, The McNemar test for binary matched-pairs
// data, 2013).
func McNemar(b, c int) (p, midP float64) {
	n, k := b+c, min(b, c)
	if n == 0 {
		return 1, 1
	}
	sum, last := 0.0, math.Ldexp(1, -n)
	for i := 0; i <= k; i++ {
		switch {
		case n > 1000: // 2⁻ⁿ is no longer a number
			last = math.Exp(logChoose(n, i) - float64(n)*math.Ln2)
		case i > 0:
			last *= float64(n-i+1) / float64(i)
		}
		sum += last
	}
	if 2*k == n { // both tails share the middle
		return 1, 1
	}
	return min(2*sum, 1), min(2*sum-last, 1)
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// Holm adjusts p-values for having been looked at together: the smallest is
// multiplied by their number, the next by one less, and so on, never falling
// (Holm 1979). The chance that any true null hypothesis falls below a level is then
// at most that level.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case p[i] < p[j]:
			return -1
		case p[i] > p[j]:
			return 1
		}
		return 0
	})
	out := make([]float64, len(p))
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, min(1, float64(len(p)-rank)*p[i]))
		out[i] = largest
	}
	return out
}
