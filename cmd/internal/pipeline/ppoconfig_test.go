package pipeline

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/ppo"
)

// The settings of a default run are those that package ppo says were measured.
func TestDefaultsAreThoseOfThePackage(t *testing.T) {
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(ppo.DefaultConfig(), (&run{config: c}).ppoConfig()); d != "" {
		t.Error(d)
	}
}
