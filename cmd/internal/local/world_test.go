package local

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/world"
	worldservice "github.com/stepgrain/stepgrain/toolenv/world/service"
)

// A model plays a task of the embedded world in a search, through the files and
// the environment of ToolBench, as it plays it in training: turn by turn the same
// words.
func TestSearchPlaysAsTrainingDoes(t *testing.T) {
	const set, turns, tokens = "I1-inst", 4, 24
	w := world.New(1, world.Options{Quick: true, Tasks: 4})
	tok := tokenizer.Train(w.Texts(10), 320, []string{chat.EndOfText}, tokenizer.WithEOS(chat.EndOfText))
	l, err := chat.ByName("toolllama")
	if err != nil {
		t.Fatal(err)
	}
	r, err := chat.NewRenderer(l, tok)
	if err != nil {
		t.Fatal(err)
	}
	model, err := llama.New(llama.Config{ModelType: "llama", VocabSize: tok.Len(), HiddenSize: 16, IntermediateSize: 16, NumHiddenLayers: 2, NumAttentionHeads: 2,
		NumKeyValueHeads: 1, HeadDim: 8, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 2048, EOSTokenIDs: []int32{tok.EOS()}}, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	model.Init(9)
	dev, err := cpu.New(cpu.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()

	dir := t.TempDir()
	if _, err := w.Export(dir, world.ExportOptions{Sets: []string{set}}); err != nil {
		t.Fatal(err)
	}
	queries, err := toolbench.LoadQueries(filepath.Join(dir, "test_instruction", set+".json"))
	if err != nil {
		t.Fatal(err)
	}
	envs := world.Envs(w.Set(set), 1)
	trained := &ppo.ModelPolicy{Engine: llama.NewEngine(model, dev, llama.EngineOptions{}), Renderer: r, MaxAction: tokens}
	episodes, err := toolenv.Rollout(context.Background(), trained, envs)
	if err != nil {
		t.Fatal(err)
	}

	m := New(model, dev, r, Options{MaxTokens: tokens})
	defer m.Close()
	tools := worldservice.New(w, worldservice.Options{})
	for i := range queries {
		task := toolbench.NewTask(&queries[i], nil, toolbench.Options{})
		raw, err := search.CoT(context.Background(), task, toolbench.NewEnv(task, tools, toolbench.Options{}), m, search.CoTOptions{Options: search.Options{MaxStep: 3 * turns}})
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, n := range raw.Trys[0].Chain {
			switch {
			case n.Type == answers.ThoughtNode:
				got = append(got, n.Description)
			case n.Type == answers.InputNode:
				got = append(got, n.Observation)
			}
		}
		for _, turn := range episodes[i].Turns[:turns] {
			want = append(want, turn.Action, turn.Observation)
		}
		if !slices.Equal(got, want) {
			t.Errorf("task %s:\n%s, in training\n%s", task.Query.ID, lines(got), lines(want))
		}
	}
	if s := m.Stats(); s.Shared == 0 || len(m.turns) == 0 {
		t.Errorf("%+v, %d turns remembered", s, len(m.turns))
	}
}

func lines(list []string) (out string) {
	for _, s := range list {
		out += fmt.Sprintf("  %q\n", s)
	}
	return out
}
