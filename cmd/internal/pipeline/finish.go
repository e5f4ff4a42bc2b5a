package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/cmd/internal/report"
	"github.com/stepgrain/stepgrain/cmd/internal/rundir"
	"github.com/stepgrain/stepgrain/llama/hf"
)

// finish writes what a finished run leaves behind. Each file is complete or
// absent, and all follow from the last checkpoint, so that a run that is killed
// here finishes when it is resumed.
func (r *run) finish(ctx context.Context) error {
	if err := r.writeRows(); err != nil {
		return err
	}
	err := r.dir.Replace(finalDir, func(dir string) error {
		if r.trainer != nil {
			critic := r.trainer.Critic
			if err := hf.SaveValueHead(dir, critic.Head(), map[string]string{"kind": critic.Kind}); err != nil {
				return err
			}
		}
		base, err := r.reinforcedFrom()
		if err != nil {
			return err
		}
		return r.saveModel(dir, base)
	})
	if err != nil {
		return err
	}
	s, err := r.summarise(ctx)
	if err != nil {
		return err
	}
	if err := r.dir.WriteFile(summaryFile, s.json()); err != nil {
		return err
	}
	if err := r.report(s); err != nil {
		return err
	}
	r.state.Stage = "done"
	if err := r.checkpoint("done", nil); err != nil {
		return err
	}
	r.table(s)
	return nil
}

// writeRows writes eval.json as far as it is known.
func (r *run) writeRows() error {
	rows := r.state.Rows
	if rows == nil {
		rows = []evaluate.Row{}
	}
	var b bytes.Buffer
	b.WriteString("[")
	for i := range rows {
		line, err := json.Marshal(&rows[i])
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(line)
	}
	b.WriteString("\n]\n")
	return r.dir.WriteFile(evalFile, b.Bytes())
}

// report makes report.html from the run's files.
func (r *run) report(s *summary) error {
	points, err := report.Points(r.dir.File(metricsFile))
	if err != nil {
		return err
	}
	episodes, err := report.Sample(r.dir.File(trajectoriesFile))
	if err != nil {
		return err
	}
	config, err := os.ReadFile(r.dir.File(rundir.ConfigFile))
	if err != nil {
		return err
	}
	page, err := report.HTML(&report.Report{
		Title: fmt.Sprintf("Stepgrain: %s, seed %d", r.config.Method, r.config.Seed), Facts: r.facts(s),
		Rows: r.state.Rows, Points: points, Episodes: episodes, Config: string(config),
		Piece: func(id int32) string { return r.tokenizer.Decode([]int32{id}) },
	})
	if err != nil {
		return err
	}
	return r.dir.WriteFile(reportFile, page)
}

// facts are the figures at the top of the report.
func (r *run) facts(s *summary) []report.Fact {
	var list []report.Fact
	pass := func(name string, before, after *float64) {
		if before == nil || after == nil {
			return
		}
		f := report.Fact{Name: name, Figure: fmt.Sprintf("%.0f → %.0f %%", 100**before, 100**after),
			Remark: fmt.Sprintf("mean over the held-out sets; the demonstrator %.0f %%", 100**s.PassTeacher)}
		if r.config.Method == "sft" {
			f.Figure = fmt.Sprintf("%.0f %%", 100**before)
		}
		list = append(list, f)
	}
	pass("pass rate, greedy", s.PassSFT, s.PassFinal)
	pass("pass rate, sampled", s.PassSFTSampled, s.PassFinalSampled)
	if r.config.Method != "sft" {
		remark := "all exactly 1"
		if s.RatioViolations > 0 {
			remark = fmt.Sprintf("%d not exactly 1", s.RatioViolations)
		}
		list = append(list, report.Fact{Name: "first ratios checked", Figure: fmt.Sprint(s.RatioChecks), Remark: remark})
	}
	m := r.model.Config
	return append(list,
		report.Fact{Name: "model", Figure: fmt.Sprintf("%.2f M", float64(m.Parameters())/1e6), Remark: fmt.Sprintf("%d layers, d %d, vocabulary %d", m.NumHiddenLayers, m.HiddenSize, m.VocabSize)},
		report.Fact{Name: "time", Figure: minutes(s.Seconds), Remark: "kernels: " + r.config.Impl},
		report.Fact{Name: "peak memory", Figure: fmt.Sprintf("%.0f MB", float64(s.PeakRSS)/1e6), Remark: "of the process"})
}

func minutes(seconds float64) string {
	return fmt.Sprintf("%d:%02d", int(seconds)/60, int(seconds)%60)
}
