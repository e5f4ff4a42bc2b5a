package judge

import (
	"fmt"
	"math"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// Summary is a pass rate.
type Summary struct {
	Tasks int // that count, those without an answer included
	// Rates are the mean status of all tasks, 0 to 1, once per repeat. A verdict
	// that is missing counts as 0.
	Rates     []float64
	Mean, Std float64 // of Rates; Std is the population's
	Length    float64 // mean tool calls of an answer, Finish included
	Failed    int     // judgements that failed
	Missing   int     // tasks without an answer
}

// Summarize computes the pass rate of judged answers; missing counts tasks that
// have none.
func Summarize(list []answers.Judged, repeats, missing int) Summary {
	s := Summary{Tasks: len(list) + missing, Missing: missing, Rates: make([]float64, repeats)}
	if s.Tasks == 0 {
		return s
	}
	for i := range list {
		for n := range s.Rates {
			s.Rates[n] += list[i].Score(n)
		}
		s.Length += float64(list[i].Length)
		s.Failed += len(list[i].Failures)
	}
	s.Length /= float64(max(len(list), 1))
	for n := range s.Rates {
		s.Rates[n] /= float64(s.Tasks)
	}
	s.Mean, s.Std = meanStd(s.Rates)
	return s
}

// meanStd returns mean and population standard deviation.
func meanStd(x []float64) (mean, std float64) {
	if len(x) == 0 {
		return 0, 0
	}
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		std += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(std / float64(len(x)))
}

func stepsText(c *answers.Converted) string {
	steps, _, _ := c.Steps()
	return strings.Join(steps, "\n")
}

func finalStep(c *answers.Converted) string {
	_, final, _ := c.Steps()
	return final
}

func length(c *answers.Converted) int {
	_, _, calls := c.Steps()
	return len(calls)
}

// ReleasedText is what the released evaluator prints about a set of tasks.
func (s *Summary) ReleasedText(set, model string) string {
	return fmt.Sprintf("Test set: %s. Model: %s.\nSolve rate: %.1f%% Std: %.1f%%\nAverage length: %.4f\n", set, model, 100*s.Mean, 100*s.Std, s.Length)
}
