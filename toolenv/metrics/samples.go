package metrics

import (
	"fmt"
	"slices"
)

// SampleSet are several answers per task, by subset.
type SampleSet struct {
	names  []string
	tasks  map[string][][]*Answer // by subset: tasks in the first sample's order, then samples
	counts map[string]int         // repeats by subset
	judge  string
}

// SampleGroup is a group of subsets, or one subset.
type SampleGroup struct {
	Name    string
	Repeats int // that all its subsets have
	Judge   string
	strata  [][][]*Answer
}

// JoinSamples puts the answers of several runs together. All have to answer the
// same tasks.
func JoinSamples(runs []System) (*SampleSet, error) {
	s := &SampleSet{tasks: map[string][][]*Answer{}, counts: map[string]int{}}
	for r := range runs {
		run := &runs[r]
		if r > 0 && len(run.Subsets) != len(runs[0].Subsets) {
			return nil, fmt.Errorf("sample %d has %d files, the first has %d: all have to answer the same tasks", r+1, len(run.Subsets), len(runs[0].Subsets))
		}
		for i := range run.Subsets {
			sub := &run.Subsets[i]
			if r == 0 {
				s.names = append(s.names, sub.Name)
				s.tasks[sub.Name] = make([][]*Answer, len(sub.Answers))
			}
			tasks, ok := s.tasks[sub.Name]
			if !ok {
				return nil, fmt.Errorf("sample %d answers %s, the first does not", r+1, sub.Name)
			}
			if len(sub.Answers) != len(tasks) {
				return nil, fmt.Errorf("sample %d has %d answers of %s, the first has %d: all have to answer the same tasks", r+1, len(sub.Answers), sub.Name, len(tasks))
			}
			place := map[string]int{}
			for k := range runs[0].Subsets {
				if runs[0].Subsets[k].Name == sub.Name {
					for t := range runs[0].Subsets[k].Answers {
						place[runs[0].Subsets[k].Answers[t].ID] = t
					}
				}
			}
			for k := range sub.Answers {
				t, ok := place[sub.Answers[k].ID]
				if !ok || len(tasks[t]) > r {
					return nil, fmt.Errorf("sample %d of %s: query %s is not in the first, or twice in this one", r+1, sub.Name, sub.Answers[k].ID)
				}
				tasks[t] = append(tasks[t], &sub.Answers[k])
			}
			s.counts[sub.Name] = max(s.counts[sub.Name], sub.Repeats())
		}
		if j := run.Judge(); r == 0 {
			s.judge = j
		} else {
			s.judge = joined(s.judge, j, false)
		}
	}
	return s, nil
}

// Groups are I1 to I3 as far as there are tasks, the subsets, and all together if
// there are several.
func (s *SampleSet) Groups() []SampleGroup {
	names := slices.Clone(s.names)
	slices.SortStableFunc(names, func(a, b string) int { return place(a) - place(b) })
	var out []SampleGroup
	group := func(name string, members []string) {
		if len(members) == 0 {
			return
		}
		g := SampleGroup{Name: name, Judge: s.judge, Repeats: s.counts[members[0]]}
		for _, m := range members {
			g.Repeats = min(g.Repeats, s.counts[m])
			g.strata = append(g.strata, s.tasks[m])
		}
		out = append(out, g)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return len(s.tasks[n]) == 0 })
	for _, g := range Groups {
		group(g, slices.DeleteFunc(slices.Clone(names), func(n string) bool { return GroupOf(n) != g }))
	}
	for _, n := range names {
		group(n, []string{n})
	}
	if len(names) > 1 {
		group("all", names)
	}
	return out
}

// PassAtK estimates pass@k of every task, averaged over the judge's repeats, by
// subset; std is the population deviation of the group's pass@k over the repeats. A
// verdict Unsure counts as not solved, or with half as solved with probability ½.
func (g *SampleGroup) PassAtK(k int, half bool) (strata [][]float64, std float64) {
	byRepeat := make([]float64, g.Repeats)
	n := 0
	for _, tasks := range g.strata {
		values := make([]float64, len(tasks))
		for t, samples := range tasks {
			for r := range byRepeat {
				solved, unsure := Count(samples, r)
				if !half {
					unsure = 0
				}
				p := PassAtKUnsure(len(samples), solved, unsure, k)
				values[t] += p / float64(g.Repeats)
				byRepeat[r] += p
			}
		}
		n += len(tasks)
		strata = append(strata, values)
	}
	return strata, deviation(byRepeat) / float64(n)
}
