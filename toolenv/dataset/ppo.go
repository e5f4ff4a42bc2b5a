package dataset

import (
	"io"
	"iter"

	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// WritePPO writes a row for every annotated trajectory: StepTool's CSV for
// step-grained PPO. A trajectory without a call, without an annotation, or whose
// annotation is about other calls is left out and counted.
func WritePPO(w io.Writer, list iter.Seq2[*Trajectory, error], a *Annotations, o Options) (Report, error) {
	var report Report
	out := steptool.NewWriter(w, false)
	for t, err := range list {
		report.Trajectories++
		var row steptool.Row
		if err == nil {
			row, err = Row(t, a, o)
		}
		if err != nil {
			if err = report.skip(err); err != nil {
				return report, err
			}
			continue
		}
		if err := out.Write(row); err != nil {
			return report, err
		}
		report.Built++
		report.Tasks++
	}
	if err := out.Close(); err != nil {
		return report, err
	}
	return report, report.check()
}

// Row is a trajectory with its rewards, in the words of a layout.
func Row(t *Trajectory, a *Annotations, o Options) (row steptool.Row, err error) {
	layout, err := o.layout()
	if err != nil {
		return row, err
	}
	if len(t.Turns) == 0 {
		return row, &LeftOut{t.ID, "no call"}
	}
	if row.Rewards, err = a.Rewards(t); err != nil {
		return row, err
	}
	c, err := o.Conversation(t)
	if err != nil {
		return row, err
	}
	row.Prompts, row.Responses = layout.Format(c)
	return row, nil
}
