package pipeline

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Old log-probabilities that are to be the stored ones have to be in the file;
// where they are, they are what the ratio is taken to.
func TestStoredLogProbs(t *testing.T) {
	if testing.Short() {
		t.Skip("four runs")
	}
	model, file := filepath.Join(train(t, "ppo.iterations=1"), finalDir), storedRows(t, "toolllama", 4)
	offline := func(old string) (string, error) {
		var given []config.Assignment
		for _, s := range []string{"data.file=" + file, "model.path=" + model, "data.batch=4", "ppo.iterations=1", "ppo.epochs=1", "ppo.minibatches=1", "ppo.accumulate=1", "ppo.old=" + old} {
			k, v, _ := strings.Cut(s, "=")
			given = append(given, config.Assignment{Key: k, Value: v})
		}
		c, err := config.Load("", given)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "run")
		return dir, Start(context.Background(), c, dir, progress.Plain(io.Discard))
	}
	if _, err := offline("stored"); err == nil || !strings.Contains(err.Error(), "config ppo.old = stored: "+file+" has no column logprobs") {
		t.Fatalf("without log-probabilities: %v", err)
	}
	dir, err := offline("current")
	if err != nil {
		t.Fatal(err)
	}
	// A behaviour policy that found every token e times less likely.
	rows, err := steptool.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, trajectoriesFile))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		var e episode.Episode
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		row := &rows[e.Task[len(e.Task)-1]-'1']
		for _, u := range e.Turns {
			var list []float64
			for _, l := range u.LogProbs {
				list = append(list, float64(l)-1)
			}
			row.LogProbs = append(row.LogProbs, list)
		}
	}
	if err := steptool.Save(file, rows); err != nil {
		t.Fatal(err)
	}
	if dir, err = offline("stored"); err != nil {
		t.Fatal(err)
	}
	var line struct {
		KL float64 `json:"policy_kl"` // mean ℓ_old − ℓ
	}
	readJSON(t, filepath.Join(dir, metricsFile), &line)
	if math.Abs(line.KL+1) > 1e-5 {
		t.Errorf("the mean of the log-ratio is %g, want 1", -line.KL)
	}
	rows[0].LogProbs[0] = rows[0].LogProbs[0][1:]
	if err := steptool.Save(file, rows); err != nil {
		t.Fatal(err)
	}
	if _, err = offline("stored"); err == nil || !strings.Contains(err.Error(), "the stored log-probabilities do not fit") {
		t.Errorf("a number too few: %v", err)
	}
}
