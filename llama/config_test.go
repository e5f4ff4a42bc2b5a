package llama

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// small is a valid configuration for tests to change.
func small() Config {
	return Config{
		ModelType: "llama", VocabSize: 61, HiddenSize: 32, IntermediateSize: 48, NumHiddenLayers: 2,
		NumAttentionHeads: 4, NumKeyValueHeads: 2, HeadDim: 8, RMSNormEps: 1e-5, RopeTheta: 10000,
		MaxPositionEmbeddings: 512, TieWordEmbeddings: true,
	}
}

func TestParseConfigReadsEveryForm(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       func(*Config)
	}{
		{"transformers 4", `{"model_type":"llama","vocab_size":61,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":2,
			"num_attention_heads":4,"num_key_value_heads":2,"rms_norm_eps":1e-5,"rope_theta":500000.0,"torch_dtype":"bfloat16",
			"max_position_embeddings":512,"tie_word_embeddings":true,"bos_token_id":1,"eos_token_id":[2,7],"rope_scaling":
			{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64}}`,
			func(c *Config) {
				one := int32(1)
				c.RopeTheta, c.DType, c.BOSTokenID, c.EOSTokenIDs = 500000, "bfloat16", &one, []int32{2, 7}
				c.RopeScaling = RopeScaling{Type: "llama3", Factor: 8, LowFreqFactor: 1, HighFreqFactor: 4, OriginalMaxPositionEmbeddings: 64}
			}},
		{"older scaling", `{"model_type":"llama","vocab_size":61,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":2,
			"num_attention_heads":4,"num_key_value_heads":2,"rms_norm_eps":1e-5,"max_position_embeddings":512,
			"tie_word_embeddings":true,"bos_token_id":null,"eos_token_id":2,"rope_scaling":{"type":"linear","factor":2}}`,
			func(c *Config) { c.EOSTokenIDs, c.RopeScaling = []int32{2}, RopeScaling{Type: "linear", Factor: 2} }},
		{"transformers 5", `{"model_type":"qwen3","vocab_size":61,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":2,
			"num_attention_heads":4,"num_key_value_heads":2,"head_dim":24,"rms_norm_eps":1e-6,"max_position_embeddings":512,
			"tie_word_embeddings":true,"dtype":"float32","layer_types":["full_attention","full_attention"],"bos_token_id":null,
			"rope_parameters":{"rope_theta":1000000.0,"rope_type":"default"}}`,
			func(c *Config) {
				c.ModelType, c.HeadDim, c.RMSNormEps, c.RopeTheta, c.DType = "qwen3", 24, 1e-6, 1e6, "float32"
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseConfig([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			want := small()
			c.want(&want)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("differs (-want +got):\n%s", d)
			}
			again, err := ParseConfig(got.JSON())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(got, again); d != "" {
				t.Errorf("JSON does not read back (-want +got):\n%s", d)
			}
		})
	}
}

// Keys that are absent mean what the classes of transformers make of them; null
// is a value, from which heads and widths follow.
func TestParseConfigDefaults(t *testing.T) {
	one := int32(1)
	for _, c := range []struct {
		name, model string
		heads       int
		more        string
		want        func(*Config)
	}{
		{"llama", "llama", 4, ``, func(c *Config) {
			c.NumKeyValueHeads, c.HeadDim, c.MaxPositionEmbeddings, c.BOSTokenID, c.EOSTokenIDs = 4, 32, 2048, &one, []int32{2}
		}},
		{"llama with null", "llama", 4, `"num_key_value_heads": null, "head_dim": null, "bos_token_id": null, "eos_token_id": null, "rope_scaling": null`,
			func(c *Config) { c.NumKeyValueHeads, c.HeadDim, c.MaxPositionEmbeddings = 4, 32, 2048 }},
		{"qwen2", "qwen2", 32, ``, func(c *Config) { c.NumKeyValueHeads, c.HeadDim, c.MaxPositionEmbeddings = 32, 4, 32768 }},
		{"qwen2 of 64 heads", "qwen2", 64, ``, func(c *Config) { c.NumKeyValueHeads, c.HeadDim, c.MaxPositionEmbeddings = 32, 2, 32768 }},
		{"qwen2 with null", "qwen2", 4, `"num_key_value_heads": null`,
			func(c *Config) { c.NumKeyValueHeads, c.HeadDim, c.MaxPositionEmbeddings = 4, 32, 32768 }},
		{"qwen2, sliding window not used", "qwen2", 32, `"sliding_window": 4096, "max_window_layers": 1, "use_sliding_window": false`,
			func(c *Config) { c.NumKeyValueHeads, c.HeadDim, c.MaxPositionEmbeddings = 32, 4, 32768 }},
		{"qwen3", "qwen3", 32, ``, func(c *Config) { c.NumKeyValueHeads, c.HeadDim, c.MaxPositionEmbeddings = 32, 128, 32768 }},
		{"qwen3 with null", "qwen3", 4, `"num_key_value_heads": null, "head_dim": null, "sliding_window": null`,
			func(c *Config) { c.NumKeyValueHeads, c.HeadDim, c.MaxPositionEmbeddings = 4, 32, 32768 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.more != "" {
				c.more = ", " + c.more
			}
			got, err := ParseConfig(fmt.Appendf(nil, `{"model_type": %q, "vocab_size": 61, "hidden_size": 128, "intermediate_size": 48,
				"num_hidden_layers": 2, "num_attention_heads": %d%s}`, c.model, c.heads, c.more))
			if err != nil {
				t.Fatal(err)
			}
			want := Config{
				ModelType: c.model, VocabSize: 61, HiddenSize: 128, IntermediateSize: 48, NumHiddenLayers: 2, NumAttentionHeads: c.heads,
				RMSNormEps: 1e-6, RopeTheta: 10000,
			} // and not tied, without biases
			c.want(&want)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("differs (-want +got):\n%s", d)
			}
			if q := got.QKVBias(); q != (c.model == "qwen2") {
				t.Errorf("QKVBias is %v", q)
			}
		})
	}
}

func TestConfigErrorsSayWhatToChange(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{`, "config.json"},
		{`{"vocab_size":3}`, "no model_type"},
		{`{"model_type":"gpt2"}`, `model_type "gpt2" is not supported (llama, qwen2, qwen3)`},
		{`{"model_type":"llama","hidden_act":"gelu"}`, `hidden_act "gelu"`},
		{`{"model_type":"qwen2","use_sliding_window":true}`, "use_sliding_window"},
		{`{"model_type":"qwen3","layer_types":["full_attention","sliding_attention"]}`, "layer_types[1]"},
		{`{"model_type":"llama","partial_rotary_factor":0.5}`, "partial_rotary_factor 0.5"},
		{`{"model_type":"llama","rope_parameters":{"rope_type":"default","partial_rotary_factor":0.25}}`, "partial_rotary_factor 0.25"},
		{`{"model_type":"llama","hidden_size":30,"num_attention_heads":4}`, "hidden_size (30) must be divisible by num_attention_heads (4)"},
		{`{"model_type":"llama","hidden_size":32,"num_attention_heads":4,"num_key_value_heads":3}`, "num_attention_heads (4) must be a multiple of num_key_value_heads (3)"},
		{`{"model_type":"llama","hidden_size":32,"num_attention_heads":4,"rope_scaling":{"rope_type":"longrope","factor":2}}`, `"longrope" is not supported`},
		{`{"model_type":"llama","hidden_size":32,"num_attention_heads":4,"rope_scaling":{"type":"linear"}}`, "positive factor"},
		{`{"model_type":"llama","hidden_size":32,"num_attention_heads":4}`, "vocab_size (0) must be positive; intermediate_size (0)"},
	} {
		_, err := ParseConfig([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.text, err, c.want)
		}
	}
	wide := small() // the widths of all heads together would come out as 0
	wide.NumAttentionHeads, wide.NumKeyValueHeads, wide.HeadDim = 1<<32, 1<<32, 1<<32
	if err := wide.Validate(); err == nil || !strings.Contains(err.Error(), "head_dim (4294967296) must be below 2³¹") {
		t.Errorf("heads beyond any memory: %v", err)
	}
	odd := small()
	odd.HeadDim = 7
	if err := odd.Validate(); err == nil || !strings.Contains(err.Error(), "head_dim (7) must be even") {
		t.Errorf("odd head_dim: %v", err)
	}
}

func TestConfigsOfGoldenModelsParse(t *testing.T) {
	dir := golden.Kind(t, "models")
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if !d.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, d.Name(), "config.json"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := ParseConfig(text)
		if err != nil {
			t.Errorf("%s: %v", d.Name(), err)
			continue
		}
		var g struct{ Parameters map[string][]int }
		golden.JSON(t, filepath.Join(dir, d.Name(), "golden.json"), &g)
		n := 0
		for _, shape := range g.Parameters {
			size := 1
			for _, s := range shape {
				size *= s
			}
			n += size
		}
		if c.Parameters() != n {
			t.Errorf("%s: Parameters() = %d, the checkpoint has %d", d.Name(), c.Parameters(), n)
		}
	}
}
