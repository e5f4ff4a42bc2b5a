package pipeline

import (
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/cmd/internal/report"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// asReleasedRun trains a checkpoint on a file as the released trainer does.
func asReleasedRun(t *testing.T, model, file string, set ...string) (dir string, err error) {
	t.Helper()
	given := []config.Assignment{{Key: "compat.mode", Value: "released"}, {Key: "data.file", Value: file}, {Key: "model.path", Value: model}}
	for _, s := range set {
		k, v, _ := strings.Cut(s, "=")
		given = append(given, config.Assignment{Key: k, Value: v})
	}
	c, err := config.Load("", given)
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "run")
	return dir, Start(context.Background(), c, dir, progress.Plain(io.Discard))
}

// The released trainer trains on a file, drops the short batch, pays the last step
// nothing, and a run that was stopped goes on with the same bits.
func TestReleasedTrainerOnAFile(t *testing.T) {
	model, file := filepath.Join(train(t, "ppo.iterations=1"), finalDir), storedRows(t, "toolllama", 18)
	for _, dtype := range []string{"f32", "f64"} {
		if dtype == "f64" && testing.Short() {
			continue
		}
		copied := filepath.Join(t.TempDir(), "copy")
		afterCheckpoint = func(dir, label string) {
			if label == "data-1" {
				if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
					t.Error(err)
				}
			}
		}
		dir, err := asReleasedRun(t, model, file, "data.epochs=2", "lora.r=2", "compat.dtype="+dtype, "seed=5")
		afterCheckpoint = nil
		if err != nil {
			t.Fatal(err)
		}
		points, err := report.Points(filepath.Join(dir, metricsFile))
		if err != nil {
			t.Fatal(err)
		}
		// 18 rows: two batches of 8 in each of two passes, the second of a pass with an Adam step for every minibatch.
		if len(points) != 4 {
			t.Fatalf("%s: %d lines of metrics, want 4", dtype, len(points))
		}
		for i, p := range points {
			if want := []float64{4, 16}[i%2]; p.Stage != "ppo" || p.Fields["updates"] != want || p.Fields["episodes"] != 8 || p.Fields["pass_of_data"] != float64(1+i/2) {
				t.Errorf("%s: line %d: %+v, want %g updates", dtype, i+1, p, want)
			}
		}
		if b := points[0].Fields; b["return"] != .5 || b["kl"] != 0 || b["kl_coef"] != .3 || b["lr"] != 1e-5 {
			t.Errorf("%s: the first batch: %v, want .5 for the first step, none for the last, no divergence yet", dtype, b)
		}
		var s struct {
			Pass       *float64 `json:"pass_final"`
			Checks     int      `json:"ratio_checks"`
			Violations int      `json:"ratio_violations"`
			Episodes   int      `json:"episodes"`
		}
		readJSON(t, filepath.Join(dir, summaryFile), &s)
		if s.Pass != nil || s.Checks == 0 || s.Violations != 0 || s.Episodes != 32 {
			t.Errorf("%s: %+v", dtype, s)
		}
		checkEpisodes(t, dir, 32)
		episodes, err := report.Sample(filepath.Join(dir, trajectoriesFile))
		if err != nil || len(episodes) == 0 {
			t.Fatal(err, len(episodes))
		}
		for _, e := range episodes {
			if got := [2]episode.Reward{e.Turns[0].Rewards[0], e.Turns[1].Rewards[0]}; got != [2]episode.Reward{{Name: "Step", Value: .5, Source: "file, as released"}, {Name: "Step", Source: "file, as released"}} {
				t.Errorf("%s: %s: %v", dtype, e.Task, got)
			}
		}
		for _, name := range []string{"final/adapter/adapter_model.safetensors", "final/value_head.safetensors", "final/model.safetensors", "report.html", "eval.json"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Errorf("%s: %v", dtype, err)
			}
		}
		if err := Resume(context.Background(), copied, 1, progress.Plain(io.Discard)); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{trajectoriesFile, "final/adapter/adapter_model.safetensors", "final/value_head.safetensors", "final/model.safetensors"} {
			a, errA := os.ReadFile(filepath.Join(dir, name))
			b, errB := os.ReadFile(filepath.Join(copied, name))
			if errA != nil || errB != nil || !bytes.Equal(a, b) {
				t.Errorf("%s: %s differs after a resume (%v, %v)", dtype, name, errA, errB)
			}
		}
		again, err := report.Points(filepath.Join(copied, metricsFile))
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range [][]report.Point{points, again} {
			for _, p := range list {
				maps.DeleteFunc(p.Fields, func(name string, _ float64) bool { return metrics.OfClock(name) })
			}
		}
		if d := cmp.Diff(points, again); d != "" {
			t.Errorf("%s: metrics after a resume: %s", dtype, d)
		}
	}
}

func TestReleasedTrainerRefuses(t *testing.T) {
	model := filepath.Join(train(t, "ppo.iterations=1"), finalDir)
	if dir, err := asReleasedRun(t, model, storedRows(t, "toolllama", 7)); err == nil || !strings.Contains(err.Error(), "7 rows do not fill a batch of 8") {
		t.Errorf("too few rows: %v", err)
	} else if _, err := os.Stat(dir); err == nil {
		t.Error("a run directory of a run that cannot begin")
	}
	file := storedRows(t, "toolllama", 8)
	rows, err := steptool.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	rows[3].Prompts[1] = strings.Repeat("Function:\nrain ", 900) + rows[3].Prompts[1]
	if err := steptool.Save(file, rows); err != nil {
		t.Fatal(err)
	}
	if dir, err := asReleasedRun(t, model, file); err == nil || !strings.Contains(err.Error(), "but the checkpoint has positions for") {
		t.Errorf("a row longer than the positions: %v", err)
	} else if _, err := os.Stat(dir); err == nil {
		t.Error("a run directory of a run that cannot begin")
	}
}

// StepTool's own files, where they are at hand, train a small checkpoint: one
// batch of the example's ten rows, which is the last of its pass.
func TestReleasedTrainerOnTheExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("runs on long rows")
	}
	onTheExamples(t, func(model, file, template string) (string, error) {
		return asReleasedRun(t, model, file, "model.template="+template, "ppo.iterations=1", "data.context=768", "data.action_tokens=96")
	}, func(dir, template string) {
		points, err := report.Points(filepath.Join(dir, metricsFile))
		if err != nil || len(points) != 1 || points[0].Fields["updates"] != 16 {
			t.Errorf("%s: %v, %v", template, points, err)
		}
		checkEpisodes(t, dir, 8)
	})
}
