package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/cmd/internal/local"
	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// player is a model with the world that it plays.
type player struct {
	config      *config.Config
	world       *world.World
	policy      *ppo.ModelPolicy
	searcher    func(seed uint64) *local.Model // instead of policy, for searches
	context     int
	temperature float64
	calls       int       // of a search; 0: the default
	warn        io.Writer // what a search could not do
}

// openPlayer reads the model, and the settings of the run that it is from.
func openPlayer(o *tasksOptions, warn io.Writer) (*player, error) {
	file := filepath.Join(filepath.Dir(filepath.Clean(o.model)), "config.json")
	if _, err := os.Stat(file); err != nil {
		file = ""
	}
	var given []config.Assignment
	if o.quick {
		given = append(given, config.Assignment{Key: "quick", Value: "true", From: "-quick"})
	}
	if o.turns > 0 {
		given = append(given, config.Assignment{Key: "env.calls", Value: strconv.Itoa(o.turns), From: "-budget-calls"})
	}
	if o.n > 0 {
		given = append(given, config.Assignment{Key: "eval.tasks", Value: strconv.Itoa(o.n), From: "-n"})
	}
	c, err := config.Load(file, given)
	if err != nil {
		return nil, usage.Error(err)
	}
	ck, err := checkpoint.Open(o.model, checkpoint.Options{DType: kernels.F32, AsTrained: true})
	if err != nil {
		return nil, err
	}
	if ck.Tokenizer == nil {
		return nil, fmt.Errorf("%s: a policy needs its tokenizer: %w", o.model, ck.NoTokenizer)
	}
	layout, err := chat.ByName(c.Model.Template)
	if err != nil {
		return nil, err
	}
	renderer, err := chat.NewRenderer(layout, ck.Tokenizer)
	if err != nil {
		return nil, err
	}
	dev, err := cpu.New(cpu.Options{Workers: o.workers, Impl: cpu.ImplFromEnv()})
	if err != nil {
		return nil, err
	}
	p := &player{config: c, context: min(c.Model.Context, ck.Model.Config.MaxPositionEmbeddings), temperature: o.temperature, calls: o.calls, warn: warn}
	p.world = world.New(c.Seed, world.Options{Quick: c.Quick, Tasks: c.Eval.Tasks, Calls: c.Env.Calls, BenchmarkSeed: c.World.Seed})
	if o.strategy == "dfsdt" {
		p.searcher = func(seed uint64) *local.Model {
			return local.New(ck.Model, dev, renderer, local.Options{Temperature: o.temperature, MaxTokens: c.Env.ActionTokens, Context: p.context, Seed: seed})
		}
		return p, nil
	}
	p.policy = &ppo.ModelPolicy{Engine: llama.NewEngine(ck.Model, dev, llama.EngineOptions{MaxContext: p.context}), Renderer: renderer, MaxAction: c.Env.ActionTokens}
	return p, nil
}

// play plays the sets, once for every seed.
func (p *player) play(ctx context.Context, sets []string, seeds []uint64) (rows []evaluate.Row, err error) {
	c := p.config
	for _, seed := range seeds {
		plan := &evaluate.Plan{
			Temperature: p.temperature, Seed: rng.Derive(seed, "evaluation"),
			Row: evaluate.Row{Method: c.Method, Stage: "final", Seed: seed, Budget: evaluate.Budget{Turns: c.Env.Calls, Calls: c.Env.Calls, Tokens: p.context}},
		}
		for _, name := range sets {
			plan.Sets = append(plan.Sets, evaluate.Set{Name: name, Envs: world.Envs(p.world.Set(name), 1)})
		}
		// The first half of a plan's lines is greedy, the second sampled.
		done, end := 0, len(sets)
		if p.temperature > 0 {
			done, end = len(sets), 2*len(sets)
		}
		for done < end {
			next, err := plan.Next(ctx, done, p.policy)
			if err != nil {
				return nil, err
			}
			for _, r := range next {
				r.Strategy = "cot"
				rows = append(rows, r)
			}
			done += len(next)
		}
	}
	return rows, nil
}

// tasksTable shows a line per set, and the mean and deviation over seeds.
func tasksTable(rows []evaluate.Row, seeds int) *table.Table {
	t := &table.Table{Title: tasksTitle(rows[0]), Columns: []table.Column{table.Left("Set"), table.Right("n"), table.Right("Pass"), table.Right("95 %"),
		table.Right("recall_paper"), table.Right("recall_any"), table.Right("recall_success"), table.Right("precision"), table.Right("Finish %"), table.Right("Calls"), table.Right("Invalid %")}}
	sets := len(rows) / seeds
	for i := range sets {
		var pass, squares float64
		var mean evaluate.Row
		for s := range seeds {
			r := rows[s*sets+i]
			pass += r.Pass
			squares += r.Pass * r.Pass
			for _, x := range [][2]*float64{{&mean.RecallPaper, &r.RecallPaper}, {&mean.RecallAny, &r.RecallAny}, {&mean.RecallSuccess, &r.RecallSuccess}, {&mean.Precision, &r.Precision},
				{&mean.FinishRate, &r.FinishRate}, {&mean.CallsMean, &r.CallsMean}, {&mean.InvalidCallRate, &r.InvalidCallRate}} {
				*x[0] += *x[1] / float64(seeds)
			}
		}
		n := float64(seeds)
		cell, interval := fmt.Sprintf("%.1f", 100*pass/n), fmt.Sprintf("%.1f-%.1f", 100*rows[i].PassLow, 100*rows[i].PassHigh)
		if seeds > 1 {
			cell += fmt.Sprintf("±%.1f", 100*math.Sqrt(max(0, squares/n-pass*pass/n/n)))
			interval = "-"
		}
		f := func(x float64) string { return fmt.Sprintf("%.3f", x) }
		t.Add(rows[i].Set, fmt.Sprint(rows[i].N), cell, interval, f(mean.RecallPaper), f(mean.RecallAny), f(mean.RecallSuccess), f(mean.Precision),
			percentCell(mean.FinishRate), fmt.Sprintf("%.2f", mean.CallsMean), percentCell(mean.InvalidCallRate))
	}
	if seeds > 1 {
		t.Notes = append(t.Notes, fmt.Sprintf("Mean ± deviation over %d seeds of sampling.", seeds))
	}
	return t
}
