package judge

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// The example of the release: its answers, imported with the opinions of its
// annotations, give the file of its annotations byte for byte, in the corrected
// form.
func TestReleasedExample(t *testing.T) {
	dir := filepath.Join(golden.Root(t), "..", "shared", "steptool", "annotation")
	want, err := os.ReadFile(filepath.Join(dir, "reward_annotation.json"))
	if err != nil {
		t.Skip("no example of the release beside the repository")
	}
	list, err := answers.Load(filepath.Join(dir, "model_predictions_converted.json"))
	if err != nil {
		t.Fatal(err)
	}
	said, err := LoadOpinions(filepath.Join(dir, "reward_annotation.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Annotate(context.Background(), Imported{Opinions: said}, list, AnnotateOptions{})
	if err != nil || len(r.Failures) > 0 {
		t.Fatal(err, r.Failures)
	}
	path := filepath.Join(t.TempDir(), "annotations.json")
	if err := steptool.SaveAnnotations(path, r.Annotations); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != string(want) {
		t.Errorf("written differently:\n%s", got)
	}
}
