package pipeline

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
)

// micro is a run of a second: every stage, nothing learned.
var micro = []string{
	"quick=true", "workers=1", "tokenizer.episodes=40", "tokenizer.vocab=420", "model.dim=32", "model.layers=2", "model.heads=2", "model.kv_heads=1", "model.mlp=48",
	"sft.tokens=9000", "sft.batch=1000", "sft.copy_steps=3", "sft.copy_tokens=300", "sft.copy_every=4", "eval.tasks=2",
	"ppo.iterations=3", "ppo.tasks=2", "ppo.samples=2", "ppo.minibatches=2", "critic.hidden=8", "env.action_tokens=48",
	"save.sft_every=4", "save.log_every=3",
}

func microConfig(t *testing.T, more ...string) *config.Config {
	t.Helper()
	var given []config.Assignment
	for _, s := range append(append([]string{}, micro...), more...) {
		k, v, _ := strings.Cut(s, "=")
		given = append(given, config.Assignment{Key: k, Value: v, From: "-set"})
	}
	c, err := config.Load("", given)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// train runs a micro configuration and returns its directory.
func train(t *testing.T, more ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	if err := Start(context.Background(), microConfig(t, more...), dir, progress.Plain(io.Discard)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// digests sums up what may not depend on workers, interruptions or the clock.
func digests(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{trajectoriesFile, evalFile, "final/model.safetensors", "final/value_head.safetensors", "final/tokenizer.json", "final/config.json", "checkpoints/sft/model.safetensors"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = fmt.Sprintf("%d bytes %x", len(b), sha256.Sum256(b))
	}
	f, err := os.Open(filepath.Join(dir, metricsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	lines := 0
	for s := bufio.NewScanner(f); s.Scan(); lines++ {
		var fields map[string]any
		if err := json.Unmarshal(s.Bytes(), &fields); err != nil {
			t.Fatal(err)
		}
		for name := range fields {
			if metrics.OfClock(name) {
				delete(fields, name)
			}
		}
		line, _ := json.Marshal(fields)
		h.Write(line)
	}
	out[metricsFile] = fmt.Sprintf("%d lines %x", lines, h.Sum(nil))
	return out
}

func TestARunLeavesEverythingThatWasPromised(t *testing.T) {
	dir := train(t)
	for _, name := range []string{"config.json", metricsFile, trajectoriesFile, evalFile, summaryFile, reportFile,
		"final/config.json", "final/model.safetensors", "final/tokenizer.json", "final/tokenizer_config.json", "final/value_head.safetensors"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if events, _ := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*")); len(events) != 1 {
		t.Errorf("events: %v", events)
	}
	checkEpisodes(t, dir, 3*2*2)
	var s struct {
		Seed       uint64              `json:"seed"`
		PassSFT    *float64            `json:"pass_sft"`
		BySet      map[string]*bothWay `json:"pass_final_by_set"`
		Checks     int                 `json:"ratio_checks"`
		Violations int                 `json:"ratio_violations"`
		RSS        int64               `json:"peak_rss_bytes"`
		Seconds    float64             `json:"seconds"`
	}
	readJSON(t, filepath.Join(dir, summaryFile), &s)
	if s.Seed != 1 || s.PassSFT == nil || len(s.BySet) != 8 || s.Checks == 0 || s.Violations != 0 || s.RSS < 1e6 || s.Seconds <= 0 {
		t.Errorf("summary: %+v", s)
	}
	var rows []map[string]any
	readJSON(t, filepath.Join(dir, evalFile), &rows)
	if len(rows) != 2*2*8 {
		t.Fatalf("%d lines in eval.json", len(rows))
	}
	for _, key := range []string{"method", "stage", "strategy", "set", "n", "pass", "pass_low", "pass_high", "recall_paper", "recall_any", "recall_success", "precision",
		"finish_rate", "calls_mean", "invalid_call_rate", "budget", "temperature", "seed"} {
		if _, ok := rows[0][key]; !ok {
			t.Errorf("eval.json lacks %s", key)
		}
	}
	// Nothing temporary, and two checkpoints beside the one of imitation.
	list, _ := os.ReadDir(filepath.Join(dir, "checkpoints"))
	if len(list) != 3 {
		t.Errorf("checkpoints: %v", list)
	}
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(path, err)
	}
}

func TestTheNumberOfWorkersChangesNothing(t *testing.T) {
	one := digests(t, train(t, "workers=1"))
	for _, n := range []string{"2", "3"} {
		if d := cmp.Diff(one, digests(t, train(t, "workers="+n))); d != "" {
			t.Errorf("1 and %s workers: %s", n, d)
		}
	}
	if d := cmp.Diff(one, digests(t, train(t, "seed=2"))); d == "" {
		t.Error("another seed gives the same run")
	}
}

// A run that was killed right after any of its checkpoints, with half-written
// lines behind it, ends with the same bytes.
func TestARunResumesFromEveryCheckpoint(t *testing.T) {
	root := t.TempDir()
	var copies []string
	afterCheckpoint = func(dir, label string) {
		to := filepath.Join(root, label)
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Error(err)
		}
		copies = append(copies, to)
	}
	defer func() { afterCheckpoint = nil }()
	whole := digests(t, train(t))
	afterCheckpoint = nil
	if len(copies) < 10 {
		t.Fatalf("only %d checkpoints: %v", len(copies), copies)
	}
	for i, dir := range copies {
		if testing.Short() && i%3 != 0 {
			continue
		}
		for _, name := range []string{metricsFile, trajectoriesFile} {
			f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o666)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteString("{\"stage\":\"torn\"}\n{\"half a li")
			f.Close()
		}
		if err := Resume(context.Background(), dir, 1+i%2, progress.Plain(io.Discard)); err != nil {
			t.Errorf("%s: %v", filepath.Base(dir), err)
			continue
		}
		if filepath.Base(dir) == "done" {
			continue // finished: nothing is cut back or written
		}
		if d := cmp.Diff(whole, digests(t, dir)); d != "" {
			t.Errorf("resumed from %s: %s", filepath.Base(dir), d)
		}
	}
}

// A run that was killed behind its configuration begins again.
func TestARunResumesWithoutACheckpoint(t *testing.T) {
	if testing.Short() {
		t.Skip("two runs")
	}
	dir := filepath.Join(t.TempDir(), "run")
	first := ""
	afterCheckpoint = func(from, label string) {
		if first == "" {
			first = label
			b, err := os.ReadFile(filepath.Join(from, "config.json"))
			if err != nil {
				t.Error(err)
			}
			if list, _ := os.ReadDir(from); len(list) != 2 { // and the checkpoints
				t.Errorf("before the first checkpoint there was more than the configuration: %v", list)
			}
			os.Mkdir(dir, 0o777)
			os.WriteFile(filepath.Join(dir, "config.json"), b, 0o666)
		}
	}
	defer func() { afterCheckpoint = nil }()
	whole := digests(t, train(t))
	if err := Resume(context.Background(), dir, -1, progress.Plain(io.Discard)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(whole, digests(t, dir)); d != "" {
		t.Error(d)
	}
	if events, _ := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*")); len(events) != 1 {
		t.Errorf("events: %v", events)
	}
}
