package hf

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/nn"
)

// adapted saves an adapter of rank 2 on q and v of a tiny model.
func adapted(t *testing.T) (dir string) {
	t.Helper()
	m := tiny(t, "llama")
	must(t, m.AddLoRA(2, 8, []string{"q_proj", "v_proj"}, 3))
	dir = t.TempDir()
	must(t, SaveAdapter(dir, m, "somewhere/base", ""))
	return dir
}

func adapterKey(t *testing.T, dir, old, new string) {
	t.Helper()
	path := filepath.Join(dir, adapterConfigFile)
	text, err := os.ReadFile(path)
	must(t, err)
	if !strings.Contains(string(text), old) {
		t.Fatalf("no %q in %s", old, text)
	}
	write(t, path, strings.Replace(string(text), old, new, 1))
}

const listed = "[\n    \"q_proj\",\n    \"v_proj\"\n  ]"

func TestAdapterTargets(t *testing.T) {
	for _, targets := range []string{
		listed,
		`["self_attn.q_proj", "self_attn.v_proj"]`,
		`".*\\.(q|v)_proj"`,
		`"model\\.layers\\.\\d+\\.self_attn\\.(?!k|o)._proj"`, // a look-ahead, which Go's own regexp lacks
	} {
		dir := adapted(t)
		adapterKey(t, dir, listed, targets)
		m := tiny(t, "llama")
		if err := LoadAdapter(m, dir); err != nil {
			t.Errorf("%s: %v", targets, err)
			continue
		}
		n := 0
		for _, l := range nn.Linears(m) {
			if l.LoRA != nil {
				n++
				if l.LoRA.Scale != 4 || !l.LoRA.Enabled || l.W.Trainable || !l.LoRA.A.Trainable {
					t.Errorf("%s: %+v", targets, l.LoRA)
				}
			}
		}
		if n != 4 {
			t.Errorf("%s: %d adapters, want 4", targets, n)
		}
	}
}

func TestAdapterVariants(t *testing.T) {
	dir := adapted(t)
	adapterKey(t, dir, `"use_rslora": false`, `"use_rslora": true`)
	m := tiny(t, "llama")
	must(t, LoadAdapter(m, dir))
	if s := m.Layers[0].Attn.Q.LoRA.Scale; math.Abs(s-8/math.Sqrt2) > 1e-12 {
		t.Errorf("rslora scale %g", s)
	}

	all := tiny(t, "llama")
	must(t, all.AddLoRA(1, 1, []string{"all-linear"}, 3))
	dir = t.TempDir()
	must(t, SaveAdapter(dir, all, "", safetensors.F16))
	m = tiny(t, "llama")
	must(t, LoadAdapter(m, dir))
	if m.Head.LoRA != nil || m.Layers[1].MLP.Down.LoRA == nil {
		t.Error("all-linear means every map but the head")
	}

	some := tiny(t, "llama")
	must(t, some.AddLoRA(1, 1, []string{"q_proj"}, 3))
	some.Layers[0].Attn.Q.LoRA = nil
	dir = t.TempDir()
	must(t, SaveAdapter(dir, some, "", ""))
	m = tiny(t, "llama")
	must(t, LoadAdapter(m, dir))
	if m.Layers[0].Attn.Q.LoRA != nil || m.Layers[1].Attn.Q.LoRA == nil {
		t.Error("an adapter on one layer came back on others")
	}
	some.Layers[0].Attn.K.AddLoRA(2, 1, rand.New(rand.NewPCG(1, 2)))
	if err := SaveAdapter(dir, some, "", ""); err == nil {
		t.Error("two ranks in one adapter: no error")
	}
	if err := SaveAdapter(dir, tiny(t, "llama"), "", ""); err == nil {
		t.Error("no adapters: no error")
	}
}

func TestAdapterErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"LORA"`, `"IA3"`, "IA3"},
		{`"r": 2`, `"r": 3`, "[2 8], want [3 8]"},
		{`"r": 2`, `"r": 1099511627776`, "[1099511627776 8]"},
		{`"r": 2`, `"r": -2`, "r (-2)"},
		{`"lora_alpha": 8`, `"lora_alpha": 0`, "lora_alpha"},
		{`"use_dora": false`, `"use_dora": true`, "use_dora"},
		{`"bias": "none"`, `"bias": "all"`, `bias "all"`},
		{`"rank_pattern": {}`, `"rank_pattern": {"q_proj": 4}`, "rank_pattern"},
		{`"alpha_pattern": {}`, `"alpha_pattern": {"q_proj": 4}`, "alpha_pattern"},
		{`"modules_to_save": null`, `"modules_to_save": ["lm_head"]`, "modules_to_save"},
		{listed, `["q_proj"]`, "belongs to no map"},
		{listed, `["q_proj", "v_proj", "k_proj"]`, "k_proj.lora_A.weight\" is missing"},
		{listed, `["x_proj"]`, "fits no linear map"},
		{listed, `["q_proj", "v_proj", "lm_head"]`, "asks for lm_head"},
		{listed, `"(("`, "target_modules"},
		{listed, `5`, "target_modules"},
		{listed, `null`, "target_modules is missing"},
		{`{`, ``, adapterConfigFile},
	} {
		dir := adapted(t)
		adapterKey(t, dir, c.old, c.new)
		err := LoadAdapter(tiny(t, "llama"), dir)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %q", c.new, err, c.want)
		}
	}
	if err := LoadAdapter(tiny(t, "llama"), t.TempDir()); err == nil {
		t.Error("no adapter there: no error")
	}
}
