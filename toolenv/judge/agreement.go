package judge

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Agreed says how far somebody agrees with the labels of people. People are
// compared with the majority of the others, evaluators with that of all.
type Agreed struct {
	Name  string
	Human bool
	Pairs int // that were labelled by this one and by somebody else
	// Agreement is how often a single statement is the majority's; where several
	// labels are most frequent, the share that fits. Low and High bound it with 95 %,
	// a pair counting once.
	Agreement, Low, High float64
	// Bias is how often its own majority is not that of the labels, Variance how much
	// single statements about a pair scatter (the mean over pairs of the variance of
	// their disagreement; 0 when a pair has one statement).
	Bias, Variance float64
	// Each is the agreement with every single annotator, by name.
	Each map[string]float64
}

// Agreement compares evaluators, and people with one another, after ToolBench's
// evaluators_comparison (the tie of two majorities is split as there). Evaluators
// come first, then people, each in the order of their names.
func Agreement(list []Labelled) []Agreed {
	evaluators, people := map[string]bool{}, map[string]bool{}
	for _, l := range list {
		for n := range l.Evaluators {
			evaluators[n] = true
		}
		for n := range l.Labels {
			people[n] = true
		}
	}
	var out []Agreed
	for _, n := range slices.Sorted(maps.Keys(evaluators)) {
		out = append(out, agreed(list, n, false))
	}
	for _, n := range slices.Sorted(maps.Keys(people)) {
		out = append(out, agreed(list, n, true))
	}
	return out
}

func agreed(list []Labelled, name string, human bool) Agreed {
	a := Agreed{Name: name, Human: human, Each: map[string]float64{}}
	pairs := map[string]int{}
	for _, l := range list {
		said := l.Evaluators[name]
		if human {
			n, ok := l.Labels[name]
			if said = nil; ok {
				said = []int{n}
			}
		}
		var others []int
		for _, who := range slices.Sorted(maps.Keys(l.Labels)) {
			if human && who == name {
				continue
			}
			others = append(others, l.Labels[who])
			if len(said) > 0 {
				pairs[who]++
				a.Each[who] += mean(said, func(x int) float64 { return fits([]int{x}, []int{l.Labels[who]}) })
			}
		}
		if len(said) == 0 || len(others) == 0 {
			continue
		}
		a.Pairs++
		score := func(x int) float64 { return fits([]int{x}, others) }
		m := mean(said, score)
		a.Agreement += m
		a.Bias += 1 - fits(said, others)
		a.Variance += mean(said, func(x int) float64 { return (score(x) - m) * (score(x) - m) })
	}
	for who, n := range pairs {
		a.Each[who] /= float64(n)
	}
	n := float64(max(a.Pairs, 1))
	a.Agreement, a.Bias, a.Variance = a.Agreement/n, a.Bias/n, a.Variance/n
	a.Low, a.High = wilson(a.Agreement, a.Pairs)
	return a
}

// wilson is the interval of [metrics.Wilson] for a share that need not be one of
// whole pairs.
func wilson(p float64, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959963984540054
	m := float64(n)
	centre, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, (centre-half)/(1+z*z/m)), min(1, (centre+half)/(1+z*z/m))
}

func mean(list []int, f func(int) float64) (m float64) {
	for _, x := range list {
		m += f(x)
	}
	return m / float64(len(list))
}

// fits is how far the most frequent values of two lists agree.
func fits(a, b []int) float64 {
	x, y := mostFrequent(a), mostFrequent(b)
	n := 0
	for _, v := range x {
		if slices.Contains(y, v) {
			n++
		}
	}
	return float64(n) / float64(len(x)*len(y))
}

func mostFrequent(list []int) (out []int) {
	count := map[int]int{}
	for _, v := range list {
		count[v]++
	}
	top := slices.MaxFunc(slices.Collect(maps.Values(count)), cmp.Compare)
	for _, v := range slices.Sorted(maps.Keys(count)) {
		if count[v] == top {
			out = append(out, v)
		}
	}
	return out
}
