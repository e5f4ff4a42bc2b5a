package world

import "github.com/stepgrain/stepgrain/toolenv/world/catalog"

// LongestPlan is the largest number of calls, Finish aside, that the solution of
// a task needs in a world of this size, whatever its seed. A budget of calls has
// to exceed it.
func LongestPlan(quick bool) int {
	g := graph{}
	for _, c := range catalog.All(quick) {
		if c.Key != "" {
			g[c.Word] = c
		}
	}
	longest := 0
	look := func(s *spec) {
		for _, x := range s.shapes {
			longest = max(longest, g.longest(x.name))
		}
	}
	look(trainSpec(quick))
	for _, name := range Sets {
		look(setSpec(name, quick))
	}
	return longest
}

// graph are the categories with records, by their words.
type graph map[string]*catalog.Category

// cost is the number of calls that read a field of a record known by its name:
// one, and one more where the record has to be found first.
func cost(c *catalog.Category) int {
	if c.Key == "code" {
		return 2
	}
	return 1
}

// longest is the largest number of calls of a task shape; see asker.
func (g graph) longest(shape string) int {
	most := 0
	for _, c := range g {
		n := 0
		switch shape {
		case "c1", "c2", "c3":
			n = g.chain(c, int(shape[1]-'0'))
		case "sum", "max", "cmp": // two records, and the calculation
			n = 2*cost(c) + 1
		case "list": // the list, two records of it, and the calculation
			for _, f := range c.Fields {
				if f.Many && g[f.Target] != nil {
					n = max(n, cost(c)+2*cost(g[f.Target])+1)
				}
			}
		case "join": // two records, the comparison, and a field of one
			n = 2*cost(c) + 2
		default:
			panic("world: no task shape " + shape)
		}
		most = max(most, n)
	}
	return most
}

// chain is the largest number of calls of n relations that begin at a category.
func (g graph) chain(c *catalog.Category, n int) int {
	if n == 1 {
		return cost(c)
	}
	rest := 0
	for _, f := range c.Fields {
		if next := g[f.Target]; next != nil && !f.Many {
			rest = max(rest, g.chain(next, n-1))
		}
	}
	if rest == 0 {
		return 0 // no chain so long begins here
	}
	return cost(c) + rest
}
