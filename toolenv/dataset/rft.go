package dataset

import (
	"fmt"
	"io"
)

// Expert is a file of examples to be merged with a policy's own (SFT data).
type Expert struct{ file *jsonFile }

// OpenExpert looks through such a file.
func OpenExpert(path string) (*Expert, error) {
	f, err := openJSON(path)
	if err != nil {
		return nil, err
	}
	return &Expert{f}, nil
}

// take returns the examples of a task; nil when there are none.
func (e *Expert) take(task string) ([]Instance, error) {
	if e == nil {
		return nil, nil
	}
	v, ok, err := e.file.get(task)
	if !ok || err != nil {
		return nil, err
	}
	x, err := examplesOf(task, v)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: task %s: %w", e.file.path, task, err)
	}
	return x.Instances, nil
}

// WriteRFT writes data for rejection sampling fine-tuning: of several samples of a
// policy the trajectories that solve their task, and behind them, task by task, the
// examples of an expert (nil for none). Tasks stand in the order of the samples,
// then in the expert's.
func WriteRFT(w io.Writer, samples []Sample, expert *Expert, o Options) (Report, error) {
	var report Report
	out := NewExamplesWriter(w)
	written := map[string]bool{}
	write := func(task string, list []Instance) error {
		written[task] = true
		more, err := expert.take(task)
		if list = append(list, more...); err != nil || len(list) == 0 {
			return err
		}
		report.Built += len(list)
		report.Tasks++
		return out.Write(&Examples{Task: task, Instances: list})
	}
	for a, err := range byTask(samples, &report) {
		if err != nil {
			return report, err
		}
		var list []Instance
		for _, t := range a.solved {
			x, err := Instances(t, o)
			if err != nil {
				if err = report.skip(err); err != nil {
					return report, err
				}
				continue
			}
			list = append(list, x...)
		}
		for range a.failed {
			report.skip(&LeftOut{a.task, "it does not solve the task"})
		}
		if err := write(a.task, list); err != nil {
			return report, err
		}
	}
	if expert != nil {
		for _, task := range expert.file.keys {
			if written[task] {
				continue
			}
			if err := write(task, nil); err != nil {
				return report, err
			}
		}
	}
	if err := out.Close(); err != nil {
		return report, err
	}
	return report, report.check()
}
