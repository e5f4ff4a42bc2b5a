package pipeline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/tensor"
)

// state is the part of a checkpoint that is not tensors.
type state struct {
	Stage   string          `json:"stage"`
	Trainer json.RawMessage `json:"trainer,omitempty"` // of the stage's trainer
	Window  window          `json:"window"`            // SFT figures since the last line of metrics
	Rows    []evaluate.Row  `json:"rows,omitempty"`    // finished lines of eval.json
	RL      ppo.Counters    `json:"rl"`                // when RL is over
	Events  string          `json:"events"`            // name of the TensorBoard file

	// For summary.json only; the run does not depend on them.
	Seconds float64 `json:"seconds"` // until this checkpoint
	PeakRSS int64   `json:"peak_rss_bytes"`
}

const (
	stateFile   = "state.json"
	tensorsFile = "tensors.safetensors"
)

// checkpoint writes the state of the run, with the tensors of whatever is
// being trained.
func (r *run) checkpoint(label string, tensors []ppo.Named) error {
	r.state.Seconds, r.state.PeakRSS = r.seconds(), r.peakRSS()
	err := r.dir.Commit(label, func(dir string) error {
		data, err := json.Marshal(r.state)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, stateFile), data, 0o666); err != nil {
			return err
		}
		if r.state.Stage == "sft" && r.config.Model.Path == "" {
			if err := r.saveTokenizer(dir); err != nil {
				return err
			}
		}
		if len(tensors) == 0 {
			return nil
		}
		return writeTensors(filepath.Join(dir, tensorsFile), tensors)
	})
	if err == nil && afterCheckpoint != nil {
		afterCheckpoint(r.dir.Path, label)
	}
	return err
}

// afterCheckpoint is for tests, which look at a run at each checkpoint.
var afterCheckpoint func(dir, label string)

func writeTensors(path string, list []ppo.Named) error {
	ts := make([]safetensors.Tensor, len(list))
	for i, t := range list {
		ts[i] = safetensors.Tensor{Name: t.Name, Shape: t.Data.Shape, Data: t.Data.Buf}
	}
	return safetensors.Write(path, ts, nil)
}

// restore reads the state of a checkpoint; its tensors are read by
// [run.restoreTrainer].
func (r *run) restore(checkpoint string) error {
	path := filepath.Join(checkpoint, stateFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &r.state); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	r.from = checkpoint
	r.before = time.Duration(r.state.Seconds * float64(time.Second))
	return nil
}

// restoreTrainer gives the state of the checkpoint that is resumed back to the
// trainer of its stage. Nothing is done when the stage begins.
func (r *run) restoreTrainer(restore func(state json.RawMessage, get func(name string) *tensor.Tensor) error) error {
	if r.state.Trainer == nil {
		return nil
	}
	f, err := safetensors.Open(filepath.Join(r.from, tensorsFile))
	if err != nil {
		return err
	}
	defer f.Close()
	var failed error // the first failure to read
	err = restore(r.state.Trainer, func(name string) *tensor.Tensor {
		info := f.Lookup(name)
		if info == nil || failed != nil {
			return nil
		}
		t := tensor.New(dtypeOf(info.DType), info.Shape...)
		if failed = f.ReadInto(name, t.Buf); failed != nil {
			return nil
		}
		return t
	})
	return cmp.Or(failed, err)
}

func dtypeOf(d safetensors.DType) kernels.DType {
	if d == safetensors.F64 {
		return kernels.F64
	}
	return kernels.F32
}
