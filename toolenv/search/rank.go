package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// The ranking. ToolBench's search has one, which never ran with its clients for
// local models; what follows is of our own design.
//
// Every two candidates of a node are compared twice, once in either order, since
// models prefer a place as well as a candidate. Who is chosen both times gets 1;
// if the two verdicts differ, or one cannot be read, both get a half. Candidates
// are followed by falling sum, those with equal sums in the order in which they
// were made. Candidates that gave up or whose turn the model did not give take no
// part and come last; one that gave an answer ends the search before.

const rankSystem = `You judge the progress of an assistant that solves a user's task by calling functions.
You are shown the task, what was done so far, and two candidates for the next step with what they led to. Say which of them is more likely to lead to a complete and correct answer. Prefer steps that got useful data; count against a step that it failed, repeats an earlier one, or has nothing to do with the task.
Answer with one letter: A or B.`

// rank sorts candidates in place, best first.
func (d *dfs) rank(ctx context.Context, n *node, candidates []*node) error {
	if d.released {
		return &toolbench.Crash{Exception: "TypeError", Cause: "ranking asks the model without naming the tools, which the clients for local models do not allow"}
	}
	var open []*node
	for _, c := range candidates {
		if !c.pruned {
			open = append(open, c)
		}
	}
	score := make(map[*node]float64, len(open))
	for i, a := range open {
		for _, b := range open[i+1:] {
			first, err := d.compare(ctx, n, a, b)
			if err != nil {
				return err
			}
			second, err := d.compare(ctx, n, b, a)
			if err != nil {
				return err
			}
			switch {
			case first == 'A' && second == 'B':
				score[a]++
			case first == 'B' && second == 'A':
				score[b]++
			default:
				score[a] += .5
				score[b] += .5
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b *node) int {
		switch {
		case a.pruned != b.pruned && a.pruned:
			return 1
		case a.pruned != b.pruned:
			return -1
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return 0
	})
	return nil
}

// compare asks which of two candidates is better: 'A', 'B', or 0 when there is no
// verdict, also because the budget is used up.
func (d *dfs) compare(ctx context.Context, n, a, b *node) (byte, error) {
	if !d.mayQuery() || !d.meter.mayAsk() {
		return 0, nil
	}
	m := d.o.Ranker
	if m == nil {
		m = d.model
	}
	reply, _, err := d.request(ctx, m, &Request{
		Task: d.task.Query.ID, Branch: fmt.Sprintf("%s<>%s", a.branch, b.branch),
		Messages: []Message{{Role: "system", Content: rankSystem}, {Role: "user", Content: d.rankQuestion(n, a, b)}},
	})
	if err != nil || reply == nil {
		return 0, err
	}
	return verdict(reply.Content), nil
}

// rankQuestion shows the task, the common path and the two candidates.
func (d *dfs) rankQuestion(n, a, b *node) string {
	var t strings.Builder
	fmt.Fprintf(&t, "Task:\n%s\n\nSo far:\n", d.task.Query.Text)
	path := n.path()
	if len(path) == 0 {
		t.WriteString("(nothing)\n")
	}
	describe(&t, path)
	t.WriteString("\nCandidate A:\n")
	describe(&t, a.path()[len(path):])
	t.WriteString("\nCandidate B:\n")
	describe(&t, b.path()[len(path):])
	t.WriteString("\nWhich candidate is better, A or B?")
	return t.String()
}

// describe writes nodes as a model would have written them, with the observations.
func describe(t *strings.Builder, path []*node) {
	for _, n := range path {
		switch n.kind {
		case answers.ThoughtNode:
			fmt.Fprintf(t, "Thought: %s\n", n.description)
		case answers.ActionNode:
			fmt.Fprintf(t, "Action: %s\n", n.description)
		default:
			fmt.Fprintf(t, "Action Input: %s\nObservation: %s\n", n.description, n.observation)
		}
	}
}

// verdict reads the letter that a reply begins with, after white space and marks
// such as "**"; the words "Candidate" and "Answer:" may stand before it.
func verdict(s string) byte {
	for {
		t := strings.TrimLeft(s, " \t\r\n*_\"'`([:.")
		for _, word := range []string{"candidate", "answer", "option"} {
			if len(t) > len(word) && strings.EqualFold(t[:len(word)], word) {
				t = t[len(word):]
			}
		}
		if t == s {
			break
		}
		s = t
	}
	if s == "" {
		return 0
	}
	letter := s[0] &^ 0x20 // upper case
	if letter != 'A' && letter != 'B' {
		return 0
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	if len(words[0]) != 1 || slices.Contains(words, string(letter^'A'^'B')) {
		return 0 // a word that begins with the letter, or both letters
	}
	return letter
}
