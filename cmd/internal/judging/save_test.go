package judging

import (
	"testing"
	"testing/synctest"
	"time"
)

// A file that takes long to write is written seldom, a small one every second.
func TestNowAndThen(t *testing.T) {
	for _, c := range []struct {
		takes time.Duration
		saves int
	}{{0, 59}, {10 * time.Millisecond, 59}, {2 * time.Second, 3}} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			save := NowAndThen(func(int) error {
				n++
				time.Sleep(c.takes)
				return nil
			})
			for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(time.Millisecond) {
				save(0)
			}
			if n < c.saves-1 || n > c.saves+1 {
				t.Errorf("saving takes %v: saved %d times in a minute, want about %d", c.takes, n, c.saves)
			}
		})
	}
}
