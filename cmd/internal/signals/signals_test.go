package signals

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// TestMain is a command that stops slowly when it is asked to be one.
func TestMain(m *testing.M) {
	if os.Getenv("STOP_SLOWLY") == "" {
		os.Exit(m.Run())
	}
	ctx, stop := Context(context.Background(), func() { fmt.Print(" at once") })
	defer stop()
	syscall.Kill(os.Getpid(), syscall.SIGINT)
	<-ctx.Done()
	s, ok := Of(ctx)
	fmt.Print(s, " ", s.Status(), " ", ok)
	syscall.Kill(os.Getpid(), syscall.SIGINT) // the same again, as timeout(1) sends it
	time.Sleep(together + 100*time.Millisecond)
	fmt.Print(" goes on")
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	time.Sleep(time.Minute)
}

func TestSecondSignalDoesNotWait(t *testing.T) {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "STOP_SLOWLY=1")
	out, err := c.Output()
	if got := c.ProcessState.ExitCode(); got != 143 || string(out) != "stopped by signal: interrupt 130 true goes on at once" {
		t.Errorf("status %d, %v, %s", got, err, out)
	}
}

func TestNoSignal(t *testing.T) {
	ctx, stop := Context(context.Background(), nil)
	stop()
	if s, ok := Of(ctx); ok || ctx.Err() == nil {
		t.Errorf("stopped by %v, error %v", s, ctx.Err())
	}
}
