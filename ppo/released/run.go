package released

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Run is a recorded run: run.json. What a replay computes anew is in Batches;
// the rest it takes as given.
type Run struct {
	Batches     []Batch         `json:"batches"`
	ModelType   string          `json:"model_type"`
	DType       string          `json:"dtype"`
	Versions    json.RawMessage `json:"versions,omitempty"`
	Run         json.RawMessage `json:"run,omitempty"`
	PEFT        PEFT            `json:"peft"`
	PPO         Settings        `json:"ppo"`
	Adam        Adam            `json:"adam"`
	PadTokenID  int32           `json:"pad_token_id"`
	ScoresDType string          `json:"scores_dtype,omitempty"`
	Rows        []Row           `json:"rows"`
}

// PEFT describes the adapters.
type PEFT struct {
	TargetModules []string `json:"target_modules"`
	R             int      `json:"r"`
	Alpha         float64  `json:"lora_alpha"`
	Bias          string   `json:"bias,omitempty"`
	TaskType      string   `json:"task_type,omitempty"`
}

// Adam are the optimiser's settings.
type Adam struct {
	LR          float64    `json:"lr"`
	Betas       [2]float64 `json:"betas"`
	Eps         float64    `json:"eps"`
	WeightDecay float64    `json:"weight_decay"`
}

// Row is one trajectory after formatting.
type Row struct {
	Row      int       `json:"row"` // in the CSV
	Query    []int32   `json:"query"`
	Response []int32   `json:"response"`
	MaskRuns []int     `json:"mask_runs"` // lengths of alternating runs over query + response, zeros first
	Scores   []float64 `json:"scores"`
}

// Batch is one call of the trainer's step.
type Batch struct {
	Epoch        int                  `json:"epoch"`
	Index        int                  `json:"index"`
	LastOfLoader bool                 `json:"last_of_loader"`
	Rows         []int                `json:"rows"`   // CSV rows in batch order
	Length       int                  `json:"length"` // padded
	KLCoefBefore float64              `json:"kl_coef_before"`
	KLCoefAfter  float64              `json:"kl_coef_after"`
	Permutations [][]int              `json:"permutations"` // one per PPO epoch, indices into the batch
	AdamSteps    int                  `json:"adam_steps"`
	GradNorms    []map[string]float64 `json:"grad_norms"`
	Minibatches  []map[string]any     `json:"minibatches"`
	Stats        map[string]any       `json:"stats"`
}

const runFile = "run.json"

// ReadRun reads run.json in a folder and checks that it can be replayed.
func ReadRun(dir string) (*Run, error) {
	path := filepath.Join(dir, runFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("released: %w", err)
	}
	r := new(Run)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("released: %s: %w", path, err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("released: %s: %w", path, err)
	}
	return r, nil
}

// maxLength bounds the padded length that a file may ask memory for, in tokens.
const maxLength = 1 << 20

func (r *Run) check() error {
	if err := r.PPO.check(); err != nil {
		return err
	}
	if len(r.Batches) == 0 || len(r.Rows) == 0 {
		return fmt.Errorf("%d rows in %d batches: nothing to replay", len(r.Rows), len(r.Batches))
	}
	known := map[int]*Row{}
	for i := range r.Rows {
		row := &r.Rows[i]
		known[row.Row] = row
		n := 0
		for _, run := range row.MaskRuns {
			if run < 0 {
				return fmt.Errorf("row %d: a run of %d tokens", row.Row, run)
			}
			n += run
		}
		if n != len(row.Query)+len(row.Response) || n < 2 {
			return fmt.Errorf("row %d: mask runs of %d tokens, query and response have %d", row.Row, n, len(row.Query)+len(row.Response))
		}
	}
	for k, b := range r.Batches {
		if b.Length > maxLength {
			return fmt.Errorf("batch %d: rows of %d tokens are longer than any model reads", k, b.Length)
		}
		if len(b.Rows) != r.PPO.BatchSize || len(b.Permutations) != r.PPO.Epochs {
			return fmt.Errorf("batch %d: %d rows and %d permutations, the settings ask for %d and %d", k, len(b.Rows), len(b.Permutations), r.PPO.BatchSize, r.PPO.Epochs)
		}
		for _, i := range b.Rows {
			row := known[i]
			if row == nil {
				return fmt.Errorf("batch %d: no row %d", k, i)
			}
			if n := len(row.Query) + len(row.Response); n > b.Length {
				return fmt.Errorf("batch %d: row %d has %d tokens, the batch is %d long", k, i, n, b.Length)
			}
		}
		for _, p := range b.Permutations {
			if !isPermutation(p, len(b.Rows)) {
				return fmt.Errorf("batch %d: %v is not a permutation of %d rows", k, p, len(b.Rows))
			}
		}
	}
	return nil
}

// within reports an id that a model with so many tokens does not have.
func (r *Run) within(vocabulary int) error {
	for i := range r.Rows {
		row := &r.Rows[i]
		for _, id := range slices.Concat(row.Query, row.Response) {
			if id < 0 || int(id) >= vocabulary {
				return fmt.Errorf("row %d: token %d is outside the vocabulary of the model, %d tokens", row.Row, id, vocabulary)
			}
		}
	}
	return nil
}

func isPermutation(p []int, n int) bool {
	seen := make([]bool, n)
	for _, i := range p {
		if i < 0 || i >= n || seen[i] {
			return false
		}
		seen[i] = true
	}
	return len(p) == n
}

// row returns the row with the given number in the CSV.
func (r *Run) row(number int) *Row {
	for i := range r.Rows {
		if r.Rows[i].Row == number {
			return &r.Rows[i]
		}
	}
	return nil
}
