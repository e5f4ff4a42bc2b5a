package metrics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Answer is what a system did about one task, and what judges said of it.
type Answer struct {
	ID        string         // of the task
	Functions []string       // on offer; none: not known
	Calls     []answers.Call // Finish included
	// Verdicts are the judges' words by repeat; "" where a repeat is missing, which
	// scores 0.
	Verdicts []steptool.SolvedStatus
	Judge    string // who judged, if it was no language model ("rules")
}

// FromJudged takes an entry of a pass-rate file apart.
func FromJudged(j *answers.Judged) (Answer, error) {
	a := Answer{ID: j.ID, Functions: j.ToolNames, Judge: j.Judge}
	for _, v := range j.IsSolved {
		if v.Repeat >= maxRepeats {
			return a, fmt.Errorf("repeat %d: at most %d are read", v.Repeat, maxRepeats)
		}
		for len(a.Verdicts) <= v.Repeat {
			a.Verdicts = append(a.Verdicts, "")
		}
		a.Verdicts[v.Repeat] = v.Status
	}
	if j.Steps == "" {
		return a, nil
	}
	var err error
	a.Calls, err = answers.ParseSteps(strings.Split(j.Steps, "\n"))
	return a, err
}

// maxRepeats bounds what a key of a file may make of an array.
const maxRepeats = 1000

// Scores are the scores of the first n repeats: Solved 1, Unsure 1/2, Unsolved
// and missing 0.
func (a *Answer) Scores(n int) []float64 {
	s := make([]float64, n)
	for i := range min(n, len(a.Verdicts)) {
		s[i] = a.Verdicts[i].Value()
	}
	return s
}

// Capped is the answer under a budget of calls: what came after is cut off, and an
// answer that needed more counts as unsolved. (Decoding is greedy, so a chain cut
// there would most likely have ended unfinished; a search would have gone on
// elsewhere, so for DFSDT the capped score is a lower bound.)
func (a *Answer) Capped(calls int) Answer {
	if len(a.Calls) <= calls {
		return *a
	}
	c := *a
	c.Calls = a.Calls[:calls]
	c.Verdicts = make([]steptool.SolvedStatus, len(a.Verdicts))
	for i := range c.Verdicts {
		c.Verdicts[i] = steptool.Unsolved
	}
	return c
}

// System are the stored answers of one method under one strategy.
type System struct {
	Method   string
	Strategy string // "cot" or "dfs", as folders are named
	Subsets  []Subset
}

// Subset are a system's answers to the tasks of one file.
type Subset struct {
	Name    string // such as G1_instruction
	Answers []Answer
}

// Repeats is how often the subset was judged: the most verdicts that an answer
// has.
func (s *Subset) Repeats() int {
	n := 0
	for i := range s.Answers {
		n = max(n, len(s.Answers[i].Verdicts))
	}
	return n
}

// Judge names what judged the system's answers: "" for a language model, the
// rules' name, or both joined by " + ".
func (s *System) Judge() string {
	seen := map[string]bool{}
	var names []string
	for i := range s.Subsets {
		for k := range s.Subsets[i].Answers {
			if j := s.Subsets[i].Answers[k].Judge; !seen[j] {
				seen[j] = true
				names = append(names, j)
			}
		}
	}
	return JoinJudges(names)
}

// JoinJudges names several judges, each once in the list, in one word: "" is a
// language model.
func JoinJudges(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	for i, n := range names {
		if n == "" {
			names[i] = "model"
		}
	}
	return strings.Join(names, " + ")
}

// HasAnswers reports whether there is any answer.
func (s *System) HasAnswers() bool {
	return slices.ContainsFunc(s.Subsets, func(b Subset) bool { return len(b.Answers) > 0 })
}

// MaxCalls is the most calls that an answer of the system has.
func (s *System) MaxCalls() int {
	n := 0
	for i := range s.Subsets {
		for k := range s.Subsets[i].Answers {
			n = max(n, len(s.Subsets[i].Answers[k].Calls))
		}
	}
	return n
}
