package report

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
)

// dots draws the greedy pass rates of every set with their intervals: hollow
// after SFT, full after RL.
func dots(rows []tableRow) template.HTML {
	const rowHeight, left, right, top = 30.0, 90.0, 640.0, 26.0
	if len(rows) == 0 {
		return ""
	}
	height := top + rowHeight*float64(len(rows)) + 26
	s := newSVG(680, int(height), "pass rates by set")
	px := func(p float64) float64 { return left + p*(right-left) }
	for _, v := range []float64{0, .25, .5, .75, 1} {
		s.line("grid", px(v), top-8, px(v), height-24)
		s.text("tick", "middle", px(v), height-8, fmt.Sprintf("%.0f %%", 100*v))
	}
	for i, t := range rows {
		y := top + rowHeight*(float64(i)+.5) - 4
		s.text("set", "end", left-14, y+4, t.Set)
		s.whisker("before", t.SFT, px, y-4)
		s.whisker("after", t.Final, px, y+4)
	}
	s.circle("before", left+8, 9, 4, "after SFT")
	s.text("legend", "start", left+18, 13, "after SFT")
	legend := "greedy, with 95 % intervals"
	if slices.ContainsFunc(rows, func(t tableRow) bool { return t.Final != nil }) {
		s.circle("after", left+98, 9, 4, "after RL")
		legend = "after RL (" + legend + ")"
	}
	s.text("legend", "start", left+108, 13, legend)
	return s.html()
}

func (s *svg) whisker(class string, r *evaluate.Row, px func(float64) float64, y float64) {
	if r == nil {
		return
	}
	s.line("whisker "+class, px(r.PassLow), y, px(r.PassHigh), y)
	s.circle(class, px(r.Pass), y, 4, fmt.Sprintf("%.1f %% of %d tasks, interval %.1f to %.1f", 100*r.Pass, r.N, 100*r.PassLow, 100*r.PassHigh))
}
