package config

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write docs/configuration.md anew")

// docs/configuration.md is what train -keys prints.
func TestTheDocumentationIsCurrent(t *testing.T) {
	const path = "../../../docs/configuration.md"
	const head = "# Settings\n\nWritten by `go test ./cmd/internal/config -update`; `train -keys` prints the same. A setting is given by `-set KEY=VALUE`, in a file for `-config` (nested objects or dotted keys), or by its flag. A key that nothing reads under the other settings is an error. Defaults are those of the embedded world; where `-quick` or `-data` has another it stands behind.\n\n"
	var b bytes.Buffer
	b.WriteString(head)
	if err := Describe(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b.Bytes()) {
		t.Error("docs/configuration.md does not describe the settings as they are: run go test ./cmd/internal/config -update")
	}
}
