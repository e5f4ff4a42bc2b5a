package conformance_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/conformance"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// A sabotage is a correct backend with one mistake of the kind that fast
// kernels make, and the test and message that must find it.
var sabotages = map[string]struct {
	test, message string
	backend       kernels.Backend
}{
	"a vector store beyond the end": {"Elementwise", "wrote beyond y", &overrun{Backend: ref.New()}},
	"an input used as scratch":      {"Elementwise", "wrote to input x", &scribble{Backend: ref.New()}},
	"a tail left out":               {"SwiGLU", "y[", &shortTail{Backend: ref.New()}},
	"another order in company":      {"RMSNorm", "alone", &company{Backend: ref.New()}},
	"max that drops NaN":            {"ReLU", "want NaN", &dropNaN{Backend: ref.New()}},
	"masked keys times zero":        {"AttentionRaggedPagedAndWhole", "NaN", &masked{Backend: ref.New()}},
	"a gradient overwritten":        {"Embedding", "dtable", &overwrite{Backend: ref.New()}},
	"no check of indices":           {"Panics", "no panic", &clamp{Backend: ref.New()}},
}

type (
	overrun   struct{ kernels.Backend }
	scribble  struct{ kernels.Backend }
	shortTail struct{ kernels.Backend }
	company   struct{ kernels.Backend }
	dropNaN   struct{ kernels.Backend }
	masked    struct{ kernels.Backend }
	overwrite struct{ kernels.Backend }
	clamp     struct{ kernels.Backend }
)

func (o *overrun) Add(y, a, b kernels.Buffer, n int) {
	o.Backend.Add(y, a, b, n)
	if n%16 == 15 {
		unsafe.Slice(unsafe.SliceData(y.F32()), n+1)[n] = 0 // as an assembly kernel would
	}
}

func (s *scribble) AddScaled(y, x kernels.Buffer, f float64, n int) {
	s.Backend.Scale(x, f, n)
	s.Backend.AddScaled(y, x, 1, n)
}

func (s *shortTail) SwiGLU(y, gate, up kernels.Buffer, n int) {
	s.Backend.SwiGLU(y, gate, up, n-n%16)
}

func (c *company) RMSNorm(y, rstd, x, w kernels.Buffer, T, d int, eps float64) {
	if T > 8 {
		eps *= 1 + 0x1p-4 // moves the last bits
	}
	c.Backend.RMSNorm(y, rstd, x, w, T, d, eps)
}

func (*dropNaN) ReLU(y, x kernels.Buffer, n int) {
	for i := range n {
		if v := x.At(i); v > 0 {
			y.Set(i, v)
		} else {
			y.Set(i, 0)
		}
	}
}

// masked adds zero times the last row of the cache, as a tile of masked scores does.
func (m *masked) Attention(o, lse, q, k, v kernels.Buffer, a kernels.AttentionShape, seqs []kernels.Seq) {
	m.Backend.Attention(o, lse, q, k, v, a, seqs)
	for _, s := range seqs {
		if s.Qn > 0 && s.Pages != nil {
			at := int(s.Q0) * a.Heads * a.HeadDim
			last := int(s.Pages[len(s.Pages)-1])*kernels.KVChunk + kernels.KVChunk - 1
			o.Set(at, o.At(at)+0*v.At(last*a.KVHeads*a.HeadDim))
		}
	}
}

func (o *overwrite) EmbeddingBackward(dtable, dy kernels.Buffer, ids []int32, d int) {
	for _, id := range ids {
		for j := range d {
			dtable.Set(int(id)*d+j, 0)
		}
	}
	o.Backend.EmbeddingBackward(dtable, dy, ids, d)
}

func (c *clamp) Embedding(y, table kernels.Buffer, ids []int32, d int) {
	safe := make([]int32, len(ids))
	for i, id := range ids {
		safe[i] = min(max(id, 0), int32(table.Len()/d-1))
	}
	c.Backend.Embedding(y, table, safe, d)
}

const sabotageEnv = "STEPGRAIN_CONFORMANCE_SABOTAGE"

// The suite must fail for each sabotage, in a process of its own.
func TestSuiteFindsMistakes(t *testing.T) {
	for name, s := range sabotages {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run", "^TestSabotaged$/^x$/^("+s.test+")$")
			cmd.Env = append(os.Environ(), sabotageEnv+"="+name)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), s.message) {
				t.Errorf("want a failure with %q, got %v:\n%s", s.message, err, out)
			}
		})
	}
}

func TestSabotaged(t *testing.T) {
	s, ok := sabotages[os.Getenv(sabotageEnv)]
	if !ok {
		t.Skip("runs for TestSuiteFindsMistakes alone")
	}
	conformance.Run(t, "x", s.backend)
}
