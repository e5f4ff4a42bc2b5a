package toolenv_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Nothing here needs tensors: the environments, searches, judges and files of this
// folder build without the engine.
func TestNoTensors(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./...").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	const module = "github.com/stepgrain/stepgrain/"
	found := false
	for _, path := range strings.Fields(string(out)) {
		name, ours := strings.CutPrefix(path, module)
		if !ours {
			continue
		}
		found = true
		for _, allowed := range []string{"toolenv", "internal", "llama/chat", "llama/tokenizer"} {
			if ours = name == allowed || strings.HasPrefix(name, allowed+"/"); ours {
				break
			}
		}
		if !ours {
			t.Errorf("toolenv depends on %s", path)
		}
	}
	if !found {
		t.Errorf("go list names nothing of this module:\n%s", out)
	}
}
