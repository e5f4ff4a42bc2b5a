package pipeline

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// inspected loads settings and looks at their inputs.
func inspected(file string, pairs ...string) (*config.Config, error) {
	var given []config.Assignment
	for _, s := range pairs {
		k, v, _ := strings.Cut(s, "=")
		given = append(given, config.Assignment{Key: k, Value: v, From: "-set"})
	}
	c, err := config.Load(file, given)
	if err != nil {
		return nil, err
	}
	return c, (&run{config: c, out: progress.Plain(io.Discard)}).inspect()
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// A recorded configuration goes with the files that it was recorded with.
func TestAnInputThatHasChanged(t *testing.T) {
	dir := t.TempDir()
	file := judged(t, world.New(1, world.Options{Quick: true}).Demo(0).Trajectory)
	c, err := inspected("", "quick=true", "reward.shaper=file", "reward.file="+file)
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := digest(file); c.Reward.FileSHA256 != want {
		t.Errorf("digest %q, want %q", c.Reward.FileSHA256, want)
	}
	c.Version = "v1"
	recorded := filepath.Join(dir, "config.json")
	write(t, recorded, c.JSON())
	if _, err := inspected(recorded); err != nil {
		t.Errorf("the same file: %v", err)
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, append(old, '\n'))
	if _, err := inspected(recorded); err == nil || !strings.Contains(err.Error(), "the file of annotations has changed since the configuration was recorded ("+file) {
		t.Errorf("another file: %v", err)
	}
	if _, err := inspected(recorded, "reward.file="+file); err != nil {
		t.Errorf("named anew: %v", err)
	}
	if _, err := inspected(recorded, "method=ppo-final"); err != nil {
		t.Errorf("a file that is not read: %v", err)
	}
}

// A run that starts from another one's imitation has its model and its context,
// also where that one began with a checkpoint of a longer one.
func TestTheContextOfARunFromAnImitation(t *testing.T) {
	if testing.Short() {
		t.Skip("three runs")
	}
	sft := func(pairs ...string) string {
		c, err := inspected("", append([]string{"quick=true", "method=sft", "eval.tasks=2", "env.action_tokens=48"}, pairs...)...)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "run")
		if err := Start(context.Background(), c, dir, progress.Plain(io.Discard)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	first := sft("model.path="+filepath.Join(train(t, "ppo.iterations=1"), finalDir), "model.context=400", "sft.tokens=0")
	second := sft("sft.from=" + first)
	for _, dir := range []string{first, second} {
		var rows []struct{ Budget struct{ Tokens int } }
		readJSON(t, filepath.Join(dir, evalFile), &rows)
		if rows[0].Budget.Tokens != 400 {
			t.Errorf("%s: a context of %d tokens, want 400", dir, rows[0].Budget.Tokens)
		}
	}
	if _, err := inspected("", "quick=true", "sft.from="+first, "model.path="+filepath.Join(first, finalDir)); err == nil || !strings.Contains(err.Error(), "names the model already: leave -model out") {
		t.Errorf("sft.from and -model: %v", err)
	}
}

// The same for a run that another one starts from, when it is repeated and when
// it is resumed.
func TestAStartThatHasChanged(t *testing.T) {
	if testing.Short() {
		t.Skip("two runs")
	}
	base := train(t, "ppo.iterations=1")
	dir := filepath.Join(t.TempDir(), "run")
	c, err := inspected("", "quick=true", "sft.from="+base, "method=sft", "eval.tasks=2", "env.action_tokens=48")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	afterCheckpoint = func(_, label string) { stop() }
	err = Start(ctx, c, dir, progress.Plain(io.Discard))
	afterCheckpoint = nil
	if err == nil {
		t.Fatal("the run was not stopped")
	}
	weights := filepath.Join(base, sftDir, "model.safetensors")
	data, err := os.ReadFile(weights)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	write(t, weights, data)
	if err := Resume(context.Background(), dir, -1, progress.Plain(io.Discard)); err == nil || !strings.Contains(err.Error(), "the SFT checkpoint has changed since the run began") {
		t.Errorf("resumed: %v", err)
	}
	if _, err := inspected(filepath.Join(dir, "config.json")); err == nil || !strings.Contains(err.Error(), "the SFT checkpoint has changed since the configuration was recorded") {
		t.Errorf("repeated: %v", err)
	}
	if _, err := inspected(filepath.Join(dir, "config.json"), "sft.from="+base); err != nil {
		t.Errorf("named anew: %v", err)
	}
}
