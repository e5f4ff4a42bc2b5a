package report

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

const hostile = `<script>alert("x")</script>&'`

func sample() *Report {
	var rows []evaluate.Row
	for _, stage := range []string{"sft", "final"} {
		for _, set := range []string{"I1-inst", hostile} {
			for _, temperature := range []float64{0, 1} {
				rows = append(rows, evaluate.Row{Stage: stage, Set: set, Result: metrics.Result{N: 100, Pass: .5, PassLow: .4, PassHigh: .6}, Temperature: temperature})
			}
		}
	}
	rows[4].Pass = .75
	var points []Point
	for i := range 20 {
		points = append(points, Point{"sft", float64(i * 10), map[string]float64{"loss": 3 / float64(i+1)}},
			Point{"ppo", float64(i + 1), map[string]float64{"pass": float64(i) / 40, "kl": math.NaN(), "entropy_tool": .3, "entropy_answer": .2}})
	}
	e := episode.Episode{Iteration: 1, Task: hostile, Query: hostile, Outcome: hostile, Tokens: []int32{1, 2, 3, 4},
		Turns: []episode.Turn{{Span: [2]int{1, 3}, Action: hostile, Observation: hostile, ParseError: hostile,
			Rewards:    []episode.Reward{{Name: hostile, Value: 1, Source: hostile}},
			Advantages: []float32{.5, -2}, Values: []float32{0, 0}, LogProbs: []float32{-1, -1}, Returns: []float32{1, 1}}}}
	return &Report{Title: hostile, Facts: []Fact{{hostile, hostile, hostile}}, Rows: rows, Points: points,
		Episodes: []episode.Episode{e}, Piece: func(id int32) string { return fmt.Sprint(hostile, id) }, Config: hostile}
}

func TestThePageEscapesAndNeedsNothingFromOutside(t *testing.T) {
	b, err := HTML(sample())
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	for _, bad := range []string{"<script", "http:", "https:", "src=", "@import", "url(", "<link", "ZgotmplZ", "NaN,"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	for _, want := range []string{"&lt;script&gt;", "background:rgba(214,69,65,0.85)", "background:rgba(36,113,200,0.21)", "<b class=\"up\">&#43;25</b>", "75 <small>(40–60)</small>", "<svg", "advantage -2.000"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// Every element that is opened is closed.
	for _, name := range []string{"svg", "g", "table", "tr", "td", "div", "span", "pre", "text", "h2", "p"} {
		open, closed := len(regexp.MustCompile("<"+name+`[ >]`).FindAllString(page, -1)), strings.Count(page, "</"+name+">")
		if open != closed {
			t.Errorf("<%s>: %d opened, %d closed", name, open, closed)
		}
	}
}

// A run that ends with imitation has nothing after RL.
func TestAPageWithoutReinforcement(t *testing.T) {
	r := sample()
	for _, method := range []string{"ppo-step", "sft"} {
		for i := range r.Rows {
			r.Rows[i].Method = method
		}
		b, err := HTML(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(b), "after RL") && strings.Contains(string(b), "RL, greedy"); got != (method == "ppo-step") {
			t.Errorf("%s: figures after RL: %v", method, got)
		}
	}
}

func TestAnEmptyRunStillHasAPage(t *testing.T) {
	b, err := HTML(&Report{Title: "nothing yet"})
	if err != nil || !strings.Contains(string(b), "nothing yet") || strings.Contains(string(b), "<svg") {
		t.Errorf("%v\n%s", err, b)
	}
}

func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		lo, hi float64
		want   []float64
	}{
		{0, .99, []float64{0, .2, .4, .6000000000000001, .8}},
		{10, 950, []float64{200, 400, 600, 800}},
		{0, 40, []float64{0, 10, 20, 30, 40}},
		{-1, 1, []float64{-1, -.5, 0, .5, 1}},
		{3, 3, []float64{3}},
		{0, 1e-7, []float64{0, 5e-8, 1e-7}},
	} {
		if d := cmp.Diff(tt.want, ticks(tt.lo, tt.hi, 5)); d != "" {
			t.Errorf("%v to %v: %s", tt.lo, tt.hi, d)
		}
		for _, v := range ticks(tt.lo, tt.hi, 5) {
			if v < tt.lo-1e-12 || v > tt.hi+1e-12 {
				t.Errorf("%v to %v: tick %v lies outside", tt.lo, tt.hi, v)
			}
		}
	}
}

func TestSampleTakesTheFirstAndTheLastIteration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trajectories.jsonl")
	var b []byte
	for it := 1; it <= 3; it++ {
		for s := range 4 {
			e := episode.Episode{Stage: "ppo", Iteration: it, Task: "t", Sample: s, Solved: s%2 == 1, Turns: make([]episode.Turn, 2)}
			line, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			b = append(append(b, line...), '\n')
		}
	}
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	list, err := Sample(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range list {
		got = append(got, fmt.Sprint(e.Iteration, e.Sample, e.Solved))
	}
	if d := cmp.Diff([]string{"1 0 false", "1 1 true", "3 0 false", "3 1 true"}, got); d != "" {
		t.Error(d)
	}
}

func TestPoints(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	os.WriteFile(path, []byte("{\"stage\":\"sft\",\"step\":10,\"loss\":0.5,\"x\":null}\n"), 0o666)
	got, err := Points(path)
	if err != nil || len(got) != 1 || got[0].Stage != "sft" || got[0].Step != 10 || got[0].Fields["loss"] != .5 {
		t.Errorf("%v %v", got, err)
	}
	os.WriteFile(path, []byte("{\n"), 0o666)
	if _, err := Points(path); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("got %v", err)
	}
}
