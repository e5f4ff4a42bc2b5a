package llama

import (
	"encoding/json"
	"math"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

func TestRopeTablesAgreeWithTransformers(t *testing.T) {
	dir := golden.Kind(t, "ops")
	var index map[string]struct {
		File  string
		Cases map[string]json.RawMessage
	}
	golden.JSON(t, filepath.Join(dir, "index.json"), &index)
	tables := index["rope_tables"]
	file := golden.Read(t, filepath.Join(dir, tables.File))
	for name, raw := range tables.Cases {
		t.Run(name, func(t *testing.T) {
			var g struct {
				HeadDim   int `json:"head_dim"`
				Theta     float64
				Scaling   RopeScaling
				Context   int     `json:"max_position_embeddings"`
				SeqLen    int     `json:"seq_len"`
				Factor    float64 `json:"attention_factor"`
				Positions []int
				Tolerance float64 `json:"tolerance_rel_to_max_float64_angles"`
			}
			if err := json.Unmarshal(raw, &g); err != nil {
				t.Fatal(err)
			}
			c := Config{HeadDim: g.HeadDim, RopeTheta: g.Theta, RopeScaling: g.Scaling, MaxPositionEmbeddings: g.Context, RopeLength: g.SeqLen}
			inv, factor := c.InvFreq(g.SeqLen)
			near(t, "attention_factor", []float64{factor}, []float64{g.Factor}, 1e-12)
			near(t, "inv_freq", inv, file.Float(name+"/inv_freq"), 1e-12)

			goldCos, goldSin := file.Float(name+"/cos"), file.Float(name+"/sin")
			for dt, tolerance := range map[kernels.DType]float64{kernels.F64: 1e-10, kernels.F32: g.Tolerance} {
				highest := 0
				for _, p := range g.Positions {
					if p < 10000 { // beyond, a row stands for the whole table
						highest = max(highest, p)
					}
				}
				table := c.RopeTable(dt, highest+1)
				half := g.HeadDim / 2
				far := &autograd.RoPETable{Cos: tensor.New(dt, 1, half), Sin: tensor.New(dt, 1, half)}
				var cos, sin []float64
				for _, p := range g.Positions {
					from, row := table, p
					if p > highest {
						from, row = far, 0
						setAngles(far, 0, float64(p), inv, factor)
					}
					for j := range half {
						cos = append(cos, from.Cos.Buf.At(row*half+j))
						sin = append(sin, from.Sin.Buf.At(row*half+j))
					}
				}
				near(t, "cos "+dt.String(), cos, goldCos, tolerance)
				near(t, "sin "+dt.String(), sin, goldSin, tolerance)
			}
		})
	}
}

// near checks the largest difference, relative to the largest golden value.
func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	worst, largest := 0.0, 0.0
	for i := range want {
		largest = max(largest, math.Abs(want[i]))
		if d := math.Abs(got[i] - want[i]); d > worst || math.IsNaN(d) {
			worst = d
		}
	}
	if !(worst <= tolerance*largest) {
		t.Errorf("%s: off by %.3g of the largest value, want at most %.3g", what, worst/largest, tolerance)
	}
}

func TestYaRNForms(t *testing.T) {
	base := Config{HeadDim: 64, RopeTheta: 1e4, MaxPositionEmbeddings: 4096}
	with := func(s RopeScaling) Config { c := base; c.RopeScaling = s; return c }
	_, factor := with(RopeScaling{Type: "yarn", Factor: 40, MScale: 1, MScaleAllDim: 1, OriginalMaxPositionEmbeddings: 4096}).InvFreq(0)
	if factor != 1 {
		t.Errorf("equal mscale and mscale_all_dim: factor %g, want 1", factor)
	}
	_, factor = with(RopeScaling{Type: "yarn", Factor: 40, AttentionFactor: 2.5}).InvFreq(0)
	if factor != 2.5 {
		t.Errorf("attention_factor 2.5 gave %g", factor)
	}
	given, _ := with(RopeScaling{Type: "yarn", Factor: 4, OriginalMaxPositionEmbeddings: 1024}).InvFreq(0)
	ratio, _ := with(RopeScaling{Type: "yarn", OriginalMaxPositionEmbeddings: 1024}).InvFreq(0)
	near(t, "factor from the ratio of contexts", ratio, given, 0)
}
