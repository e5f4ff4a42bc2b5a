package rundir

import (
	"fmt"
	"io"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
)

// A Log is a file that grows. Every Write goes to the file at once, so that a
// reader can follow it.
type Log struct {
	name   string
	file   *os.File
	offset int64
}

// Log opens a growing file of the run. In a resumed run it is first cut back to
// its length at the checkpoint (to nothing, when the checkpoint did not have it).
func (d *Dir) Log(name string) (*Log, error) {
	f, err := os.OpenFile(d.File(name), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fileerr.Explain(err)
	}
	want := d.offsets[name]
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil && size < want {
		err = fmt.Errorf("%s: has %d bytes, the checkpoint knows %d: delete the latest folder of %s to go on from the one before", d.File(name), size, want, d.File(checkpoints))
	}
	if err == nil {
		err = f.Truncate(want)
	}
	if err == nil {
		_, err = f.Seek(want, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, fileerr.Explain(err)
	}
	l := &Log{name: name, file: f, offset: want}
	d.logs = append(d.logs, l)
	return l, nil
}

// Write appends p.
func (l *Log) Write(p []byte) (int, error) {
	n, err := l.file.Write(p)
	l.offset += int64(n)
	return n, fileerr.Explain(err)
}

// Offset is the length of the file.
func (l *Log) Offset() int64 { return l.offset }
