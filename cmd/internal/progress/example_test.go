package progress_test

import (
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/progress"
)

func ExamplePlain() {
	p := progress.Plain(os.Stdout)
	p.Printf("run directory runs/a")
	task := p.Begin("sft", "step", 600, 0)
	task.Update(600, "loss %.3f", .412)
	task.End()
	// Output:
	// run directory runs/a
	// sft   step 600/600   loss 0.412   in 0:00
}
