package judge

import (
	"context"
	"errors"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// The comparisons of the released evaluator: requests, draws, files and text.
func TestPreferGolden(t *testing.T) {
	head, list, groups := runs(t, "eval", "eval.jsonl.gz")
	models := map[string][]answers.Converted{}
	pass := map[string][]answers.Judged{}
	for name, group := range head.Groups {
		models[name] = only(groups[group], head.IDs)
	}
	for _, r := range list {
		if r.Kind == "pass_rate" && r.Tag == "first" {
			var err error
			if pass[r.Model], err = answers.ParseJudged(string(r.JSON)); err != nil {
				t.Fatal(err)
			}
		}
	}
	checked := 0
	for _, r := range list {
		if r.Kind != "preference" {
			continue
		}
		checked++
		t.Run(r.Tag, func(t *testing.T) {
			ref, out, outPass := models["ref"], models["out"], pass["out"]
			if r.Tag == "identical" {
				out, outPass = ref, pass["ref"]
			}
			j, after := releasedJudge(t, &r, "EMPTY")
			var saved last[Preference]
			text := "Evaluating G1_instruction...\n"
			got, err := j.Prefer(context.Background(), ref, out, PreferOptions{
				Rounds: r.Config.Repeats, IDs: r.Config.IDs, RefPass: pass["ref"], OutPass: outPass,
				Scratch: r.Config.UsePass != "true", Save: saved.save,
			})
			after()
			var csv []byte
			if err == nil {
				csv, err = PreferCSV(got.Preferences, "ref", "out", ref, out, true)
			}
			if (r.CSV == nil && csv != nil) || r.CSV != nil && string(csv) != *r.CSV {
				t.Errorf("CSV:\n%s", csv)
			}
			if string(r.JSON) != "null" {
				sameJSON(t, "results", PreferText(saved.list, "ref", "out"), r.JSON)
			}
			var typed *Error
			if (r.Crash != nil) != errors.As(err, &typed) {
				t.Fatalf("error %v, recorded %+v", err, r.Crash)
			}
			if err == nil {
				text += got.Summary.ReleasedText("G1_instruction", "ref", "out")
			}
			if text != r.Stdout {
				t.Errorf("text %q, recorded %q", text, r.Stdout)
			}
		})
	}
	if checked == 0 {
		t.Error("no recorded comparison")
	}
}
