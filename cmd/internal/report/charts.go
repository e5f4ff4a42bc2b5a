package report

import (
	"html/template"
	"math"
)

// panel is one drawing of curves: fields of one stage against its step.
type panel struct {
	title  string
	stage  string
	fields []string
	names  []string // legend; nil for a single curve
}

var panels = []panel{
	{"SFT: loss of a token, nats", "sft", []string{"loss"}, nil},
	{"Pass rate of the training episodes", "ppo", []string{"pass"}, nil},
	{"Return of an episode, by part", "ppo", []string{"return", "rewards_SuccCalling", "rewards_Contribution", "rewards_IsSolved"},
		[]string{"all", "calls", "progress", "solved"}},
	{"KL to the SFT model, nats of an episode", "ppo", []string{"kl"}, nil},
	{"Entropy, nats of a token", "ppo", []string{"entropy_tool", "entropy_arguments", "entropy_answer"}, []string{"tool", "arguments", "answer"}},
	{"Calls of an episode", "ppo", []string{"calls"}, nil},
	{"Calls that fail, share", "ppo", []string{"failed"}, nil},
	{"Clipped tokens, share", "ppo", []string{"clip_fraction"}, nil},
	{"Explained variance of the critic", "ppo", []string{"explained_variance"}, nil},
	{"Norm of the gradient", "ppo", []string{"grad_norm"}, nil},
	{"Loss of the policy", "ppo", []string{"policy_loss"}, nil},
	{"Loss of the critic", "ppo", []string{"value_loss"}, nil},
}

const (
	chartWidth, chartHeight         = 340, 200
	plotLeft, plotRight             = 46.0, 326.0
	plotTop, plotBottom             = 30.0, 170.0
	titleY, stepY           float64 = 16, 192
)

// charts draws every panel that the run has numbers for.
func charts(points []Point) []template.HTML {
	var list []template.HTML
	for _, p := range panels {
		if c := p.draw(points); c != "" {
			list = append(list, c)
		}
	}
	return list
}

type curve struct {
	name string
	x, y []float64
}

// curves picks the panel's fields out of the lines of metrics.
func (p panel) curves(points []Point) []curve {
	var list []curve
	for i, field := range p.fields {
		c := curve{name: field}
		if p.names != nil {
			c.name = p.names[i]
		}
		found := false
		for _, pt := range points {
			if pt.Stage != p.stage {
				continue
			}
			v, ok := pt.Fields[field]
			if !ok || math.IsInf(v, 0) {
				v = math.NaN()
			}
			found = found || !math.IsNaN(v)
			c.x, c.y = append(c.x, pt.Step), append(c.y, v)
		}
		if found {
			list = append(list, c)
		}
	}
	return list
}

func (p panel) draw(points []Point) template.HTML {
	list := p.curves(points)
	if len(list) == 0 {
		return ""
	}
	x0, x1 := math.Inf(1), math.Inf(-1)
	y0, y1 := 0.0, math.Inf(-1)
	for _, c := range list {
		for i := range c.x {
			x0, x1 = min(x0, c.x[i]), max(x1, c.x[i])
			if !math.IsNaN(c.y[i]) {
				y0, y1 = min(y0, c.y[i]), max(y1, c.y[i])
			}
		}
	}
	if x1 == x0 {
		x1 = x0 + 1
	}
	if y1 <= y0 {
		y1 = y0 + 1
	}
	y1 += (y1 - y0) * .06
	px := func(x float64) float64 { return plotLeft + (x-x0)/(x1-x0)*(plotRight-plotLeft) }
	py := func(y float64) float64 { return plotBottom - (y-y0)/(y1-y0)*(plotBottom-plotTop) }

	s := newSVG(chartWidth, chartHeight, p.title)
	s.text("title", "start", 8, titleY, p.title)
	for _, v := range ticks(y0, y1, 5) {
		s.line("grid", plotLeft, py(v), plotRight, py(v))
		s.text("tick", "end", plotLeft-6, py(v)+3.5, short(v))
	}
	for _, v := range ticks(x0, x1, 6) {
		s.text("tick", "middle", px(v), stepY-6, short(v))
	}
	for i, c := range list {
		x, y := make([]float64, len(c.x)), make([]float64, len(c.y))
		for j := range x {
			x[j], y[j] = px(c.x[j]), py(c.y[j])
		}
		class := "curve c" + string(rune('0'+i))
		s.path(class, x, y)
		s.end(class, c, px, py)
	}
	if len(list) > 1 {
		at := plotLeft + 4
		for i, c := range list {
			s.line("curve c"+string(rune('0'+i)), at, plotTop+4, at+12, plotTop+4)
			s.text("legend", "start", at+16, plotTop+7.5, c.name)
			at += 26 + 6*float64(len(c.name))
		}
	}
	return s.html()
}

// end marks the last number of a curve.
func (s *svg) end(class string, c curve, px, py func(float64) float64) {
	for j := len(c.y) - 1; j >= 0; j-- {
		if !math.IsNaN(c.y[j]) {
			s.circle(class+" end", px(c.x[j]), py(c.y[j]), 2.6, short(c.y[j]))
			return
		}
	}
}
