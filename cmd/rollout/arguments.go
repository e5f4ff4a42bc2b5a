package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
)

// argumentsFile says who made the outputs of a folder. They are kept by a later run,
// and those of another model must not pass for its own. What outputs say themselves
// (method, depth, budgets, functions on offer) does not stand here, nor does what may
// change while a run is stopped: addresses of servers, numbers of threads.
const argumentsFile = "arguments.json"

type arguments struct {
	Format int               `json:"format"` // 1
	Flags  map[string]string `json:"flags"`  // by name, those at their default included
}

func argumentsOf(o *options) arguments {
	policy := o.policyKind
	if policy == "local" || policy == "script" {
		at, err := filepath.Abs(o.policyAt)
		if err != nil {
			at = o.policyAt
		}
		policy += ":" + at
	}
	return arguments{1, map[string]string{
		"policy": policy, "model": o.model, "adapter": o.adapter, "layout": o.layout,
		"temperature": fmt.Sprint(o.temperature), "max-tokens": fmt.Sprint(o.maxTokens), "seed": fmt.Sprint(o.seed),
		"max-observation": fmt.Sprint(o.maxObservation), "strip": o.strip,
	}}
}

// keepArguments writes the file, or compares with the one that is there.
func keepArguments(o *options) error {
	path := filepath.Join(o.out, argumentsFile)
	now := argumentsOf(o)
	b, err := os.ReadFile(path)
	switch {
	case o.overwrite || errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		var was arguments
		if err := json.Unmarshal(b, &was); err != nil || was.Format != now.Format {
			return fmt.Errorf("%s: not a file of this command: use another folder, or overwrite", path)
		}
		var differ []string
		for _, name := range slices.Sorted(maps.Keys(now.Flags)) {
			if a, b := was.Flags[name], now.Flags[name]; a != b {
				differ = append(differ, fmt.Sprintf("-%s %q, not %q", name, a, b))
			}
		}
		if len(differ) > 0 {
			return fmt.Errorf("%s holds outputs that were made with %s: use another folder, or overwrite", o.out, strings.Join(differ, "; "))
		}
		return nil
	}
	if b, err = json.MarshalIndent(now, "", "  "); err != nil {
		return err
	}
	return renameio.WriteFile(path, append(b, '\n'), 0o644)
}
