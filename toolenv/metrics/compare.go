package metrics

import (
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/toolenv/stats"
)

// Comparison says by how much a second system differs from a first one on the
// tasks that both answered, and how sure that is.
type Comparison struct {
	Group  string `json:"group"`
	Metric string `json:"metric"` // pass, pass_capped, recall_paper
	N      int    `json:"n"`      // tasks that both answered
	// A and B are the means, Difference is B - A; pass rates in percent.
	A          float64 `json:"a"`
	B          float64 `json:"b"`
	Difference float64 `json:"difference"`
	// Low and High bound the 95 % bootstrap interval of the difference: over tasks
	// (BCa), and where a system was run several times over runs and tasks.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// PBootstrap and PSignFlip are two-sided tests that there is no difference, see
	// package stats; Exact: the second one is. PHolm adjusts it for the groups that
	// were compared.
	PBootstrap float64 `json:"p_bootstrap"`
	PSignFlip  float64 `json:"p_sign_flip"`
	Exact      bool    `json:"exact"`
	PHolm      float64 `json:"p_holm"`
	// Solved by one only: OnlyA and OnlyB count tasks, PMcNemar tests them exactly.
	// A task is solved when its mean score is above 1/2: Unsure alone does not do.
	// Nil for recall, and where a system was run several times: means over unequal
	// numbers of runs pass that line unequally often.
	OnlyA    *int     `json:"only_a"`
	OnlyB    *int     `json:"only_b"`
	PMcNemar *float64 `json:"p_mcnemar"`
	PMidP    *float64 `json:"p_mcnemar_mid"`
	RunsA    int      `json:"runs_a"`
	RunsB    int      `json:"runs_b"`
}

// pairing are the tasks that all runs of both sides answered, by subset.
type pairing struct {
	subsets []string
	a, b    [][][]Figures // run, subset, task
	ac, bc  [][][]Figures // the same, capped
}

// Compare compares two systems, each given by one run or several (seeds), under
// their own budgets and with both capped at budget calls (0: the smallest calls_max of
// all runs). A run in which a task is missing takes it out of the comparison. The
// groups are as in [Table], and all tasks together where there are several groups.
func Compare(a, b []System, ref *Reference, budget int, o stats.Options) ([]Comparison, error) {
	if budget == 0 {
		budget = Budget(slices.Concat(a, b))
	}
	p := pair(a, b, ref, budget)
	if len(p.subsets) == 0 {
		return nil, fmt.Errorf("the two systems have no task in common")
	}
	var out []Comparison
	metric := func(name string, scale float64, runs func(side int) [][][]Figures, value func(*Figures) (float64, bool), solved bool) {
		first := len(out)
		for _, g := range groupsOf(p.subsets) {
			c, ok := compareGroup(pick(runs(0), g.members), pick(runs(1), g.members), scale, value, solved, o)
			if !ok {
				continue
			}
			c.Group, c.Metric = g.name, name
			out = append(out, c)
		}
		var ps []float64
		for _, c := range out[first:] {
			ps = append(ps, c.PSignFlip)
		}
		for i, v := range stats.Holm(ps) {
			out[first+i].PHolm = v
		}
	}
	score := func(f *Figures) (float64, bool) { return f.Score, true }
	recall := func(f *Figures) (float64, bool) { return f.RecallPaper, f.Known }
	metric("pass", 100, func(side int) [][][]Figures { return [2][][][]Figures{p.a, p.b}[side] }, score, true)
	metric("pass_capped", 100, func(side int) [][][]Figures { return [2][][][]Figures{p.ac, p.bc}[side] }, score, true)
	metric("recall_paper", 1, func(side int) [][][]Figures { return [2][][][]Figures{p.a, p.b}[side] }, recall, false)
	return out, nil
}

// pair measures what all runs answered.
func pair(a, b []System, ref *Reference, budget int) pairing {
	runs := slices.Concat(a, b)
	var p pairing
	p.a, p.ac = make([][][]Figures, len(a)), make([][][]Figures, len(a))
	p.b, p.bc = make([][][]Figures, len(b)), make([][][]Figures, len(b))
	names := []string{}
	for _, s := range runs[0].Subsets {
		names = append(names, s.Name)
	}
	slices.SortStableFunc(names, func(x, y string) int { return place(x) - place(y) })
	for _, name := range names {
		answers := make([]map[string]*Answer, len(runs))
		repeats := make([]int, len(runs))
		var order []string
		for r := range runs {
			answers[r] = map[string]*Answer{}
			for i := range runs[r].Subsets {
				if s := &runs[r].Subsets[i]; s.Name == name {
					repeats[r] = s.Repeats()
					for k := range s.Answers {
						answers[r][s.Answers[k].ID] = &s.Answers[k]
						if r == 0 {
							order = append(order, s.Answers[k].ID)
						}
					}
				}
			}
		}
		order = slices.DeleteFunc(order, func(id string) bool {
			return slices.ContainsFunc(answers, func(m map[string]*Answer) bool { return m[id] == nil })
		})
		if len(order) == 0 {
			continue
		}
		p.subsets = append(p.subsets, name)
		for r := range runs {
			var full, capped []Figures
			for _, id := range order {
				full = append(full, ref.Measure(answers[r][id], repeats[r]))
				c := answers[r][id].Capped(budget)
				capped = append(capped, ref.Measure(&c, repeats[r]))
			}
			if r < len(a) {
				p.a[r], p.ac[r] = append(p.a[r], full), append(p.ac[r], capped)
			} else {
				p.b[r-len(a)], p.bc[r-len(a)] = append(p.b[r-len(a)], full), append(p.bc[r-len(a)], capped)
			}
		}
	}
	return p
}

type group struct {
	name    string
	members []int // indices of subsets
}

// groupsOf are I1 to I3, subsets that belong to none, and all.
func groupsOf(subsets []string) (out []group) {
	for _, g := range Groups {
		var m []int
		for i, s := range subsets {
			if GroupOf(s) == g {
				m = append(m, i)
			}
		}
		if len(m) > 0 {
			out = append(out, group{g, m})
		}
	}
	var all []int
	for i, s := range subsets {
		all = append(all, i)
		if GroupOf(s) == "" {
			out = append(out, group{s, []int{i}})
		}
	}
	if len(out) > 1 {
		out = append(out, group{"all", all})
	}
	return out
}

// pick keeps some of the subsets of every run.
func pick(runs [][][]Figures, members []int) [][][]Figures {
	out := make([][][]Figures, len(runs))
	for r := range runs {
		for _, m := range members {
			out[r] = append(out[r], runs[r][m])
		}
	}
	return out
}

// compareGroup compares one figure on one group; false when no task has it.
func compareGroup(a, b [][][]Figures, scale float64, value func(*Figures) (float64, bool), solved bool, o stats.Options) (Comparison, bool) {
	va, vb := valuesOf(a, value), valuesOf(b, value)
	ma, mb := overRuns(va), overRuns(vb)
	c := Comparison{RunsA: len(a), RunsB: len(b)}
	differences := make([][]float64, len(ma))
	var flat []float64
	onlyA, onlyB := 0, 0
	for s := range ma {
		for i := range ma[s] {
			x, y := ma[s][i], mb[s][i]
			differences[s] = append(differences[s], y-x)
			if x > .5 && y <= .5 {
				onlyA++
			} else if y > .5 && x <= .5 {
				onlyB++
			}
		}
		flat = append(flat, differences[s]...)
	}
	c.N = len(flat)
	if c.N == 0 {
		return c, false
	}
	c.A, c.B, c.Difference = scale*stats.Mean(ma), scale*stats.Mean(mb), scale*stats.Mean(differences)
	var iv stats.Interval
	if len(a) == 1 && len(b) == 1 {
		iv = stats.MeanInterval(differences, o)
	} else {
		iv = stats.NestedDifference(va, vb, o)
	}
	c.Low, c.High = scale*iv.Low, scale*iv.High
	c.PBootstrap = stats.Bootstrapped(differences, o).P
	flip := stats.SignFlip(flat, o)
	c.PSignFlip, c.Exact = flip.P, flip.Exact
	if solved && len(a) == 1 && len(b) == 1 {
		p, mid := stats.McNemar(onlyA, onlyB)
		c.OnlyA, c.OnlyB, c.PMcNemar, c.PMidP = &onlyA, &onlyB, &p, &mid
	}
	return c, true
}

// valuesOf takes a figure out of every run: run, subset, task.
func valuesOf(runs [][][]Figures, value func(*Figures) (float64, bool)) [][][]float64 {
	out := make([][][]float64, len(runs))
	for r := range runs {
		out[r] = make([][]float64, len(runs[r]))
		for s := range runs[r] {
			for i := range runs[r][s] {
				if v, ok := value(&runs[r][s][i]); ok {
					out[r][s] = append(out[r][s], v)
				}
			}
		}
	}
	return out
}

// overRuns is every task's mean over runs.
func overRuns(v [][][]float64) [][]float64 {
	out := make([][]float64, len(v[0]))
	for s := range out {
		out[s] = make([]float64, len(v[0][s]))
		for i := range out[s] {
			for r := range v {
				out[s][i] += v[r][s][i]
			}
			out[s][i] /= float64(len(v))
		}
	}
	return out
}
