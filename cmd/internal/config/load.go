package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
)

// Load returns the settings of a run: defaults, then the file (none when
// path is empty), then the assignments. Later values win within a file and
// within the assignments; a preset or composite key never undoes a narrower one
// that stands beside it.
func Load(path string, given []Assignment) (*Config, error) {
	var file []Assignment
	recorded := false
	if path != "" {
		var err error
		if file, recorded, err = readFile(path); err != nil {
			return nil, err
		}
	}
	c := defaults(basis(append(slices.Clone(file), given...)))
	c.applyGAE()
	if recorded {
		c.Precision = "f32" // files from before there was a choice do not name it
	}
	byHand := given
	if !recorded {
		byHand = append(slices.Clone(file), given...)
	}
	if err := c.apply(file, recorded); err != nil {
		return nil, err
	}
	if err := c.apply(given, false); err != nil {
		return nil, err
	}
	for _, a := range given { // another input than the recorded one, or the same as it is now
		if key, ok := digests[a.Key]; ok {
			c.field(byKey[key]).SetString("")
		}
	}
	if recorded {
		for _, a := range given {
			if a.Key == "quick" && a.From == "-quick" {
				return nil, fmt.Errorf("-quick has no effect beside %s, which names every setting", path)
			}
		}
	}
	for _, a := range byHand {
		if q := c.unread(a.Key); q != nil {
			return nil, c.noEffect(a, q)
		}
		if a.Key == "critic.epochs" && c.Critic.Epochs < c.PPO.Epochs {
			return nil, fmt.Errorf("config critic.epochs = %s has no effect: the critic learns with the policy in each of its ppo.epochs = %d passes; give more than that, or leave it out", a.Value, c.PPO.Epochs)
		}
	}
	return c, c.Validate()
}

// digests are the recorded keys that belong to inputs.
var digests = map[string]string{"model.path": "model.sha256", "data.file": "data.sha256", "sft.from": "sft.from_sha256", "reward.file": "reward.file_sha256"}

// basis finds the settings that choose the defaults.
func basis(all []Assignment) base {
	b := base{template: "toolllama"}
	for _, a := range all {
		switch a.Key {
		case "quick":
			b.quick, _ = strconv.ParseBool(a.Value) // a value that is neither is complained of where it is stored
		case "data.file":
			b.data = a.Value != ""
		case "compat.mode":
			b.released = a.Value == "released"
		case "model.template":
			b.template = a.Value
		}
	}
	return b
}

// apply stores a layer, wide keys before narrow ones: a preset of ppo.gae,
// then the composite keys, then all others.
func (c *Config) apply(layer []Assignment, recorded bool) error {
	width := func(a Assignment) int {
		s := byKey[a.Key]
		switch {
		case a.Key == "ppo.gae":
			return 0
		case s != nil && s.Sets != nil:
			return 1
		}
		return 2
	}
	layer = slices.Clone(layer)
	slices.SortStableFunc(layer, func(a, b Assignment) int { return width(a) - width(b) })
	for _, a := range layer {
		if s := byKey[a.Key]; s != nil && s.Recorded && !recorded {
			return fmt.Errorf("config %s = %s: is recorded by the program and cannot be set", a.Key, a.Value)
		}
		if err := c.assign(a); err != nil {
			return err
		}
		if a.Key == "ppo.gae" {
			c.applyGAE()
		}
	}
	return nil
}

// readFile flattens a JSON file into assignments. Nested objects and dotted
// keys mean the same. A file with a version is one that a run wrote.
func readFile(path string) (list []Assignment, recorded bool, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false, fmt.Errorf("config file %w", fileerr.Explain(err))
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var tree map[string]any
	if err := dec.Decode(&tree); err != nil {
		return nil, false, fmt.Errorf("config file %s: not a JSON object: %v", path, err)
	}
	if dec.More() {
		return nil, false, fmt.Errorf("config file %s: more than one JSON value", path)
	}
	if list, err = flattenJSON(path, "", tree, nil); err != nil {
		return nil, false, err
	}
	for _, a := range list {
		recorded = recorded || a.Key == "version" && a.Value != ""
	}
	return list, recorded, nil
}

func flattenJSON(path, prefix string, tree map[string]any, list []Assignment) ([]Assignment, error) {
	keys := make([]string, 0, len(tree))
	for k := range tree {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		key := prefix + k
		switch v := tree[k].(type) {
		case map[string]any:
			var err error
			if list, err = flattenJSON(path, key+".", v, list); err != nil {
				return nil, err
			}
		case []any:
			words := make([]string, len(v))
			for i := range v {
				s, ok := v[i].(string)
				if !ok {
					return nil, fmt.Errorf("config file %s: %s: a list holds text only", path, key)
				}
				words[i] = s
			}
			list = append(list, Assignment{key, strings.Join(words, ","), path})
		case nil:
			return nil, fmt.Errorf("config file %s: %s is null: leave the key out for its default", path, key)
		default:
			list = append(list, Assignment{key, fmt.Sprint(v), path})
		}
	}
	return list, nil
}
