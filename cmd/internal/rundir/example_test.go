package rundir_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/cmd/internal/rundir"
)

// A run is killed after a checkpoint, in the middle of a line, and resumed.
func ExampleDir_Commit() {
	path := filepath.Join(os.TempDir(), fmt.Sprint("run-", os.Getpid()))
	defer os.RemoveAll(path)
	d, err := rundir.Create(path, []byte("{}\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	log, _ := d.Log("metrics.jsonl")
	fmt.Fprintln(log, `{"step":1}`)
	d.Commit("step-1", func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "state"), []byte("all that matters"), 0o666)
	})
	fmt.Fprint(log, `{"step":2,"lo`) // torn
	d.Close()

	d, checkpoint, err := rundir.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close()
	log, _ = d.Log("metrics.jsonl")
	fmt.Fprintln(log, `{"step":2}`)
	content, _ := os.ReadFile(d.File("metrics.jsonl"))
	fmt.Print(filepath.Base(checkpoint), "\n", string(content))
	// Output:
	// 000001-step-1
	// {"step":1}
	// {"step":2}
}
