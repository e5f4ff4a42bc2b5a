package metrics

import (
	"cmp"
	"slices"

	"github.com/stepgrain/stepgrain/toolenv/stats"
)

// Subsets are the files of StableToolBench's evaluation in the order in which
// they are listed, Groups what they belong to.
var (
	Subsets = []string{"G1_instruction", "G1_category", "G1_tool", "G2_instruction", "G2_category", "G3_instruction"}
	Groups  = []string{"I1", "I2", "I3"}
)

// GroupOf is the group of a subset: I1 of G1_instruction. What is not in Subsets
// is in none: "".
func GroupOf(subset string) string {
	if slices.Contains(Subsets, subset) {
		return "I" + subset[1:2]
	}
	return ""
}

// Budget is the smallest of the systems' largest numbers of calls: what all of
// them were allowed at least to use, and none can say was too little. Systems
// without answers do not count.
func Budget(systems []System) int {
	budget, first := 0, true
	for i := range systems {
		if !systems[i].HasAnswers() {
			continue
		}
		if n := systems[i].MaxCalls(); first || n < budget {
			budget, first = n, false
		}
	}
	return budget
}

// Table summarises systems: for each, its groups and then its subsets, in the
// order of Groups and Subsets, others by name after them. budget is the number of
// calls that capped scores allow; 0 takes [Budget].
func Table(systems []System, ref *Reference, budget int, o stats.Options) []Summary {
	if budget == 0 {
		budget = Budget(systems)
	}
	var out []Summary
	for i := range systems {
		sys := &systems[i]
		var parts []part
		for k := range sys.Subsets {
			if len(sys.Subsets[k].Answers) == 0 {
				continue
			}
			parts = append(parts, ref.measure(&sys.Subsets[k], budget))
		}
		slices.SortStableFunc(parts, func(a, b part) int {
			return cmp.Or(cmp.Compare(place(a.name), place(b.name)), cmp.Compare(a.name, b.name))
		})
		add := func(group string, members []part) {
			s := summarise(members, o)
			s.Method, s.Strategy, s.Group, s.Budget = sys.Method, sys.Strategy, group, budget
			out = append(out, s)
		}
		for _, g := range Groups {
			var members []part
			for _, name := range Subsets {
				if GroupOf(name) != g {
					continue
				}
				if i := slices.IndexFunc(parts, func(p part) bool { return p.name == name }); i >= 0 {
					members = append(members, parts[i])
				}
			}
			if len(members) == 0 {
				continue
			}
			add(g, members)
			// A subset that is absent counts among the tasks expected.
			s := &out[len(out)-1]
			s.Expected = 0
			for _, name := range Subsets {
				if GroupOf(name) == g {
					s.Expected += ref.tasks(name)
				}
			}
			s.Complete = s.Expected > 0 && s.N == s.Expected
		}
		for _, p := range parts {
			add(p.name, []part{p})
			out[len(out)-1].Subset = true
		}
	}
	return out
}

// place is where a subset stands in the list.
func place(name string) int {
	if i := slices.Index(Subsets, name); i >= 0 {
		return i
	}
	return len(Subsets)
}

func (r *Reference) tasks(subset string) int {
	if r.Tasks == nil {
		return 0
	}
	return r.Tasks(subset)
}

// measure measures the answers of a subset, as they are and under a budget.
func (r *Reference) measure(s *Subset, budget int) part {
	p := part{name: s.Name, expected: r.tasks(s.Name), repeats: s.Repeats()}
	one := System{Subsets: []Subset{*s}}
	p.judge = one.Judge()
	for i := range s.Answers {
		a := &s.Answers[i]
		f := r.Measure(a, p.repeats)
		p.full = append(p.full, f)
		if len(a.Calls) > budget {
			c := a.Capped(budget)
			f = r.Measure(&c, p.repeats)
		}
		p.capped = append(p.capped, f)
	}
	return p
}
