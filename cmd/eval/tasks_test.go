package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// untrained writes a model that has learned nothing.
func untrained(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	w := world.New(1, world.Options{Quick: true, Tasks: 2})
	tok := tokenizer.Train(w.Texts(10), 320, []string{chat.EndOfText}, tokenizer.WithEOS(chat.EndOfText))
	model, err := llama.New(llama.Config{ModelType: "llama", VocabSize: tok.Len(), HiddenSize: 8, IntermediateSize: 8, NumHiddenLayers: 1,
		NumAttentionHeads: 1, NumKeyValueHeads: 1, HeadDim: 8, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 1024, TieWordEmbeddings: true,
		EOSTokenIDs: []int32{tok.EOS()}}, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	model.Init(1)
	no := false
	for _, err := range []error{
		hf.Save(dir, model, ""), tok.Save(filepath.Join(dir, "tokenizer.json")),
		hf.SaveTokenizerConfig(dir, hf.TokenizerConfig{EOSToken: chat.EndOfText, AddBOSToken: &no, ModelMaxLength: 1024}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A model plays what it is told to, under the budget it is given, and the seed
// decides what it samples.
func TestTasks(t *testing.T) {
	dir := untrained(t)
	play := func(args ...string) []evaluate.Row {
		t.Helper()
		var out, errs bytes.Buffer
		if status := run(append([]string{"-model", dir, "-quick", "-n", "3", "-json"}, args...), streams{nil, &out, &errs}); status != 0 {
			t.Fatalf("status %d: %s", status, errs.String())
		}
		var rows []evaluate.Row
		if err := json.Unmarshal(out.Bytes(), &rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	rows := play("-tasks", "hard,I1-inst")
	if len(rows) != 2 || rows[0].Set != "I1-inst" || rows[1].Set != "hard" || rows[0].N != 3 || rows[0].Strategy != "cot" || rows[0].Temperature != 0 || rows[0].Budget.Calls != 7 {
		t.Errorf("%+v", rows)
	}
	if rows := play("-tasks", "world", "-budget-turns", "6"); len(rows) != 6 || rows[0].Budget.Calls != 6 || rows[0].CallsMean > 6 {
		t.Errorf("%+v", rows)
	}
	rows = play("-tasks", "I2", "-temperature", "1", "-seeds", "4,5")
	if len(rows) != 2 || rows[0].Seed != 4 || rows[1].Seed != 5 || rows[0].Temperature != 1 {
		t.Errorf("%+v", rows)
	}
	if again := play("-tasks", "I2", "-temperature", "1", "-seeds", "5"); again[0] != rows[1] {
		t.Errorf("%+v, and with seed 5 alone %+v", rows[1], again[0])
	}
	// A search is bounded by its calls.
	searched := play("-tasks", "I2", "-strategy", "dfsdt", "-budget-calls", "2", "-budget-turns", "6", "-temperature", "1", "-seeds", "2,3")
	if len(searched) != 2 || searched[0].Strategy != "dfsdt" || searched[0].N != 3 || searched[0].Budget.Calls != 2 || searched[0].Budget.Turns != 6 || searched[0].CallsMean != 2 {
		t.Errorf("%+v", searched)
	}
	if again := play("-tasks", "I2", "-strategy", "dfsdt", "-budget-calls", "2", "-budget-turns", "6", "-temperature", "1", "-seeds", "3"); again[0] != searched[1] {
		t.Errorf("%+v, and with seed 3 alone %+v", searched[1], again[0])
	}
	// A turn for which the context has no room is no call, and is spoken of.
	var full bytes.Buffer
	status := run([]string{"-tasks", "I2", "-model", dir, "-quick", "-n", "2", "-strategy", "dfsdt", "-budget-calls", "9", "-budget-turns", "6", "-json"}, streams{nil, io.Discard, &full})
	if status != 0 || !strings.Contains(full.String(), "turns did not fit into a context of 512 tokens") {
		t.Errorf("status %d: %s", status, full.String())
	}
	var out bytes.Buffer
	if status := run([]string{"-tasks", "I2", "-model", dir, "-quick", "-n", "2", "-temperature", "1", "-seeds", "1,2"}, streams{nil, &out, &out}); status != 0 ||
		!strings.Contains(out.String(), "0.0±0.0") || !strings.Contains(out.String(), "over 2 seeds") {
		t.Error(out.String())
	}
}

func TestTasksWrongUsage(t *testing.T) {
	queries := filepath.Join(t.TempDir(), "G1_tool.json")
	if err := os.WriteFile(queries, []byte("[]"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"-tasks world", 2, "no model: give -model PATH"},
		{"tasks -model m", 2, "no tasks"},
		{"-tasks I1-ist -model m", 2, `no set "I1-ist"`},
		{"-tasks " + queries + " -model m", 2, "query files are played by rollout"},
		{"-tasks I2 -model m -strategy tree", 2, "must be cot or dfsdt"},
		{"-tasks I2 -model m -seeds 1,x -temperature 1", 2, `"x" is not a number`},
		{"-tasks I2 -model m -seeds 1,2", 2, "without -temperature"},
		{"-tasks I2 -model m -temperature -1", 2, "-temperature -1"},
		{"-tasks I2 -model m -budget-calls 2", 2, "must be at least"},
		{"-tasks I2 -model nowhere", 1, "nowhere is not there"},
	} {
		var out, errs bytes.Buffer
		if status := run(strings.Fields(c.args), streams{nil, &out, &errs}); status != c.status || !strings.Contains(errs.String(), c.want) || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%s: status %d, %q; want %d, %q", c.args, status, errs.String(), c.status, c.want)
		}
	}
}
