package judge

import (
	"context"
	"errors"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// The pass-rate runs of the released evaluator: requests, waits, files and text.
func TestPassGolden(t *testing.T) {
	head, list, groups := runs(t, "eval", "eval.jsonl.gz")
	checked := 0
	for _, r := range list {
		if r.Kind != "pass_rate" {
			continue
		}
		checked++
		t.Run(r.Model+"/"+r.Tag, func(t *testing.T) {
			j, after := releasedJudge(t, &r, "EMPTY")
			var saved last[answers.Judged]
			o := PassOptions{Repeats: r.Config.Repeats, IDs: r.Config.IDs, Save: saved.save}
			text := ""
			if string(r.Existing) != "null" && !r.Config.Overwrite {
				var err error
				if o.Existing, err = answers.ParseJudged(string(r.Existing)); err != nil {
					t.Fatal(err)
				}
				text = "Load existing results.\n"
			}
			got, err := Pass(context.Background(), j, only(groups[head.Groups[r.Model]], head.IDs), o)
			after()
			if string(r.JSON) != "null" {
				sameJSON(t, "results", answers.JudgedText(saved.list), r.JSON)
			}
			var typed *Error
			if (r.Crash != nil) != errors.As(err, &typed) {
				t.Fatalf("error %v, recorded %+v", err, r.Crash)
			}
			if r.Crash != nil {
				return
			}
			if csv := string(answers.JudgedCSV(r.Model, got.Judged)); csv != *r.CSV {
				t.Errorf("CSV:\n%s\nrecorded:\n%s", csv, *r.CSV)
			}
			if text += got.Summary.ReleasedText("G1_instruction", r.Model); text != r.Stdout {
				t.Errorf("text %q, recorded %q", text, r.Stdout)
			}
		})
	}
	if checked == 0 {
		t.Error("no recorded run")
	}
}
