package pipeline

import (
	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/ppo/baseline/sft"
)

// window sums the figures of SFT steps until they become a line of metrics. It
// is part of a checkpoint, so that a line may span an interruption.
type window struct {
	Steps     int     `json:"steps"` // on demonstrations
	Copying   int     `json:"copying"`
	Tokens    int     `json:"tokens"`
	Loss      float64 `json:"loss"` // sums over steps
	CopyLoss  float64 `json:"copy_loss"`
	Norm      float64 `json:"grad_norm"`
	Measured  bool    `json:"measured"`
	Accuracy  float64 `json:"accuracy"`
	Names     float64 `json:"accuracy_tool"`
	Arguments float64 `json:"accuracy_arguments"`

	CopyMeasured bool    `json:"copy_measured"`
	CopyAccuracy float64 `json:"copy_accuracy"`

	seconds float64
}

func (w *window) add(f *sft.Report) {
	w.Tokens += f.Tokens
	w.Norm += f.GradNorm
	w.seconds += f.Seconds
	if f.Copying {
		w.Copying++
		w.CopyLoss += f.Loss
	} else {
		w.Steps++
		w.Loss += f.Loss
	}
	switch {
	case f.Measured && f.Copying: // its strings have no tools and no arguments
		w.CopyMeasured, w.CopyAccuracy = true, f.Accuracy
	case f.Measured:
		w.Measured, w.Accuracy, w.Names, w.Arguments = true, f.Accuracy, f.Names, f.Arguments
	}
}

// record is the line of metrics.
func (w *window) record(step int, last *sft.Report) *metrics.Record {
	m := metrics.New("sft", step)
	if w.Steps > 0 {
		m.Num("loss", w.Loss/float64(w.Steps))
	}
	if w.Copying > 0 {
		m.Num("copy_loss", w.CopyLoss/float64(w.Copying))
	}
	m.Num("grad_norm", w.Norm/float64(w.Steps+w.Copying)).Num("lr", last.LR).Int("tokens", w.Tokens)
	if w.Measured {
		m.Num("accuracy", w.Accuracy).Num("accuracy_tool", w.Names).Num("accuracy_arguments", w.Arguments)
	}
	if w.CopyMeasured {
		m.Num("copy_accuracy", w.CopyAccuracy)
	}
	if w.seconds > 0 {
		m.Num("tokens_per_second", float64(w.Tokens)/w.seconds)
	}
	return m
}
