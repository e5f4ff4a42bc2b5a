package evaluate_test

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// A model that has learned nothing plays two tasks of each of two sets, greedily
// and sampled: four lines, in two batches.
func ExamplePlan_Next() {
	w := world.New(1, world.Options{Quick: true, Tasks: 2})
	tok := tokenizer.Train(w.Texts(10), 320, []string{chat.EndOfText}, tokenizer.WithEOS(chat.EndOfText))
	layout, err := chat.ByName("toolllama")
	if err != nil {
		fmt.Println(err)
		return
	}
	renderer, err := chat.NewRenderer(layout, tok)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := llama.New(llama.Config{ModelType: "llama", VocabSize: tok.Len(), HiddenSize: 8, IntermediateSize: 8, NumHiddenLayers: 1,
		NumAttentionHeads: 1, NumKeyValueHeads: 1, HeadDim: 8, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 1024, TieWordEmbeddings: true,
		EOSTokenIDs: []int32{tok.EOS()}}, kernels.F32)
	if err != nil {
		fmt.Println(err)
		return
	}
	model.Init(1)
	engine := llama.NewEngine(model, ref.New(), llama.EngineOptions{})
	policy := &ppo.ModelPolicy{Engine: engine, Renderer: renderer, MaxAction: 8}

	plan := &evaluate.Plan{Temperature: 1, Seed: 1, Row: evaluate.Row{Method: "none", Stage: "final", Budget: evaluate.Budget{Turns: 7, Calls: 7, Tokens: 1024}}}
	for _, name := range []string{"I1-inst", "seen"} {
		plan.Sets = append(plan.Sets, evaluate.Set{Name: name, Envs: world.Envs(w.Set(name), 1)})
	}
	for done := 0; done < plan.Lines(); {
		rows, err := plan.Next(context.Background(), done, policy)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, r := range rows {
			fmt.Printf("%-7s %-7s at temperature %g: %d tasks, pass %.0f %% (%.0f to %.0f)\n", r.Strategy, r.Set, r.Temperature, r.N, 100*r.Pass, 100*r.PassLow, 100*r.PassHigh)
		}
		done += len(rows)
	}
	// Output:
	// greedy  I1-inst at temperature 0: 2 tasks, pass 0 % (0 to 66)
	// greedy  seen    at temperature 0: 2 tasks, pass 0 % (0 to 66)
	// sampled I1-inst at temperature 1: 2 tasks, pass 0 % (0 to 66)
	// sampled seen    at temperature 1: 2 tasks, pass 0 % (0 to 66)
}
