//go:build unix

package rundir

import (
	"fmt"
	"os"
	"syscall"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
)

// acquire locks the directory itself: the lock leaves no file behind and ends
// with the process.
func (d *Dir) acquire() error {
	f, err := os.Open(d.Path)
	if err != nil {
		return fileerr.Explain(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == syscall.EWOULDBLOCK {
		f.Close()
		return fmt.Errorf("%s: another process is writing this run: wait for it or stop it", d.Path)
	}
	d.lock = f // a file system without locks goes unlocked
	return nil
}
