package pipeline_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/pipeline"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
)

// A run of a second, every stage and nothing learned: it leaves a directory that
// is complete, and that is recognised as finished.
func ExampleStart() {
	var given []config.Assignment
	for _, s := range strings.Fields(`quick=true tokenizer.episodes=40 tokenizer.vocab=420 model.dim=32 model.layers=2 model.heads=2 model.kv_heads=1 model.mlp=32
		sft.tokens=3000 sft.batch=1000 sft.copy_steps=1 sft.copy_tokens=300 eval.tasks=1 ppo.iterations=1 ppo.tasks=2 ppo.samples=2 critic.hidden=8 env.action_tokens=24`) {
		key, value, _ := strings.Cut(s, "=")
		given = append(given, config.Assignment{Key: key, Value: value, From: "-set"})
	}
	c, err := config.Load("", given)
	if err != nil {
		fmt.Println(err)
		return
	}
	root, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(root)
	dir := filepath.Join(root, "a")
	if err := pipeline.Start(context.Background(), c, dir, progress.Plain(io.Discard)); err != nil {
		fmt.Println(err)
		return
	}
	list, _ := os.ReadDir(dir)
	for _, e := range list {
		name, _, _ := strings.Cut(e.Name(), ".tfevents")
		fmt.Println(name)
	}
	var out strings.Builder
	err = pipeline.Resume(context.Background(), dir, -1, progress.Plain(&out))
	fmt.Println(strings.Contains(out.String(), "the run is finished"), err)
	// Output:
	// checkpoints
	// config.json
	// eval.json
	// events.out
	// final
	// metrics.jsonl
	// report.html
	// summary.json
	// trajectories.jsonl
	// true <nil>
}
