package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/cmd/internal/local"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/judge"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/world"
	worldservice "github.com/stepgrain/stepgrain/toolenv/world/service"
)

// defaultCalls is the budget of a search: ToolBench's, when nothing else is said.
const defaultCalls = 30

// levels is how many levels of a search tree one call makes: thought, name and
// arguments.
const levels = 3

// search plays the sets by DFSDT, once for every seed. The world stands in for
// ToolBench: it is written out as a tool folder with query files, and answers as a
// service.
func (p *player) search(ctx context.Context, sets []string, seeds []uint64) (rows []evaluate.Row, err error) {
	if p.calls == 0 {
		p.calls = defaultCalls
	}
	dir, err := os.MkdirTemp("", "stepgrain-world-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := p.world.Export(dir, world.ExportOptions{Sets: sets}); err != nil {
		return nil, err
	}
	folder, err := toolbench.OpenFolder(filepath.Join(dir, "tools"))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	for _, seed := range seeds {
		model := p.searcher(rng.Derive(seed, "evaluation"))
		for _, name := range sets {
			queries, err := toolbench.LoadQueries(filepath.Join(dir, "test_instruction", name+".json"))
			if err == nil {
				var row evaluate.Row
				if row, err = p.searchSet(ctx, name, queries, folder, model); err == nil {
					row.Set, row.Seed = name, seed
					rows = append(rows, row)
				}
			}
			if err != nil {
				model.Close()
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		if err := model.Close(); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// found is what a search came to.
type found struct {
	answer  metrics.Answer
	solved  bool
	calls   int // of the whole search, Finish included
	cut     int // turns for which the context had no room; they are no calls
	figures metrics.Figures
}

// searchSet plays one set, several tasks at a time; what a task comes to does not
// depend on the others.
func (p *player) searchSet(ctx context.Context, name string, queries []toolbench.Query, folder *toolbench.Folder, model *local.Model) (evaluate.Row, error) {
	service := worldservice.New(p.world, worldservice.Options{})
	list := make([]found, len(queries))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8 * runtime.GOMAXPROCS(0))
	for i := range queries {
		g.Go(func() (err error) {
			list[i], err = p.searchTask(ctx, &queries[i], folder, service, model)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return evaluate.Row{}, err
	}
	c := p.config
	row := evaluate.Row{Method: c.Method, Stage: "final", Strategy: "dfsdt", Temperature: p.temperature,
		Budget: evaluate.Budget{Turns: c.Env.Calls, Calls: p.calls, Tokens: p.context}}
	row.Result = resultOf(list)
	made, cut := 0, 0
	for i := range list {
		made, cut = made+list[i].calls, cut+list[i].cut
	}
	if cut > 0 {
		fmt.Fprintf(p.warn, "eval: %s: %d of %d turns did not fit into a context of %d tokens, with what was tried before in the prompt: the search was cut short there\n", name, cut, made+cut, p.context)
	}
	return row, nil
}

// searchTask searches for the answer to one query.
func (p *player) searchTask(ctx context.Context, q *toolbench.Query, folder *toolbench.Folder, service *worldservice.Service, model *local.Model) (f found, err error) {
	task := toolbench.NewTask(q, folder, toolbench.Options{})
	env := toolbench.NewEnv(task, service, toolbench.Options{})
	service.Begin(q.ID)
	var broken error
	policy := search.ModelFunc(func(ctx context.Context, r *search.Request) (*search.Reply, error) {
		reply, err := model.Next(ctx, r)
		var full *local.ContextFull
		switch {
		case err == nil:
			f.calls++
		case errors.As(err, &full):
			f.cut++
		default:
			broken = cmp.Or(broken, err)
		}
		return reply, err
	})
	raw, err := search.DFS(ctx, task, env, policy, search.DFSOptions{MaxQuery: p.calls,
		Options: search.Options{MaxStep: levels * p.config.Env.Calls, Budget: search.Budget{Queries: p.calls, Turns: p.config.Env.Calls}}})
	model.Forget(q.ID)
	if err = cmp.Or(err, broken); err != nil { // a search takes an engine that broke for a model at a loss
		return f, fmt.Errorf("task %s: %w", q.ID, err)
	}
	converted, err := answers.Convert(q.ID, raw, answers.ConvertOptions{Method: "DFS_woFilter_w2"})
	if err != nil {
		return f, err
	}
	status, err := judge.Rules{Answers: map[string]string{q.ID: q.Answer}}.Status(ctx, converted)
	if err != nil {
		return f, err
	}
	f.solved = status == steptool.Solved
	_, _, calls := converted.Steps()
	f.answer = metrics.Answer{ID: q.ID, Functions: task.Names, Calls: calls}
	apis := map[string]toolenv.API{}
	for i, a := range task.APIs {
		apis[task.Names[i]] = a
	}
	ref := metrics.Reference{
		Relevant: func(string) ([]string, bool) { return task.Relevant, true },
		Fits: func(_, name, arguments string) bool {
			args, err := toolenv.DecodeArgs([]byte(arguments))
			return err == nil && toolenv.Validate(apis[name], args) == nil
		},
	}
	f.figures = ref.Measure(&f.answer, 0)
	return f, nil
}

// resultOf adds up what searches came to.
func resultOf(list []found) metrics.Result {
	r := metrics.Result{N: len(list)}
	n := float64(len(list))
	solved, path, invalid := 0, 0, 0
	for i := range list {
		f := &list[i].figures
		if list[i].solved {
			solved++
		}
		if f.Answered {
			r.FinishRate += 1 / n
		}
		r.RecallPaper += f.RecallPaper / n
		r.RecallAny += f.RecallAny / n
		r.RecallSuccess += f.RecallSuccess / n
		r.Precision += f.Precision / n
		r.CallsMean += float64(list[i].calls) / n
		path += f.Calls
		invalid += f.Errors.Parse + f.Errors.Hallucinated + f.Errors.Arguments
	}
	r.Pass = float64(solved) / n
	r.PassLow, r.PassHigh = metrics.Wilson(solved, len(list))
	if path > 0 {
		r.InvalidCallRate = float64(invalid) / float64(path)
	}
	return r
}
