package metrics

import (
	"math"

	"github.com/stepgrain/stepgrain/toolenv/stats"
)

// Summary are the figures of one system on one group of tasks. Rates are in [0, 1]
// but for the pass rates, which are in percent, as they are published. A figure that
// cannot be computed is nil.
type Summary struct {
	Method   string `json:"method"`
	Strategy string `json:"strategy"`
	Group    string `json:"group"` // I1, I2, I3 or a subset's name
	Subset   bool   `json:"-"`     // Group is a subset
	N        int    `json:"n"`     // tasks with an answer: the denominator
	// PassStd is the population deviation over the judge's repeats; of a group, the
	// mean of its subsets' deviations weighted by tasks, as StepTool's paper prints.
	// PassStdGroup is the deviation of the group's own repeats.
	PassMean      float64  `json:"pass_mean"`
	PassStd       float64  `json:"pass_std"`
	RecallPaper   *float64 `json:"recall_paper"`
	RecallAny     *float64 `json:"recall_any"`
	RecallSuccess *float64 `json:"recall_success"`
	Precision     *float64 `json:"precision"`
	FinishRate    float64  `json:"finish_rate"` // paths that end with Finish
	CallsMean     float64  `json:"calls_mean"`  // Finish included
	CallsMax      int      `json:"calls_max"`
	// OverBudget counts answers with more calls than Budget, PassMeanCapped counts
	// them as unsolved.
	OverBudget     int     `json:"over_budget"`
	PassMeanCapped float64 `json:"pass_mean_capped"`

	// What follows goes beyond what the paper prints.
	PassStdGroup float64 `json:"pass_std_group"`
	// PassLow and PassHigh bound the 95 % bootstrap interval over tasks, recalls
	// likewise; see package stats.
	PassLow          float64  `json:"pass_low"`
	PassHigh         float64  `json:"pass_high"`
	RecallPaperLow   *float64 `json:"recall_paper_low"`
	RecallPaperHigh  *float64 `json:"recall_paper_high"`
	Expected         int      `json:"expected"` // tasks of the group; 0: not known
	Complete         bool     `json:"complete"` // all of them have an answer
	Repeats          int      `json:"repeats"`
	Judge            string   `json:"judge"`       // "": a language model; "rules": no model judged
	AnswerRate       float64  `json:"answer_rate"` // paths that end with Finish(give_answer)
	CleanRate        float64  `json:"clean_rate"`  // answers that call functions on offer only
	ParseErrors      float64  `json:"error_parse"` // per call, Finish included
	Hallucinated     float64  `json:"error_hallucinated"`
	ArgumentErrors   float64  `json:"error_arguments"`
	SelectionErrors  float64  `json:"error_selection"`
	OtherErrors      float64  `json:"error_other"`
	Budget           int      `json:"budget"` // the smallest calls_max of all systems, or what was given
	PassStdCapped    float64  `json:"pass_std_capped"`
	RecallCapped     *float64 `json:"recall_paper_capped"`
	FinishRateCapped float64  `json:"finish_rate_capped"`
}

// part are the measured answers of one subset.
type part struct {
	name     string
	expected int
	repeats  int
	judge    string
	full     []Figures
	capped   []Figures
}

// summarise adds the parts of a group up.
func summarise(parts []part, o stats.Options) Summary {
	s := Summary{Repeats: math.MaxInt}
	full, capped := make([][]Figures, len(parts)), make([][]Figures, len(parts))
	known := true
	for i, p := range parts {
		full[i], capped[i] = p.full, p.capped
		s.N += len(p.full)
		s.Repeats = min(s.Repeats, p.repeats)
		if p.expected == 0 {
			known = false
		}
		s.Expected += p.expected
		s.Judge = joined(s.Judge, p.judge, i == 0)
	}
	if !known {
		s.Expected = 0
	}
	s.Complete = known && s.N == s.Expected
	score := func(f *Figures) (float64, bool) { return f.Score, true }
	s.PassMean, s.PassLow, s.PassHigh = percent(interval(full, score, o))
	s.PassMeanCapped = 100 * *mean(capped, score)
	s.PassStd, s.PassStdGroup = deviations(full, s.Repeats)
	s.PassStdCapped, _ = deviations(capped, s.Repeats)

	recall := func(f *Figures) (float64, bool) { return f.RecallPaper, f.Known }
	if s.RecallPaper = mean(full, recall); s.RecallPaper != nil {
		_, low, high := interval(full, recall, o)
		s.RecallPaperLow, s.RecallPaperHigh = &low, &high
	}
	s.RecallCapped = mean(capped, recall)
	s.RecallAny = mean(full, func(f *Figures) (float64, bool) { return f.RecallAny, f.Known })
	s.RecallSuccess = mean(full, func(f *Figures) (float64, bool) { return f.RecallSuccess, f.Known })
	s.Precision = mean(full, func(f *Figures) (float64, bool) { return f.Precision, f.Known })
	s.FinishRate = *mean(full, func(f *Figures) (float64, bool) { return rate(f.Finished), true })
	s.FinishRateCapped = *mean(capped, func(f *Figures) (float64, bool) { return rate(f.Finished), true })
	s.AnswerRate = *mean(full, func(f *Figures) (float64, bool) { return rate(f.Answered), true })
	s.CleanRate = *mean(full, func(f *Figures) (float64, bool) { return rate(f.Clean), true })
	s.CallsMean = *mean(full, func(f *Figures) (float64, bool) { return float64(f.Calls), true })
	var errors Errors
	calls := 0
	for i := range full {
		for k := range full[i] {
			f := &full[i][k]
			calls += f.Calls
			errors.Add(f.Errors)
			s.CallsMax = max(s.CallsMax, f.Calls)
			if f.Calls > capped[i][k].Calls {
				s.OverBudget++
			}
		}
	}
	if calls > 0 {
		perCall := func(n int) float64 { return float64(n) / float64(calls) }
		s.ParseErrors, s.Hallucinated, s.ArgumentErrors = perCall(errors.Parse), perCall(errors.Hallucinated), perCall(errors.Arguments)
		s.SelectionErrors, s.OtherErrors = perCall(errors.Selection), perCall(errors.Other)
	}
	return s
}

// joined names the judges of several parts.
func joined(a, b string, first bool) string {
	switch {
	case first || a == b:
		return b
	case a == "":
		a = "model"
	case b == "":
		b = "model"
	}
	return a + " + " + b
}

func rate(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func percent(a, b, c float64) (float64, float64, float64) { return 100 * a, 100 * b, 100 * c }

// mean is that of all answers that have the value; nil when none has.
func mean(parts [][]Figures, value func(*Figures) (float64, bool)) *float64 {
	sum, n := 0.0, 0
	for _, p := range parts {
		for i := range p {
			if v, ok := value(&p[i]); ok {
				sum += v
				n++
			}
		}
	}
	if n == 0 {
		return nil
	}
	m := sum / float64(n)
	return &m
}

// interval is the mean with its bootstrap interval; every part is a stratum.
func interval(parts [][]Figures, value func(*Figures) (float64, bool), o stats.Options) (m, low, high float64) {
	strata := make([][]float64, len(parts))
	for k, p := range parts {
		for i := range p {
			if v, ok := value(&p[i]); ok {
				strata[k] = append(strata[k], v)
			}
		}
	}
	iv := stats.MeanInterval(strata, o)
	return stats.Mean(strata), iv.Low, iv.High
}

// deviations are the mean of the parts' deviations over their repeats, weighted by
// tasks, and the deviation of the repeats of all parts together (of the first
// repeats ones, which all parts have), in percent.
func deviations(parts [][]Figures, repeats int) (weighted, together float64) {
	n := 0
	all := make([]float64, repeats)
	for _, p := range parts {
		if len(p) == 0 {
			continue
		}
		sums := make([]float64, len(p[0].Scores))
		for i := range p {
			for r, s := range p[i].Scores {
				sums[r] += s
			}
		}
		for r := range all {
			all[r] += sums[r]
		}
		weighted += deviation(sums) // times n/n
		n += len(p)
	}
	if n == 0 {
		return 0, 0
	}
	return 100 * weighted / float64(n), 100 * deviation(all) / float64(n)
}

// deviation is the population standard deviation, numpy's default.
func deviation(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	m := stats.Mean([][]float64{x})
	sum := 0.0
	for _, v := range x {
		sum += (v - m) * (v - m)
	}
	return math.Sqrt(sum / float64(len(x)))
}
