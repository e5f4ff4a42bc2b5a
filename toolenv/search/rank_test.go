package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/search"
)

// judgeModel prefers candidates whose call has the longest input, wherever they stand;
// with biased it always prefers the first.
type judgeModel struct {
	biased bool
	asked  int
}

func (j *judgeModel) Next(_ context.Context, r *search.Request) (*search.Reply, error) {
	j.asked++
	text := r.Messages[1].Content
	_, after, _ := strings.Cut(text, "\nCandidate A:\n")
	a, b, _ := strings.Cut(after, "\nCandidate B:\n")
	b, _, _ = strings.Cut(b, "\nWhich candidate")
	if r.Required || len(r.Functions) > 0 || a == "" || b == "" {
		return nil, fmt.Errorf("question %q", text)
	}
	verdict := "A"
	if len(b) > len(a) && !j.biased {
		verdict = "**B**"
	}
	return &search.Reply{Content: verdict, CompletionTokens: 1}, nil
}

func TestRanking(t *testing.T) {
	texts := []string{
		call(forecast, `{"city": "B"}`), call(forecast, `{"city": "Trondheim"}`), call(forecast, `{"city": "Oslo"}`), // the candidates of the root
		answer,
	}
	for _, c := range []struct {
		biased bool
		want   string
	}{
		{false, "0 1 2 1.0"}, // the longest
		{true, "0 1 2 0.0"},  // verdicts that depend on the order: all equal
	} {
		judge := &judgeModel{biased: c.biased}
		m := &script{texts: append([]string(nil), texts...)}
		out := dfs(t, m, search.DFSOptions{Width: 3, Ranked: true, Ranker: judge})
		if got := m.branches(); got != c.want || !out.Win {
			t.Errorf("biased %v: branches %s, want %s; win %v", c.biased, got, c.want, out.Win)
		}
		// Three pairs, either order; the answer ends the search before it is ranked.
		if judge.asked != 6 || out.Own.Used.Queries != 10 || out.Own.Used.Tokens != 50 {
			t.Errorf("biased %v: %d comparisons, used %+v", c.biased, judge.asked, out.Own.Used)
		}
		if v, _ := out.Args.Get("with_filter"); v != true {
			t.Error("the output does not say that it was ranked")
		}
	}
}

// Who gave up is not compared, and is visited last.
func TestRankingOfLeaves(t *testing.T) {
	judge := &judgeModel{}
	m := &script{texts: []string{giveUp, call(forecast, `{"city": "Oslo"}`), answer}}
	out := dfs(t, m, search.DFSOptions{Ranked: true, Ranker: judge})
	if got := m.branches(); judge.asked != 0 || got != "0 1 1.0" || !out.Win {
		t.Errorf("%d comparisons, branches %s, win %v", judge.asked, got, out.Win)
	}
}

func TestRankingKeepsTheBudget(t *testing.T) {
	judge := &judgeModel{}
	m := &script{texts: []string{call(forecast, `{"city": "B"}`), call(forecast, `{"city": "Bergen"}`), answer}}
	out := dfs(t, m, search.DFSOptions{Ranked: true, Ranker: judge, Options: search.Options{Budget: search.Budget{Queries: 3}}})
	if judge.asked != 1 || out.Own.Stopped != "queries" || out.Own.Used.Queries != 3 || out.Win {
		t.Errorf("%d comparisons, %+v", judge.asked, out.Own)
	}
}

func TestVerdicts(t *testing.T) {
	for text, want := range map[string]byte{
		"A": 'A', "b": 'B', " **B**.": 'B', "Candidate A": 'A', "Answer: B": 'B', "(A) since it got data": 'A', "Answer: candidate b": 'B',
		"": 0, "  ": 0, "Because": 0, "Both": 0, "neither": 0, "C": 0, "A better one is B": 0, "A1": 0, "answer": 0, "Ä": 0,
	} {
		if got := search.Verdict(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// With one candidate the released search compares nothing, and runs. Going back more
// than a turn it marks the node as on the way to an answer, whatever it goes back from.
func TestReleasedRankingOfOne(t *testing.T) {
	m := &script{texts: []string{call(forecast, "{}"), call(forecast, "{}"), giveUp}, released: true}
	out := dfs(t, m, search.DFSOptions{Width: 1, Ranked: true, Options: search.Options{Released: true}})
	var finished []bool
	for n := out.Tree.Root; ; n = n.Children[0] {
		finished = append(finished, n.Finished)
		if len(n.Children) == 0 {
			break
		}
	}
	if got, want := fmt.Sprint(finished), "[true true true true true true true false false false]"; got != want {
		t.Errorf("finished %s, want %s", got, want)
	}
	if out.Answer.FinishType != "give_up" {
		t.Errorf("finish_type %s", out.Answer.FinishType)
	}
}
