package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/ppo/released"
)

// Replay repeats a recorded run of the released trainer and writes its numbers
// to the dump folder, in the recording's format.
func Replay(ctx context.Context, c *config.Config, out *progress.Printer) error {
	o := released.Options{Device: ref.New(), DType: kernels.F64}
	if c.Compat.DType == "f32" {
		dev, err := device(c, false, out.Printf)
		if err != nil {
			return err
		}
		defer dev.Close()
		o.Device, o.DType = dev, kernels.F32
	}
	recorded, err := released.ReadRun(c.Compat.Replay)
	if err != nil {
		return err
	}
	out.Printf("replaying %s: %d batches, %s", c.Compat.Replay, len(recorded.Batches), o.Device.Name())
	task := out.Begin("replay", "batch", len(recorded.Batches), 0)
	o.Progress = func(done, all int, b *released.Batch) {
		task.Update(done, "%d Adam steps", b.AdamSteps)
	}
	_, err = released.Replay(ctx, c.Compat.Replay, c.Compat.Dump, o)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped: the numbers in %s are incomplete, and a replay has no checkpoints (%w)", c.Compat.Dump, context.Canceled)
	}
	if err != nil {
		return err
	}
	task.End()
	out.Printf("numbers in %s", c.Compat.Dump)
	return nil
}
