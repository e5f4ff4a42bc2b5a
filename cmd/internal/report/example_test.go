package report_test

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/cmd/internal/report"
)

// An episode on the page: its tokens are coloured by their advantage, blue for
// what went better than expected and red for what went worse.
func ExampleHTML() {
	page, err := report.HTML(&report.Report{
		Title: "A run", Facts: []report.Fact{{Name: "pass rate, greedy", Figure: "40 → 70 %"}},
		Episodes: []episode.Episode{{Query: "What is the capital of Avaria?", Tokens: []int32{5, 6}, Turns: []episode.Turn{{
			Span: [2]int{0, 2}, Action: "go on", LogProbs: []float32{-.1, -2}, Values: []float32{.5, .5}, Advantages: []float32{1, -1}, Returns: []float32{.6, .4},
		}}}},
		Piece: func(id int32) string { return map[int32]string{5: "go", 6: " on"}[id] },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, part := range strings.Split(string(page), `<span style="`) {
		if token, _, ok := strings.Cut(part, "</span>"); ok && strings.Contains(token, "advantage ") {
			fmt.Println(strings.ReplaceAll(token, "&#43;", "+"))
		}
	}
	fmt.Println(strings.Contains(string(page), "http://") || strings.Contains(string(page), "https://"))
	// Output:
	// background:rgba(36,113,200,0.85)" title="advantage +1.000 · value 0.500 · log p -0.100 · return 0.600">go
	// background:rgba(214,69,65,0.85)" title="advantage -1.000 · value 0.500 · log p -2.000 · return 0.400"> on
	// false
}
