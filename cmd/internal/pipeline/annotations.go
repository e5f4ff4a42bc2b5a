package pipeline

import (
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// annotations reads reward.file.
func annotations(path string) (map[string]reward.Annotation, error) {
	list, err := steptool.LoadAnnotations(path)
	if err != nil {
		return nil, err
	}
	out := map[string]reward.Annotation{}
	for _, a := range list {
		if _, twice := out[a.ID]; twice {
			return nil, fmt.Errorf("%s: query %s is annotated twice: which one counts?", path, a.ID)
		}
		if out[a.ID], err = average(a); err != nil {
			return nil, fmt.Errorf("%s: query %s: %w", path, a.ID, err)
		}
	}
	return out, nil
}

// average joins a judge's repeats.
func average(a steptool.Annotation) (reward.Annotation, error) {
	out := reward.Annotation{Query: a.Query, Steps: make([]reward.AnnotatedStep, len(a.Steps))}
	for k, text := range a.Steps {
		c, err := steptool.ParseStep(text)
		if err != nil {
			return out, err
		}
		out.Steps[k] = reward.AnnotatedStep{Name: c.Name, Args: c.Arguments, Response: c.Response}
	}
	if a.FinalStep != "" {
		c, err := steptool.ParseStep(a.FinalStep)
		if err != nil {
			return out, err
		}
		if c.Name != toolenv.FinishName {
			return out, fmt.Errorf("the final step calls %s, not %s", c.Name, toolenv.FinishName)
		}
		out.Final = c.Arguments
	}
	w := 1 / float64(len(a.Repeats))
	for _, j := range a.Repeats {
		for k := range out.Steps {
			out.Steps[k].SuccCalling += w * j.Succeeded[k]
			out.Steps[k].Contribution += w * j.Contributions[k]
		}
		out.IsSolved += w * j.Status.Value()
	}
	return out, nil
}

// annotated are the demonstrations every call of which the file annotates: what
// the guard can judge it by.
func annotated(f reward.File, demonstrations []*toolenv.Trajectory) []*toolenv.Trajectory {
	var whole []*toolenv.Trajectory
	for _, t := range demonstrations {
		f.Shape(t)
		if f.Coverage([]*toolenv.Trajectory{t}).Complete == 1 {
			whole = append(whole, t)
		}
	}
	return whole
}

// annotatedTasks is an error when the run plays no task of the file: nothing
// would ever be paid.
func (r *run) annotatedTasks(f reward.File) error {
	p, tasks := r.config.PPO, 0
	n := p.Iterations * p.Tasks
	for k := range n {
		if a, ok := f.Annotations[fmt.Sprintf("train-%d", k)]; ok && a.Query == r.world.TrainTask(k).Task().Query {
			tasks++
		}
	}
	if tasks == 0 && n > 0 {
		return fmt.Errorf("reward.file %s annotates none of the %d tasks that this run plays (train-0 to train-%d with this seed's queries), so nothing would be paid: annotate episodes of the trajectories.jsonl of a run with this seed, or choose another reward.shaper",
			r.config.Reward.File, n, n-1)
	}
	r.out.Printf("reward.file annotates an episode of %d of the %d tasks; other actions than the annotated ones are not paid", tasks, n)
	return nil
}

// coverage adds, with annotations, how many actions of an iteration had one of
// their own to the line of metrics. All others were not paid.
func (r *run) coverage(m *metrics.Record, episodes []*ppo.Episode) *metrics.Record {
	f, ok := r.shaper.(reward.File)
	if !ok {
		return m
	}
	var list []*toolenv.Trajectory
	for _, e := range episodes {
		list = append(list, e.Trajectory)
	}
	c := f.Coverage(list)
	return m.Int("annotated_tasks", c.Episodes).Int("annotated_actions", c.Steps-c.Unpaid).Int("unannotated_actions", c.Unpaid)
}
