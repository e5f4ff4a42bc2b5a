package steptool

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// run.json of a recorded run of the released trainer.
type recorded struct {
	ModelType string `json:"model_type"`
	Run       struct {
		MaxContext  int `json:"max_context_len"`
		MaxResponse int `json:"max_response_len"`
	} `json:"run"`
	Rows []struct {
		Query    []int32   `json:"query"`
		Response []int32   `json:"response"`
		MaskRuns []int     `json:"mask_runs"`
		Scores   []float32 `json:"scores"`
	} `json:"rows"`
}

func TestReleasedFormat(t *testing.T) {
	dir := golden.Dir(t)
	runs, _ := filepath.Glob(filepath.Join(dir, "trainer", "*", "*", "run.json"))
	compared := 0
	for _, path := range runs {
		folder := filepath.Dir(path)
		set := filepath.Base(filepath.Dir(folder)) + "/" + filepath.Base(folder)
		tok, err := tokenizer.Load(filepath.Join(folder, "..", "model"))
		if err != nil {
			t.Logf("%s: left out: %v", set, err)
			continue
		}
		var rec recorded
		golden.JSON(t, path, &rec)
		data := filepath.Join(folder, "data.csv")
		if filepath.Base(folder) == "example" {
			data = filepath.Join(dir, "..", "steptool", "data_train", rec.ModelType, "step_grained_for_ppo_example.csv")
		}
		rows, err := Load(data)
		if err != nil {
			t.Logf("%s: left out: %v", set, err)
			continue
		}
		if len(rows) != len(rec.Rows) {
			t.Errorf("%s: %d rows, %d recorded", set, len(rows), len(rec.Rows))
			continue
		}
		for i, want := range rec.Rows {
			got := Released(rows[i], func(s string) []int32 { return tok.Encode(s, tokenizer.WithAdditions) },
				rec.Run.MaxContext, rec.Run.MaxResponse)
			compared++
			if !slices.Equal(got.Query, want.Query) || !slices.Equal(got.Response, want.Response) {
				t.Errorf("%s row %d: ids differ", set, i)
			}
			if !slices.Equal(got.MaskRuns(), want.MaskRuns) {
				t.Errorf("%s row %d: mask %v, want %v", set, i, got.MaskRuns(), want.MaskRuns)
			}
			if !slices.Equal(got.Scores, want.Scores) {
				t.Errorf("%s row %d: scores %v, want %v", set, i, got.Scores, want.Scores)
			}
		}
	}
	if compared == 0 {
		t.Skip("no recorded run with a byte-level tokenizer and its CSV")
	}
	t.Logf("%d rows compared", compared)
}

// BOS before every fragment, a cut into an action, rounding of scores: the
// defects are there on purpose.
func TestReleasedDefects(t *testing.T) {
	encode := func(s string) []int32 { return append([]int32{1}, []rune(s)...) }
	row := Row{Prompts: []string{"ab", "c"}, Responses: []string{"defg", "hij"}, Rewards: []float64{29. / 30, 1}}
	f := Released(row, encode, 6, 2)
	if want := []int32{'d', 'e', 'f', 'g', 1, 'c'}; !slices.Equal(f.Query, want) {
		t.Errorf("query %v, want %v", f.Query, want)
	}
	if want := []int32{1, 'h'}; !slices.Equal(f.Response, want) {
		t.Errorf("response %v, want %v", f.Response, want)
	}
	if want := []int{0, 4, 2, 2}; !slices.Equal(f.MaskRuns(), want) {
		t.Errorf("mask runs %v, want %v", f.MaskRuns(), want)
	}
	if want := []float32{0.966796875, 1}; !slices.Equal(f.Scores, want) {
		t.Errorf("scores %v, want %v", f.Scores, want)
	}
	for _, limits := range []struct {
		context, response int
		cut               bool
	}{{10, 4, false}, {9, 4, true}, {10, 3, true}} { // 10 ids before the last action, 4 of it
		if f := Released(row, encode, limits.context, limits.response); f.Cut != limits.cut {
			t.Errorf("limits %d and %d: cut %v", limits.context, limits.response, f.Cut)
		}
	}
}
