package mcp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// process is a server that runs here: a transport of the protocol over its
// standard input and output.
type process struct {
	cmd   *exec.Cmd
	out   *limited
	in    *input
	log   tail
	ended chan struct{}
	limit int
}

// grace is how long a server may take to end when its input does.
const grace = 2 * time.Second

func newProcess(o *Options) *process {
	p := &process{cmd: exec.Command(o.Command[0], o.Command[1:]...), ended: make(chan struct{}), limit: o.MaxMessage}
	p.cmd.Dir = o.Dir
	p.cmd.Env = environment(o.Env)
	p.cmd.Stderr = &p.log
	p.cmd.WaitDelay = grace // a grandchild may hold the standard error open
	ownGroup(p.cmd)
	return p
}

// needed are the variables without which programs do not start, or find nothing.
var needed = []string{"PATH", "HOME", "TMPDIR", "LANG", "TZ", "SystemRoot", "TEMP", "TMP", "USERPROFILE"}

// environment is what a server sees: never more than what is needed and named,
// for variables hold keys.
func environment(named []string) []string {
	list := []string{}
	for _, name := range append(needed[:len(needed):len(needed)], named...) {
		if strings.Contains(name, "=") {
			list = append(list, name)
		} else if v, ok := os.LookupEnv(name); ok {
			list = append(list, name+"="+v)
		}
	}
	return list
}

// Connect starts the process.
func (p *process) Connect(ctx context.Context) (sdk.Connection, error) {
	// A pipe of our own: exec's is closed when the process ends, read or not.
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.out = &limited{r: r, limit: p.limit, byLine: true}
	p.cmd.Stdout = w
	in, err := p.cmd.StdinPipe()
	if err == nil {
		p.in = &input{w: in}
		err = p.cmd.Start()
	}
	w.Close()
	if err != nil {
		r.Close()
		return nil, err
	}
	go func() {
		p.cmd.Wait()
		kill(p.cmd) // what it left behind
		close(p.ended)
	}()
	return (&sdk.IOTransport{Reader: p.out, Writer: p.in, MaxLineLength: -1}).Connect(ctx)
}

// stop ends the process: its input first, by force when that does not help
// within a time.
func (p *process) stop(within time.Duration) {
	if p.in == nil || p.cmd.Process == nil {
		return
	}
	p.in.Close()
	select {
	case <-p.ended:
	case <-time.After(within):
		kill(p.cmd)
		<-p.ended
	}
	p.out.Close()
}

func (p *process) dead() bool {
	select {
	case <-p.ended:
		return true
	default:
		return p.left()
	}
}

// left says that the server went, while the connection was open here.
func (p *process) left() bool {
	return p.out != nil && p.out.end.Load() || p.in != nil && p.in.cut.Load()
}

func (p *process) answered() { p.out.lines.Store(0) }

func (p *process) wake() { p.in.wake() }

func (p *process) tooLarge() bool { return p.out != nil && p.out.over.Load() }

// last is what the process wrote to its standard error at the end, which may
// come a little later than the end of its output.
func (p *process) last() string {
	if p.dead() {
		select {
		case <-p.ended:
		case <-time.After(grace / 10):
		}
	}
	return p.log.String()
}

// input is the server's standard input. A server that does not read would hold
// up its writer for ever; the protocol's library has no deadline for that.
type input struct {
	w   io.WriteCloser
	cut atomic.Bool // a message may have been sent in part: nothing can follow it

	mu      sync.Mutex
	writing bool
}

func (i *input) Write(b []byte) (int, error) {
	i.busy(true)
	n, err := i.w.Write(b)
	i.busy(false)
	if err != nil && !errors.Is(err, os.ErrClosed) {
		i.cut.Store(true)
	}
	return n, err
}

func (i *input) busy(is bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.writing = is
}

// wake ends a write that is under way.
func (i *input) wake() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if d, ok := i.w.(interface{ SetWriteDeadline(time.Time) error }); ok && i.writing {
		d.SetWriteDeadline(time.Now())
	}
}

func (i *input) Close() error { return i.w.Close() }

// maxUnasked is how many messages may come without the answer to a call among
// them: the protocol's library keeps those that it cannot reply to.
const maxUnasked = 10_000

// limited reads at most limit bytes: of one line, or of everything.
type limited struct {
	r      io.ReadCloser
	limit  int
	byLine bool
	n      int          // bytes since the last end of a line
	lines  atomic.Int64 // since the last answer
	over   atomic.Bool  // more came
	end    atomic.Bool  // nothing comes any more
}

var errTooLarge = errors.New("a message of the server is too large")

func (l *limited) Read(b []byte) (int, error) {
	if l.n > l.limit {
		l.over.Store(true)
		return 0, fmt.Errorf("%w: more than %d bytes", errTooLarge, l.limit)
	}
	if l.lines.Load() > maxUnasked {
		l.over.Store(true)
		return 0, fmt.Errorf("%w: more than %d messages without an answer", errTooLarge, maxUnasked)
	}
	n, err := l.r.Read(b)
	if err == io.EOF {
		l.end.Store(true)
	}
	l.n += n
	if l.byLine {
		l.lines.Add(int64(bytes.Count(b[:n], []byte{'\n'})))
		for i := n - 1; i >= 0; i-- {
			if b[i] == '\n' {
				l.n = n - 1 - i
				break
			}
		}
	}
	return n, err
}

func (l *limited) Close() error { return l.r.Close() }

// tail keeps the last bytes that were written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailSize = 2 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, b[max(0, len(b)-tailSize):]...)
	t.b = append(t.b[:0], t.b[max(0, len(t.b)-tailSize):]...)
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(string(t.b), "�"))
}
