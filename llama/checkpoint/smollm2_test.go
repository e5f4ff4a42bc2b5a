package checkpoint

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/tensor"
)

// smolCase is a text with what transformers makes of it in float32.
type smolCase struct {
	Text      string    `json:"text"`
	IDs       []int32   `json:"ids"`
	LogProbs  []float64 `json:"next_logprobs"`
	TopIDs    []int32   `json:"last_top_ids"`
	TopLogits []float64 `json:"last_top_logits"`
	Greedy    []int32   `json:"greedy_ids"`
	Margins   []float64 `json:"greedy_margins"`
}

// A real pretrained model gives the numbers that independent software gives for
// the same file: log-probabilities within 2e-3, logits within 5e-3, and the same
// greedy tokens as long as the two largest logits are 0.02 apart; from the blocks
// of the file, too. With activations rounded to 8 bits: 0.5, 0.5, and 0.5 apart.
func TestSmolLM2(t *testing.T) {
	path := golden.SmolLM2(t)
	var g struct {
		Cases []smolCase `json:"cases"`
	}
	golden.JSON(t, filepath.Join(golden.Dir(t), "smollm2", "golden.json"), &g)
	c, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("tokenizer", func(t *testing.T) { checkTokenizer(t, c.Tokenizer) })
	if end := c.Tokenizer.MustID("<|im_end|>"); !slices.Contains(c.StopIDs, end) || c.ChatTemplate == "" || c.EOSToken != "<|im_end|>" {
		t.Errorf("stop ids %v, EOS %q, template of %d bytes", c.StopIDs, c.EOSToken, len(c.ChatTemplate))
	}

	for _, k := range []struct {
		name           string
		o              Options
		logProb, logit float64 // tolerances
		margin         float64 // of the two largest logits, from which tokens must agree
	}{
		{"f32", Options{}, 2e-3, 5e-3, 0.02},
		{"native", Options{Native: true}, 2e-3, 5e-3, 0.02},
		{"native-i8", Options{Native: true, Compute: kernels.I8}, 0.5, 0.5, 0.5},
	} {
		t.Run(k.name, func(t *testing.T) {
			c, err := Open(path, k.o)
			if err != nil {
				t.Fatal(err)
			}
			checkModel(t, c, g.Cases, k.logProb, k.logit, k.margin)
		})
	}
}

// checkModel compares a model with the numbers of a golden.
func checkModel(t *testing.T, c *Checkpoint, cases []smolCase, logProb, logit, margin float64) {
	dev, err := cpu.New(cpu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	e := llama.NewEngine(c.Model, dev, llama.EngineOptions{})
	worstLogit, worstLogProb := 0.0, 0.0
	var reqs []*llama.Request
	for i, k := range cases {
		if ids := c.Tokenizer.Encode(k.Text, tokenizer.WithAdditions); !slices.Equal(ids, k.IDs) {
			t.Errorf("case %d: ids %v, want %v", i, ids, k.IDs)
		}
		worstLogit = max(worstLogit, worstOfTop(c.Model, dev, k))
		reqs = append(reqs, &llama.Request{Session: e.NewSession(), Feed: k.IDs, MaxNew: len(k.Greedy), Stop: c.StopIDs, Score: true, Tag: k})
	}
	err = e.Run(context.Background(), reqs, func(req *llama.Request, r *llama.Result) *llama.Request {
		k := req.Tag.(smolCase)
		for i, want := range k.LogProbs {
			worstLogProb = max(worstLogProb, math.Abs(float64(r.FeedLogProbs[i+1])-want))
		}
		for i, id := range k.Greedy {
			if k.Margins[i] < margin {
				break // another correct implementation may go another way from here
			}
			if i >= len(r.IDs) || r.IDs[i] != id {
				t.Errorf("%q: greedy %v, want %v", k.Text, r.IDs, k.Greedy)
				break
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: largest difference of a log-probability %.1e, of a logit %.1e", dev.Name(), worstLogProb, worstLogit)
	if !(worstLogProb <= logProb) || !(worstLogit <= logit) {
		t.Errorf("beyond the tolerance of %g and %g", logProb, logit)
	}
}

// worstOfTop returns the largest difference of the logits at the last position.
func worstOfTop(m *llama.Model, dev kernels.Backend, k smolCase) float64 {
	tape := autograd.NewTape(dev, m.DType())
	tape.SetRecording(false)
	h := m.Forward(tape, k.IDs, tensor.NewRagged(len(k.IDs)), nil)
	logits := autograd.Linear(autograd.GatherRows(h, []int32{int32(len(k.IDs) - 1)}), m.HeadParam(), nil).Data()
	worst := 0.0
	for i, id := range k.TopIDs {
		worst = max(worst, math.Abs(logits.Buf.At(int(id))-k.TopLogits[i]))
	}
	return worst
}

func checkTokenizer(t *testing.T, tok *tokenizer.Tokenizer) {
	var cases []struct {
		Text    string  `json:"text"`
		IDs     []int32 `json:"ids"`
		Decoded string  `json:"decoded"`
	}
	golden.JSON(t, filepath.Join(golden.Dir(t), "smollm2", "tokenizer.json"), &cases)
	for _, c := range cases {
		if ids := tok.Encode(c.Text, tokenizer.Special); !slices.Equal(ids, c.IDs) {
			t.Errorf("%q: ids %v, want %v", c.Text, ids, c.IDs)
		}
		if s := tok.Decode(c.IDs); s != c.Decoded {
			t.Errorf("%v: text %q, want %q", c.IDs, s, c.Decoded)
		}
	}
	if len(cases) == 0 {
		t.Error("no cases")
	}
}
