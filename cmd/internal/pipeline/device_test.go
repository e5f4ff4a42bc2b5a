package pipeline

import (
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/kernels/cpu"
)

// An implementation that does not exist is named together with whoever asked
// for it; a record of another machine is no reason not to begin, but one not to
// go on.
func TestDevice(t *testing.T) {
	for _, c := range []struct {
		env, recorded string
		resume        bool
		want          string // the error, "" for none
	}{
		{"", "", false, ""},
		{"generic", "abacus", false, ""},
		{"", "abacus", false, ""},
		{"", "generic", true, ""},
		{"abacus", "", false, "-impl or STEPGRAIN_IMPL: "},
		{"abacus", "generic", false, "-impl or STEPGRAIN_IMPL: "},
		{"", "abacus", true, "the run computes with abacus, "},
		{"generic", "abacus", true, "the run computes with abacus, -impl or STEPGRAIN_IMPL says generic"},
	} {
		t.Setenv(cpu.ImplVariable, c.env)
		notes := 0
		k := &config.Config{Workers: 1, Impl: c.recorded}
		dev, err := device(k, c.resume, func(string, ...any) { notes++ })
		if err == nil {
			dev.Close()
			if c.want != "" || "cpu/"+k.Impl != dev.Name() || notes != 0 != (c.env == "" && c.recorded == "abacus") {
				t.Errorf("%+v: %s, %d notes, recorded as %q", c, dev.Name(), notes, k.Impl)
			}
		} else if c.want == "" || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
