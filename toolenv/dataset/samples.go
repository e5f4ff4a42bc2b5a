package dataset

import (
	"errors"
	"fmt"
	"iter"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// Sample is one answer of a system to each of a set of tasks, and what judges said.
type Sample struct {
	Source *Source
	// Solved holds, by task, in which share of the repeats a judge said solved,
	// from 0 to 1, unsure being a half. Nil: what ends with an answer counts as
	// solved.
	Solved map[string]float64
}

// Scores reads what judges said from a pass-rate file: the mean over its repeats.
func Scores(path string) (map[string]float64, error) {
	list, err := answers.LoadJudged(path)
	if err != nil {
		return nil, err
	}
	out := map[string]float64{}
	for _, j := range list {
		if len(j.IsSolved) == 0 {
			return nil, fmt.Errorf("dataset: %s: task %s was never judged", path, j.ID)
		}
		sum := 0.0
		for _, v := range j.IsSolved {
			sum += v.Status.Value()
		}
		out[j.ID] = sum / float64(len(j.IsSolved))
	}
	return out, nil
}

// majority: solved in more than half of the repeats.
const majority = .5

// success tells whether a trajectory counts as solved.
func (s *Sample) success(t *Trajectory) (bool, error) {
	if s.Solved == nil {
		return t.Finished(), nil
	}
	x, ok := s.Solved[t.ID]
	if !ok {
		return false, &LeftOut{t.ID, "no judgement"}
	}
	return x > majority && t.Finished(), nil
}

// attempts are the answers to one task: of every sample one.
type attempts struct {
	task           string
	solved, failed []*Trajectory // in the order of the samples; equal ones once
}

// byTask goes through the tasks of samples, in the order in which they come up.
func byTask(samples []Sample, report *Report) iter.Seq2[attempts, error] {
	return func(yield func(attempts, error) bool) {
		seen := map[string]bool{}
		for _, first := range samples {
			ids, err := first.Source.IDs()
			if err != nil {
				yield(attempts{}, err)
				return
			}
			for _, id := range ids {
				if seen[id] {
					continue
				}
				seen[id] = true
				a, err := attempt(id, samples, report)
				if !yield(a, err) || err != nil {
					return
				}
			}
		}
	}
}

// attempt reads all answers to one task.
func attempt(id string, samples []Sample, report *Report) (attempts, error) {
	a := attempts{task: id}
	same := map[[32]byte]bool{}
	for i := range samples {
		t, err := samples[i].Source.Get(id)
		if t == nil && err == nil {
			continue
		}
		report.Trajectories++
		solved := false
		if err == nil && len(t.Turns) == 0 {
			err = &LeftOut{id, "no call"}
		}
		if err == nil {
			solved, err = samples[i].success(t)
		}
		if err == nil {
			if d := t.digest(true); same[d] {
				err = &LeftOut{id, "the same as another sample's"}
			} else {
				same[d] = true
			}
		}
		if err != nil {
			var out *LeftOut
			if !errors.As(err, &out) {
				return a, err
			}
			report.skip(err)
			continue
		}
		if solved {
			a.solved = append(a.solved, t)
		} else {
			a.failed = append(a.failed, t)
		}
	}
	return a, nil
}
