package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// svg collects the elements of one drawing. Text is escaped where it enters.
type svg struct {
	b             strings.Builder
	width, height int
}

func newSVG(width, height int, label string) *svg {
	s := &svg{width: width, height: height}
	fmt.Fprintf(&s.b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, width, height, template.HTMLEscapeString(label))
	return s
}

func (s *svg) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&s.b, `<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, class, x1, y1, x2, y2)
}

func (s *svg) circle(class string, x, y, r float64, title string) {
	fmt.Fprintf(&s.b, `<circle class="%s" cx="%.1f" cy="%.1f" r="%.1f"><title>%s</title></circle>`, class, x, y, r, template.HTMLEscapeString(title))
}

// text writes words; anchor is start, middle or end.
func (s *svg) text(class, anchor string, x, y float64, words string) {
	fmt.Fprintf(&s.b, `<text class="%s" text-anchor="%s" x="%.1f" y="%.1f">%s</text>`, class, anchor, x, y, template.HTMLEscapeString(words))
}

// path draws points as a line, lifted where a point is not a number.
func (s *svg) path(class string, x, y []float64) {
	fmt.Fprintf(&s.b, `<path class="%s" d="`, class)
	pen := "M"
	for i := range x {
		if math.IsNaN(y[i]) {
			pen = "M"
			continue
		}
		fmt.Fprintf(&s.b, "%s%.1f %.1f", pen, x[i], y[i])
		pen = "L"
	}
	s.b.WriteString(`"/>`)
}

func (s *svg) html() template.HTML {
	return template.HTML(s.b.String() + "</svg>")
}

// ticks returns the round numbers between lo and hi, at most n, in the
// smallest steps of 1, 2 or 5 times a power of ten that allow it.
func ticks(lo, hi float64, n int) []float64 {
	if !(hi > lo) {
		return []float64{lo}
	}
	power := math.Pow(10, math.Floor(math.Log10((hi-lo)/float64(n))))
	for {
		for _, f := range []float64{1, 2, 5} {
			step := power * f
			first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
			if last-first+1 > float64(n) {
				continue
			}
			var list []float64
			for k := first; k <= last; k++ {
				list = append(list, k*step+0) // + 0 turns −0 into 0
			}
			return list
		}
		power *= 10
	}
}

// short prints a number for an axis.
func short(x float64) string {
	switch a := math.Abs(x); {
	case a >= 1e6:
		return fmt.Sprintf("%.3gM", x/1e6)
	case a >= 1e3:
		return fmt.Sprintf("%.3gk", x/1e3)
	}
	return fmt.Sprintf("%.3g", x)
}
