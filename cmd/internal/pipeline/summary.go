package pipeline

import (
	"context"
	"encoding/json"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
)

// summary is summary.json. Pass rates are null with -data.
type summary struct {
	Seed             uint64              `json:"seed"`
	PassSFT          *float64            `json:"pass_sft"`
	PassFinal        *float64            `json:"pass_final"`
	PassSFTSampled   *float64            `json:"pass_sft_sampled"`
	PassFinalSampled *float64            `json:"pass_final_sampled"`
	SFTBySet         map[string]*bothWay `json:"pass_sft_by_set"`
	FinalBySet       map[string]*bothWay `json:"pass_final_by_set"`
	PassTeacher      *float64            `json:"pass_demonstrator"` // of what was imitated, on the same tasks
	TeacherBySet     map[string]float64  `json:"pass_demonstrator_by_set"`
	RatioChecks      int64               `json:"ratio_checks"`
	RatioViolations  int64               `json:"ratio_violations"`
	DeadBatches      int                 `json:"dead_batches"`
	Episodes         int                 `json:"episodes"`
	PeakRSS          int64               `json:"peak_rss_bytes"`
	Seconds          float64             `json:"seconds"`
}

// bothWay are the pass rates of one set.
type bothWay struct {
	Greedy  float64 `json:"greedy"`
	Sampled float64 `json:"sampled"`
}

// summarise reckons the figures of a finished run.
func (r *run) summarise(ctx context.Context) (*summary, error) {
	s := &summary{
		Seed: r.config.Seed, RatioChecks: r.state.RL.RatioChecks, RatioViolations: r.state.RL.RatioViolations,
		DeadBatches: r.state.RL.DeadBatches, Episodes: r.state.RL.Episodes, PeakRSS: r.peakRSS(), Seconds: r.seconds(),
	}
	if len(r.state.Rows) == 0 {
		return s, nil
	}
	var err error
	if s.TeacherBySet, err = r.teacher(ctx); err != nil {
		return nil, err
	}
	s.PassTeacher = new(float64)
	for _, set := range evaluate.HeldOut {
		*s.PassTeacher += s.TeacherBySet[set] / float64(len(evaluate.HeldOut))
	}
	s.PassSFT, s.PassSFTSampled = mean(r.state.Rows, "sft", "greedy"), mean(r.state.Rows, "sft", "sampled")
	s.PassFinal, s.PassFinalSampled = mean(r.state.Rows, "final", "greedy"), mean(r.state.Rows, "final", "sampled")
	s.SFTBySet, s.FinalBySet = map[string]*bothWay{}, map[string]*bothWay{}
	for _, row := range r.state.Rows {
		by := s.SFTBySet
		if row.Stage == "final" {
			by = s.FinalBySet
		}
		if by[row.Set] == nil {
			by[row.Set] = &bothWay{}
		}
		if row.Strategy == "greedy" {
			by[row.Set].Greedy = row.Pass
		} else {
			by[row.Set].Sampled = row.Pass
		}
	}
	return s, nil
}

// mean is the plain mean over the held-out sets, nil when none was played.
func mean(rows []evaluate.Row, stage, strategy string) *float64 {
	sum, n := 0.0, 0
	for _, set := range evaluate.HeldOut {
		for _, row := range rows {
			if row.Set == set && row.Stage == stage && row.Strategy == strategy {
				sum += row.Pass
				n++
			}
		}
	}
	if n == 0 {
		return nil
	}
	sum /= float64(n)
	return &sum
}

func (s *summary) json() []byte {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // finite numbers only
	}
	return append(b, '\n')
}
