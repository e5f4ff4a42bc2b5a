package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
)

// Report is what a page shows.
type Report struct {
	Title    string
	Facts    []Fact // a few figures at the top
	Rows     []evaluate.Row
	Points   []Point // the lines of metrics.jsonl
	Episodes []episode.Episode
	Piece    func(id int32) string // text of one token; may be nil
	Config   string                // config.json, shown folded
}

// Fact is one figure with its name and a remark.
type Fact struct{ Name, Figure, Remark string }

// Point is one line of metrics.jsonl.
type Point struct {
	Stage  string
	Step   float64
	Fields map[string]float64
}

//go:embed page.html
var page string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"percent": func(x float64) string { return fmt.Sprintf("%.0f", 100*x) },
	"gain":    func(x float64) string { return fmt.Sprintf("%+.0f", 100*x) },
}).Parse(page))

// reinforced leaves out the final lines of a run that ends with imitation: they
// repeat those before.
func reinforced(rows []evaluate.Row) []evaluate.Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r evaluate.Row) bool { return r.Method == "sft" && r.Stage == "final" })
}

// HTML renders the page.
func HTML(r *Report) ([]byte, error) {
	view := struct {
		*Report
		Table    []tableRow
		Dots     template.HTML
		Charts   []template.HTML
		Played   []playedEpisode
		HasFinal bool
	}{Report: r, Table: table(reinforced(r.Rows)), Charts: charts(r.Points)}
	view.Dots = dots(view.Table)
	for _, t := range view.Table {
		view.HasFinal = view.HasFinal || t.Final != nil
	}
	for i := range r.Episodes {
		view.Played = append(view.Played, colour(&r.Episodes[i], r.Piece))
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, view); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return b.Bytes(), nil
}
