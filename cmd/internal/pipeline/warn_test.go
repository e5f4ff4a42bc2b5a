package pipeline

import (
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/ppo"
)

func TestWarnings(t *testing.T) {
	for _, name := range ppo.GAENames() {
		text := warning(microConfig(t, "ppo.gae="+name))
		switch name {
		case "include", "zeroed", "released":
			if !strings.HasPrefix(text, "warning: ppo.gae="+name+" ") || !strings.Contains(text, "0.0022 of it at 100 tokens") || strings.Contains(text, "\n") {
				t.Errorf("%s: %q", name, text)
			}
		default:
			if text != "" {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}
