package llama

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/jsonerr"
)

// configFile mirrors config.json. Transformers 4 writes rope_theta,
// rope_scaling and torch_dtype; transformers 5 writes rope_parameters and
// dtype. Keys that change the computation in a way that is not built are read
// so that they can be refused.
type configFile struct {
	Architectures         []string  `json:"architectures,omitempty"`
	ModelType             string    `json:"model_type"`
	VocabSize             int       `json:"vocab_size"`
	HiddenSize            int       `json:"hidden_size"`
	IntermediateSize      int       `json:"intermediate_size"`
	NumHiddenLayers       int       `json:"num_hidden_layers"`
	NumAttentionHeads     int       `json:"num_attention_heads"`
	NumKeyValueHeads      *int      `json:"num_key_value_heads,omitempty"`
	HeadDim               *int      `json:"head_dim,omitempty"`
	HiddenAct             string    `json:"hidden_act,omitempty"`
	RMSNormEps            float64   `json:"rms_norm_eps"`
	RopeTheta             float64   `json:"rope_theta"`
	RopeScaling           *ropeFile `json:"rope_scaling"`
	RopeParameters        *ropeFile `json:"rope_parameters,omitempty"`
	PartialRotaryFactor   *float64  `json:"partial_rotary_factor,omitempty"`
	MaxPositionEmbeddings int       `json:"max_position_embeddings"`
	TieWordEmbeddings     bool      `json:"tie_word_embeddings"`
	AttentionBias         *bool     `json:"attention_bias,omitempty"`
	MLPBias               *bool     `json:"mlp_bias,omitempty"`
	UseSlidingWindow      bool      `json:"use_sliding_window,omitempty"`
	LayerTypes            []string  `json:"layer_types,omitempty"`
	DType                 string    `json:"dtype,omitempty"`
	TorchDType            string    `json:"torch_dtype,omitempty"`
	Compute               string    `json:"stepgrain_compute,omitempty"`
	BOSTokenID            tokenIDs  `json:"bos_token_id"`
	EOSTokenID            tokenIDs  `json:"eos_token_id"`
	PadTokenID            tokenIDs  `json:"pad_token_id"`
	UseCache              bool      `json:"use_cache"`
}

// tokenIDs is null, a number, or a list of numbers.
type tokenIDs []int32

func (t *tokenIDs) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("null")):
		*t = nil
		return nil
	case bytes.HasPrefix(b, []byte("[")):
		return json.Unmarshal(b, (*[]int32)(t))
	}
	*t = make(tokenIDs, 1)
	return json.Unmarshal(b, &(*t)[0])
}

func (t tokenIDs) MarshalJSON() ([]byte, error) {
	switch len(t) {
	case 0:
		return []byte("null"), nil
	case 1:
		return json.Marshal(t[0])
	}
	return json.Marshal([]int32(t))
}

// absentKeys returns what transformers (4 and 5 alike) takes for keys that a
// config.json leaves out: the defaults of its LlamaConfig, Qwen2Config and
// Qwen3Config. The sizes of the model have defaults there too; here they must be
// given, since a file without them is a damaged one. A key that is null is not
// absent: heads and widths then follow from the others.
func absentKeys(modelType string) configFile {
	f := configFile{RMSNormEps: 1e-6, RopeTheta: 10000, MaxPositionEmbeddings: 32768}
	switch modelType {
	case "llama":
		f.MaxPositionEmbeddings = 2048
		f.BOSTokenID, f.EOSTokenID = tokenIDs{1}, tokenIDs{2}
	case "qwen2":
		f.NumKeyValueHeads = new(32)
	case "qwen3":
		f.NumKeyValueHeads, f.HeadDim = new(32), new(128)
	}
	return f
}

// ParseConfig reads the text of a config.json. Keys that are absent get the
// defaults of the transformers library for that model_type; only the sizes
// (vocab_size, hidden_size, intermediate_size, num_hidden_layers,
// num_attention_heads) must be there. The result has passed [Config.Validate].
func ParseConfig(text []byte) (Config, error) {
	var kind struct {
		ModelType string `json:"model_type"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return Config{}, fmt.Errorf("llama: config.json: %w", jsonerr.Explain(err))
	}
	f := absentKeys(kind.ModelType)
	if err := json.Unmarshal(text, &f); err != nil {
		return Config{}, fmt.Errorf("llama: config.json: %w", jsonerr.Explain(err))
	}
	if err := f.refuse(); err != nil {
		return Config{}, err
	}
	c := Config{
		ModelType:             f.ModelType,
		VocabSize:             f.VocabSize,
		HiddenSize:            f.HiddenSize,
		IntermediateSize:      f.IntermediateSize,
		NumHiddenLayers:       f.NumHiddenLayers,
		NumAttentionHeads:     f.NumAttentionHeads,
		NumKeyValueHeads:      or(f.NumKeyValueHeads, f.NumAttentionHeads),
		RMSNormEps:            f.RMSNormEps,
		RopeTheta:             f.RopeTheta,
		MaxPositionEmbeddings: f.MaxPositionEmbeddings,
		TieWordEmbeddings:     f.TieWordEmbeddings,
		AttentionBias:         or(f.AttentionBias, false),
		MLPBias:               or(f.MLPBias, false),
		DType:                 f.TorchDType,
		Compute:               f.Compute,
		EOSTokenIDs:           f.EOSTokenID,
	}
	if f.DType != "" {
		c.DType = f.DType
	}
	if c.NumAttentionHeads > 0 {
		c.HeadDim = c.HiddenSize / c.NumAttentionHeads
		if f.HeadDim == nil && c.HiddenSize%c.NumAttentionHeads != 0 {
			return Config{}, fmt.Errorf("llama: config.json: hidden_size (%d) must be divisible by num_attention_heads (%d) when head_dim is not given",
				c.HiddenSize, c.NumAttentionHeads)
		}
	}
	c.HeadDim = or(f.HeadDim, c.HeadDim)
	for _, r := range []*ropeFile{f.RopeScaling, f.RopeParameters} { // the newer key wins
		if r != nil {
			c.RopeScaling = r.scaling()
			c.RopeTheta = or(r.RopeTheta, c.RopeTheta)
		}
	}
	if len(f.BOSTokenID) > 0 {
		c.BOSTokenID = &f.BOSTokenID[0]
	}
	if len(f.PadTokenID) > 0 {
		c.PadTokenID = &f.PadTokenID[0]
	}
	return c, c.Validate()
}

// refuse reports keys that ask for a computation that is not built.
func (f *configFile) refuse() error {
	switch {
	case f.ModelType == "":
		return fmt.Errorf("llama: config.json: no model_type: is this the config.json of a language model?")
	case f.HiddenAct != "" && f.HiddenAct != "silu":
		return fmt.Errorf("llama: config.json: hidden_act %q is not supported (silu)", f.HiddenAct)
	case f.UseSlidingWindow:
		return fmt.Errorf("llama: config.json: use_sliding_window is not supported; every layer attends to the whole context")
	}
	partial := []*float64{f.PartialRotaryFactor}
	for _, r := range []*ropeFile{f.RopeScaling, f.RopeParameters} {
		if r != nil {
			partial = append(partial, r.PartialRotary)
		}
	}
	for _, p := range partial {
		if or(p, 1) != 1 {
			return fmt.Errorf("llama: config.json: partial_rotary_factor %g is not supported (1)", *p)
		}
	}
	for i, t := range f.LayerTypes {
		if t != "full_attention" {
			return fmt.Errorf("llama: config.json: layer_types[%d] %q is not supported (full_attention)", i, t)
		}
	}
	return nil
}

// JSON returns the configuration as a config.json in the layout of
// transformers 4, which version 5 reads too.
func (c Config) JSON() []byte {
	class := map[string]string{"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"}[c.ModelType]
	f := configFile{
		Architectures:         []string{class + "ForCausalLM"},
		ModelType:             c.ModelType,
		VocabSize:             c.VocabSize,
		HiddenSize:            c.HiddenSize,
		IntermediateSize:      c.IntermediateSize,
		NumHiddenLayers:       c.NumHiddenLayers,
		NumAttentionHeads:     c.NumAttentionHeads,
		NumKeyValueHeads:      &c.NumKeyValueHeads,
		HeadDim:               &c.HeadDim,
		HiddenAct:             "silu",
		RMSNormEps:            c.RMSNormEps,
		RopeTheta:             c.RopeTheta,
		RopeScaling:           c.RopeScaling.file(),
		MaxPositionEmbeddings: c.MaxPositionEmbeddings,
		TieWordEmbeddings:     c.TieWordEmbeddings,
		TorchDType:            c.DType,
		Compute:               c.Compute,
		EOSTokenID:            c.EOSTokenIDs,
		UseCache:              true,
	}
	if c.ModelType != "qwen2" {
		f.AttentionBias = &c.AttentionBias
	}
	if c.ModelType == "llama" {
		f.MLPBias = &c.MLPBias
	}
	if c.BOSTokenID != nil {
		f.BOSTokenID = tokenIDs{*c.BOSTokenID}
	}
	if c.PadTokenID != nil {
		f.PadTokenID = tokenIDs{*c.PadTokenID}
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(f); err != nil {
		panic("llama: Config.JSON: " + err.Error()) // only NaN or Inf, which Validate refuses
	}
	return []byte(b.String())
}

// or returns *p, or the default when the key was absent or null.
func or[T any](p *T, absent T) T {
	if p == nil {
		return absent
	}
	return *p
}
