package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Runs that start from one imitation begin with the same evaluation, and their
// configuration names the checkpoint by its digest.
func TestRunsFromOneImitation(t *testing.T) {
	if testing.Short() {
		t.Skip("seven runs")
	}
	base := train(t)
	for _, more := range [][]string{{"method=ppo-final"}, {"method=sft"}, {"lora.r=2"}, {"critic.kind=shared"}, {"critic.kind=separate"}, {"ppo.kl=loss", "ppo.kl_estimator=k2", "ppo.gae=turn"}} {
		set := []string{"sft.from=" + base}
		for _, s := range append(append([]string{}, micro...), more...) {
			key, _, _ := strings.Cut(s, "=")
			section, _, _ := strings.Cut(key, ".")
			if section == "sft" || section == "model" || section == "tokenizer" || section == "save" ||
				more[0] == "method=sft" && (section == "ppo" || section == "critic") || key == "critic.hidden" && strings.HasPrefix(more[0], "critic") {
				continue // nothing reads these now
			}
			set = append(set, s)
		}
		var given []config.Assignment
		for _, s := range set {
			k, v, _ := strings.Cut(s, "=")
			given = append(given, config.Assignment{Key: k, Value: v, From: "-set"})
		}
		c, err := config.Load("", given)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "run")
		if err := Start(context.Background(), c, dir, progress.Plain(io.Discard)); err != nil {
			t.Errorf("%v: %v", more, err)
			continue
		}
		var a, b struct {
			SFT   *float64            `json:"pass_sft"`
			BySet map[string]*bothWay `json:"pass_sft_by_set"`
		}
		readJSON(t, filepath.Join(base, summaryFile), &a)
		readJSON(t, filepath.Join(dir, summaryFile), &b)
		for set, x := range a.BySet {
			if *x != *b.BySet[set] {
				t.Errorf("%v: %s: %v after imitation, %v in the run that did it", more, set, *b.BySet[set], *x)
			}
		}
		var written config.Config
		readJSON(t, filepath.Join(dir, "config.json"), &written)
		if want, _ := digest(filepath.Join(base, sftDir)); written.SFT.FromSHA256 != want {
			t.Errorf("%v: digest %q, want %q", more, written.SFT.FromSHA256, want)
		}
		if _, err := os.Stat(filepath.Join(dir, "final/adapter")); (err == nil) != (more[0] == "lora.r=2") {
			t.Errorf("%v: adapter: %v", more, err)
		}
		if more[0] == "lora.r=2" { // on the checkpoint that it names, the adapter gives the run's model
			var adapter struct {
				Base string `json:"base_model_name_or_path"`
			}
			readJSON(t, filepath.Join(dir, "final/adapter/adapter_config.json"), &adapter)
			sameModel(t, filepath.Join(dir, finalDir), adapter.Base, filepath.Join(dir, "final/adapter"))
		}
	}
}

// sameModel compares a checkpoint with another one with an adapter on it.
func sameModel(t *testing.T, path, base, adapter string) {
	t.Helper()
	want, err := checkpoint.Open(path, checkpoint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := checkpoint.Open(base, checkpoint.Options{Adapter: adapter})
	if err != nil {
		t.Fatal(err)
	}
	got.Model.Merge()
	weights := nn.List(got.Model, false)
	for i, p := range nn.List(want.Model, false) {
		if !slices.Equal(p.Data.Floats(), weights[i].Data.Floats()) {
			t.Errorf("%s: with %s on %s it is another", p.Name, adapter, base)
		}
	}
}

// A trained model can be the start of another run, with all stages.
func TestARunFromACheckpoint(t *testing.T) {
	if testing.Short() {
		t.Skip("three runs")
	}
	base := train(t)
	for _, lora := range []string{"0", "2"} {
		var given []config.Assignment
		for _, s := range append([]string{"model.path=" + base + "/final", "lora.r=" + lora, "model.context=400"}, micro...) {
			k, v, _ := strings.Cut(s, "=")
			if !strings.HasPrefix(k, "tokenizer.") && (!strings.HasPrefix(k, "model.") || k == "model.path" || k == "model.context") {
				given = append(given, config.Assignment{Key: k, Value: v})
			}
		}
		c, err := config.Load("", given)
		if err != nil {
			t.Fatal(err)
		}
		root := t.TempDir()
		dir, copied := filepath.Join(root, "run"), filepath.Join(root, "copy")
		afterCheckpoint = func(dir, label string) {
			if label == "rl-1" {
				if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
					t.Error(err)
				}
			}
		}
		err = Start(context.Background(), c, dir, progress.Plain(io.Discard))
		afterCheckpoint = nil
		if err != nil {
			t.Fatal(err)
		}
		if err := Resume(context.Background(), copied, -1, progress.Plain(io.Discard)); err != nil {
			t.Fatal(err)
		}
		a, b := digests(t, dir), digests(t, copied)
		for name := range a {
			if a[name] != b[name] {
				t.Errorf("lora.r=%s: %s differs after a resume", lora, name)
			}
		}
	}
}

// A token without a row in the embedding is found when the model is opened.
func TestATokenizerLargerThanItsModel(t *testing.T) {
	model := filepath.Join(train(t), finalDir)
	path := filepath.Join(model, tokenizerFile)
	tok, err := tokenizer.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const list = `"added_tokens": [`
	longer := strings.Replace(string(text), list, fmt.Sprintf(`%s{"id": %d, "content": "<|extra|>", "special": true},`, list, tok.Len()), 1)
	if err := os.WriteFile(path, []byte(longer), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load("", []config.Assignment{{Key: "model.path", Value: model}, {Key: "quick", Value: "true"}})
	if err != nil {
		t.Fatal(err)
	}
	err = Start(context.Background(), c, filepath.Join(t.TempDir(), "run"), progress.Plain(io.Discard))
	if want := fmt.Sprintf("the tokenizer has %d tokens, the model's embedding only %d rows", tok.Len()+1, tok.Len()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// The complete configuration of a run repeats it.
func TestARecordedConfigurationRepeatsTheRun(t *testing.T) {
	dir := train(t)
	c, err := config.Load(filepath.Join(dir, "config.json"), nil)
	if err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "again")
	if err := Start(context.Background(), c, again, progress.Plain(io.Discard)); err != nil {
		t.Fatal(err)
	}
	a, b := digests(t, dir), digests(t, again)
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs", name)
		}
	}
}

// A run that was asked to stop leaves a checkpoint and says how to go on.
func TestAStoppedRunSaysHowToGoOn(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	afterCheckpoint = func(_, label string) {
		if label == "sft-4" {
			cancel()
		}
	}
	defer func() { afterCheckpoint = nil }()
	dir := filepath.Join(t.TempDir(), "run")
	err := Start(ctx, microConfig(t), dir, progress.Plain(io.Discard))
	if err == nil || !strings.Contains(err.Error(), "go on with: train -resume "+dir) {
		t.Errorf("got %v", err)
	}
	if list, _ := filepath.Glob(filepath.Join(dir, "checkpoints/*sft-4")); len(list) != 1 {
		t.Errorf("checkpoints: %v", list)
	}
}

// storedRows writes a file of stored trajectories.
func storedRows(t *testing.T, template string, n int) string {
	t.Helper()
	layout, err := chat.ByName(template)
	if err != nil {
		t.Fatal(err)
	}
	var rows []steptool.Row
	for i := range n {
		call := toolenv.FormatAction("rain", fmt.Sprintf(`{"town": %d}`, i))
		rows = append(rows, steptool.Row{
			Prompts: []string{
				layout.Prompt("You have access to the following APIs: ['rain', 'Finish']", fmt.Sprintf("Rain in town %d?", i)).String(),
				strings.TrimPrefix(layout.Observation(`{"error": "", "response": "much"}`).String(), "\n")},
			Responses: []string{layout.Action(call).String(), layout.Action(toolenv.FinishCall("much")).String()},
			Rewards:   []float64{.5, float64(i % 2)},
		})
	}
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := steptool.Save(path, rows); err != nil {
		t.Fatal(err)
	}
	return path
}

// Stored trajectories train a checkpoint.
func TestStoredTrajectories(t *testing.T) {
	c, err := config.Load("", []config.Assignment{{Key: "data.file", Value: storedRows(t, "toolllama", 6)}, {Key: "data.batch", Value: "2"}, {Key: "data.epochs", Value: "2"},
		{Key: "model.path", Value: filepath.Join(train(t), finalDir)}, {Key: "model.template", Value: "toolllama"}})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if err := Start(context.Background(), c, dir, progress.Plain(io.Discard)); err != nil {
		t.Fatal(err)
	}
	var s struct {
		Pass       *float64 `json:"pass_sft"`
		Checks     int      `json:"ratio_checks"`
		Violations int      `json:"ratio_violations"`
		Episodes   int      `json:"episodes"`
	}
	readJSON(t, filepath.Join(dir, summaryFile), &s)
	if s.Pass != nil || s.Checks == 0 || s.Violations != 0 || s.Episodes != 12 {
		t.Errorf("%+v", s)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, evalFile)); strings.Join(strings.Fields(string(b)), "") != "[]" {
		t.Errorf("eval.json: %s", b)
	}
	checkEpisodes(t, dir, 12)
}

// The files that StepTool released, where they are at hand, are read in their
// layouts and train a small checkpoint.
func TestReleasedTrajectories(t *testing.T) {
	if testing.Short() {
		t.Skip("a run on long rows")
	}
	var batch int
	onTheExamples(t, func(model, file, template string) (string, error) {
		c, err := config.Load("", []config.Assignment{{Key: "data.file", Value: file}, {Key: "model.path", Value: model}, {Key: "ppo.iterations", Value: "1"},
			{Key: "model.template", Value: template}})
		if err != nil {
			t.Fatal(err)
		}
		batch = c.Data.Batch
		dir := filepath.Join(t.TempDir(), "run")
		return dir, Start(context.Background(), c, dir, progress.Plain(io.Discard))
	}, func(dir, _ string) { checkEpisodes(t, dir, batch) })
}

// onTheExamples trains on each file that StepTool released and that a small
// checkpoint of its layout is at hand for, and checks the run directory.
func onTheExamples(t *testing.T, train func(model, file, template string) (dir string, err error), check func(dir, template string)) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(golden.Dir(t), "..", "steptool", "data_train", "*", "step_grained_for_ppo_example.csv"))
	for _, file := range files {
		template := filepath.Base(filepath.Dir(file))
		models, _ := filepath.Glob(filepath.Join(golden.Dir(t), "trainer", "*-"+template, "model"))
		if len(models) == 0 {
			continue
		}
		dir, err := train(models[0], file, template)
		switch {
		case errors.Is(err, tokenizer.ErrKind):
			t.Logf("%s left out: %v", template, err)
		case err != nil:
			t.Errorf("%s: %v", file, err)
		default:
			check(dir, template)
		}
	}
}

// checkEpisodes reads trajectories.jsonl: n lines, in which everything is known
// of every sampled token.
func checkEpisodes(t *testing.T, dir string, n int) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, trajectoriesFile))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if len(lines) != n {
		t.Errorf("%d lines in %s, want %d", len(lines), trajectoriesFile, n)
	}
	calls := 0
	for i, line := range lines {
		var e episode.Episode
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		moved := false
		for k, u := range e.Turns {
			size := u.Span[1] - u.Span[0]
			for name, x := range map[string][]float32{"log-probabilities": u.LogProbs, "values": u.Values, "advantages": u.Advantages, "returns": u.Returns} {
				if x == nil || len(x) != size {
					t.Errorf("line %d, turn %d: %d %s of %d tokens", i+1, k, len(x), name, size)
				}
			}
			for _, l := range u.LogProbs {
				moved = moved || l < 0
			}
			if u.Call != nil {
				calls++
			} else if u.ParseError == "" {
				t.Errorf("line %d, turn %d: neither a call nor why not", i+1, k)
			}
			if k+1 < len(e.Turns) && u.Status == nil || len(u.Rewards) == 0 && e.Set == "data" {
				t.Errorf("line %d, turn %d: status %v, rewards %v", i+1, k, u.Status, u.Rewards)
			}
		}
		if len(e.Turns) > 0 && !moved {
			t.Errorf("line %d: all log-probabilities are 0", i+1)
		}
	}
	if calls == 0 && strings.Contains(lines[0], `"set":"data"`) {
		t.Error("no call was read from the stored actions")
	}
}
