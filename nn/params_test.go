package nn_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/nn"
)

type block struct {
	Norm *nn.RMSNorm `hf:"input_layernorm"`
	Q    *nn.Linear  `hf:"self_attn.q_proj"`
	note string      // without a tag: not entered
}

type net struct {
	Embed  *nn.Embedding `hf:"model.embed_tokens"`
	Blocks []*block      `hf:"model.layers"`
	Head   *nn.Linear    `hf:"lm_head"`
}

func newNet() *net {
	n := &net{Embed: nn.NewEmbedding(kernels.F32, 5, 4)}
	for i := range 2 {
		n.Blocks = append(n.Blocks, &block{nn.NewRMSNorm(kernels.F32, 4, 1e-5), nn.NewLinear(kernels.F32, 4, 6, i == 1), ""})
	}
	return n
}

// The names are those of a Hugging Face checkpoint.
func ExampleParams() {
	for name, p := range nn.Params(newNet()) {
		fmt.Println(name, p.Data.Shape)
	}
	// Output:
	// model.embed_tokens.weight [5 4]
	// model.layers.0.input_layernorm.weight [4]
	// model.layers.0.self_attn.q_proj.weight [6 4]
	// model.layers.1.input_layernorm.weight [4]
	// model.layers.1.self_attn.q_proj.weight [6 4]
	// model.layers.1.self_attn.q_proj.bias [6]
}

func TestParamsYieldsTheFieldsThemselves(t *testing.T) {
	n := newNet()
	got := map[string]*autograd.Param{}
	for name, p := range nn.Params(n) {
		got[name] = p
	}
	if got["model.layers.1.self_attn.q_proj.bias"] != n.Blocks[1].Q.Bias || got["model.embed_tokens.weight"] != n.Embed.W {
		t.Error("Params does not yield the model's own parameters")
	}
	for name := range nn.Params(n) {
		if name != "model.embed_tokens.weight" {
			t.Errorf("Params went on to %s after the loop broke", name)
		}
		break
	}
}

func TestNameAndTrainable(t *testing.T) {
	n := newNet()
	nn.Name(n, "base.")
	if n.Blocks[0].Q.W.Name != "base.model.layers.0.self_attn.q_proj.weight" {
		t.Errorf("named %q", n.Blocks[0].Q.W.Name)
	}
	nn.SetTrainable(n, false)
	n.Blocks[1].Q.AddLoRA(2, 0.5, rng.New(1))
	var names []string
	for name, p := range nn.Params(n) {
		if p.Trainable {
			names = append(names, name)
		}
	}
	want := []string{"model.layers.1.self_attn.q_proj.lora_A.weight", "model.layers.1.self_attn.q_proj.lora_B.weight"}
	if !slices.Equal(names, want) {
		t.Errorf("trainable: %v, want %v", names, want)
	}
	if got := len(nn.List(n, true)); got != 2 {
		t.Errorf("List gives %d trainable parameters, want 2", got)
	}
	if got := len(nn.List(n, false)); got != 8 {
		t.Errorf("List gives %d parameters, want 8", got)
	}
}

func TestLinearsFindsMaps(t *testing.T) {
	n := newNet()
	n.Head = nn.NewLinear(kernels.F32, 4, 5, false)
	var names []string
	for name := range nn.Linears(n) {
		names = append(names, name)
	}
	want := []string{"model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.q_proj", "lm_head"}
	if !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

func TestParamsRefusesATagOnOtherTypes(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || fmt.Sprint(r) != "nn: Params: size is tagged hf but is a int" {
			t.Errorf("panic %v", r)
		}
	}()
	for range nn.Params(&struct {
		N int `hf:"size"`
	}{}) {
	}
}
