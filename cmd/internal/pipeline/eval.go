package pipeline

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/ppo"
)

// evaluateSFT plays the sets with the model after imitation.
func (r *run) evaluateSFT(ctx context.Context) error {
	if err := r.openModel(); err != nil {
		return err
	}
	save := func(label string) error { return r.checkpoint(label, nil) }
	if err := r.evaluate(ctx, "sft", save); err != nil {
		return err
	}
	r.state.Stage = "rl"
	return r.checkpoint("rl-0", nil)
}

// evaluateFinal plays them with the model after reinforcement. Without
// reinforcement the lines are those of the imitation.
func (r *run) evaluateFinal(ctx context.Context) error {
	if r.config.Method == "sft" {
		if err := r.openModel(); err != nil {
			return err
		}
		for _, row := range r.rows("sft") {
			row.Stage = "final"
			r.state.Rows = append(r.state.Rows, row)
		}
		return nil
	}
	if err := r.openTrainer(); err != nil {
		return err
	}
	return r.evaluate(ctx, "final", r.checkpointTrainer)
}

// evaluate plays the sets in batches, with a checkpoint after each.
func (r *run) evaluate(ctx context.Context, stage string, save func(label string) error) error {
	c := r.config
	plan := &evaluate.Plan{
		Temperature: c.Eval.Temperature, Seed: rng.Derive(c.Seed, "evaluation"),
		Row: evaluate.Row{Method: c.Method, Stage: stage, Seed: c.Seed,
			Budget: evaluate.Budget{Turns: c.Env.Calls, Calls: c.Env.Calls, Tokens: r.context()}},
	}
	for _, name := range evaluate.All {
		set := evaluate.Set{Name: name}
		for _, e := range r.world.Set(name) {
			set.Envs = append(set.Envs, e)
		}
		plan.Sets = append(plan.Sets, set)
	}
	policy := &ppo.ModelPolicy{Engine: r.engine(nil), Renderer: r.renderer, MaxAction: c.Env.ActionTokens}
	done := len(r.rows(stage))
	task := r.out.Begin("eval", "set", plan.Lines(), done)
	for done < plan.Lines() {
		rows, err := plan.Next(ctx, done, policy)
		if err != nil {
			return err
		}
		r.state.Rows = append(r.state.Rows, rows...)
		done += len(rows)
		if err := r.writeRows(); err != nil {
			return err
		}
		task.Update(done, "%s", r.passLine(stage))
		if err := save(fmt.Sprintf("eval-%s-%d", stage, done)); err != nil {
			return err
		}
	}
	task.End()
	return nil
}

// passLine is the mean pass rate so far.
func (r *run) passLine(stage string) string {
	line := "pass"
	for _, strategy := range []string{"greedy", "sampled"} {
		if m := mean(r.state.Rows, stage, strategy); m != nil {
			line += fmt.Sprintf(" %s %.0f %%", strategy, 100**m)
		}
	}
	return line
}

// rows are the finished lines of a stage.
func (r *run) rows(stage string) []evaluate.Row {
	var list []evaluate.Row
	for _, row := range r.state.Rows {
		if row.Stage == stage {
			list = append(list, row)
		}
	}
	return list
}
