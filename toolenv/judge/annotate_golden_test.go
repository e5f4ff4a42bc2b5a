package judge

import (
	"bytes"
	"context"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// The runs of the released annotation: requests, keys, waits, resume and file.
func TestAnnotateGolden(t *testing.T) {
	head, list, groups := runs(t, "annotation", "judge.jsonl.gz")
	for _, r := range list {
		t.Run(r.Tag, func(t *testing.T) {
			j, after := releasedJudge(t, &r, "EMPTY", "EMPTY2")
			o := AnnotateOptions{Repeats: r.Config.Repeats}
			if string(r.Existing) != "null" {
				var err error
				if o.Existing, err = ParseExisting(string(r.Existing)); err != nil {
					t.Fatal(err)
				}
			}
			chosen := only(groups[head.Group], head.IDs)
			if n := r.Config.TaskNum; n != nil {
				chosen = chosen[:*n]
			}
			got, err := Annotate(context.Background(), LLM{j}, chosen, o)
			after()
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := steptool.WriteAnnotations(&b, got.Annotations); err != nil {
				t.Fatal(err)
			}
			sameJSON(t, "annotations", b.String(), r.Output)
		})
	}
	if len(list) == 0 {
		t.Error("no recorded run")
	}
}
