package hf

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"github.com/stepgrain/stepgrain/internal/jsonerr"
)

// adapterConfig is adapter_config.json. Keys that change the computation in a
// way that is not built are read so that they can be refused.
type adapterConfig struct {
	PeftType      string          `json:"peft_type"`
	Base          string          `json:"base_model_name_or_path"`
	R             int             `json:"r"`
	Alpha         float64         `json:"lora_alpha"`
	TargetModules json.RawMessage `json:"target_modules"`
	UseRSLoRA     bool            `json:"use_rslora"`

	Bias                  string          `json:"bias"`
	FanInFanOut           bool            `json:"fan_in_fan_out"`
	UseDoRA               bool            `json:"use_dora"`
	LoRABias              bool            `json:"lora_bias"`
	RankPattern           map[string]any  `json:"rank_pattern"`
	AlphaPattern          map[string]any  `json:"alpha_pattern"`
	ModulesToSave         []string        `json:"modules_to_save"`
	ExcludeModules        json.RawMessage `json:"exclude_modules"`
	LayersToTransform     json.RawMessage `json:"layers_to_transform"`
	LayerReplication      json.RawMessage `json:"layer_replication"`
	TargetParameters      json.RawMessage `json:"target_parameters"`
	TrainableTokenIndices json.RawMessage `json:"trainable_token_indices"`
}

func parseAdapterConfig(text []byte) (*adapterConfig, error) {
	var c adapterConfig
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, jsonerr.Explain(err)
	}
	refused := []struct {
		is  bool
		key string
	}{
		{c.Bias != "" && c.Bias != "none", "bias " + fmt.Sprintf("%q", c.Bias)},
		{c.FanInFanOut, "fan_in_fan_out"},
		{c.UseDoRA, "use_dora"},
		{c.LoRABias, "lora_bias"},
		{len(c.RankPattern) > 0, "rank_pattern"},
		{len(c.AlphaPattern) > 0, "alpha_pattern"},
		{len(c.ModulesToSave) > 0, "modules_to_save"},
		{given(c.ExcludeModules), "exclude_modules"},
		{given(c.LayersToTransform), "layers_to_transform"},
		{given(c.LayerReplication), "layer_replication"},
		{given(c.TargetParameters), "target_parameters"},
		{given(c.TrainableTokenIndices), "trainable_token_indices"},
	}
	for _, r := range refused {
		if r.is {
			return nil, fmt.Errorf("%s is not supported: plain LoRA with one rank on whole linear maps is; merge the adapter with PEFT (merge_and_unload) and load the result", r.key)
		}
	}
	switch {
	case c.PeftType != "LORA":
		return nil, fmt.Errorf("peft_type %q is not supported (LORA)", c.PeftType)
	case c.R <= 0:
		return nil, fmt.Errorf("r (%d) must be positive", c.R)
	case c.Alpha <= 0:
		return nil, fmt.Errorf("lora_alpha (%g) must be positive", c.Alpha)
	case !given(c.TargetModules):
		return nil, errors.New("target_modules is missing")
	}
	return &c, nil
}

func given(raw json.RawMessage) bool {
	return len(raw) > 0 && string(raw) != "null" && string(raw) != "[]" && string(raw) != "{}"
}

// targets returns the test that target_modules sets on the name of a linear
// map: the end of the name is in the list, or the whole name matches the
// regular expression, or, for "all-linear", any map but the output head.
func (c *adapterConfig) targets() (func(module string) (bool, error), error) {
	var list []string
	if json.Unmarshal(c.TargetModules, &list) == nil {
		return func(module string) (bool, error) {
			return slices.ContainsFunc(list, func(t string) bool {
				return module == t || strings.HasSuffix(module, "."+t)
			}), nil
		}, nil
	}
	var text string
	if err := json.Unmarshal(c.TargetModules, &text); err != nil {
		return nil, errors.New("target_modules is neither a list of names nor a text")
	}
	if text == "all-linear" {
		return func(module string) (bool, error) { return module != "lm_head", nil }, nil
	}
	re, err := regexp2.Compile(`^(?:`+text+`)$`, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("target_modules: %w", err)
	}
	re.MatchTimeout = time.Second // a regular expression from outside may backtrack for ever
	return func(module string) (bool, error) { return re.MatchString(module) }, nil
}
