package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// Printer owns the last line of an output.
type Printer struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	width    func() int
	now      func() time.Time
	shown    bool // a line without a newline stands on the terminal
}

// New returns a printer that knows whether out is a terminal.
func New(out *os.File) *Printer {
	p := &Printer{out: out, now: time.Now, width: func() int { return 0 }}
	if fd := int(out.Fd()); term.IsTerminal(fd) {
		p.terminal = true
		p.width = func() int {
			w, _, err := term.GetSize(fd)
			if err != nil {
				return 80
			}
			return w
		}
	}
	return p
}

// Plain returns a printer of plain lines.
func Plain(out io.Writer) *Printer {
	return &Printer{out: out, now: time.Now, width: func() int { return 0 }}
}

// Printf writes a line that stays.
func (p *Printer) Printf(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintf(p.out, format+"\n", args...)
}

func (p *Printer) clear() {
	if p.shown {
		io.WriteString(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// How often a line is rewritten on a terminal, and written elsewhere.
const (
	onTerminal = 100 * time.Millisecond
	elsewhere  = 5 * time.Second
)

// Task is one piece of long work.
type Task struct {
	p           *Printer
	stage, unit string
	total       int
	first       int // done before this process began (a resumed run)
	begun, last time.Time
	done        int
	figures     string
	ended       bool
}

// Begin announces work of total units of which done are finished already.
func (p *Printer) Begin(stage, unit string, total, done int) *Task {
	now := p.now()
	return &Task{p: p, stage: stage, unit: unit, total: total, first: done, done: done, begun: now, last: now}
}

// Update says how many units are finished, with figures to show beside them.
func (t *Task) Update(done int, format string, args ...any) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	t.done, t.figures = done, fmt.Sprintf(format, args...)
	now := t.p.now()
	every := elsewhere
	if t.p.terminal {
		every = onTerminal
	}
	if now.Sub(t.last) < every || t.ended || done >= t.total { // End shows the last one
		return
	}
	t.last = now
	t.show(now)
}

// End writes the last line, which stays.
func (t *Task) End() {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if t.ended {
		return
	}
	t.ended = true
	t.show(t.p.now())
	if t.p.shown {
		io.WriteString(t.p.out, "\n")
		t.p.shown = false
	}
}

func (t *Task) show(now time.Time) {
	line := t.line(now)
	if !t.p.terminal {
		fmt.Fprintln(t.p.out, line)
		return
	}
	t.p.clear()
	io.WriteString(t.p.out, cut(line, t.p.width()-1))
	t.p.shown = true
}

func (t *Task) line(now time.Time) string {
	head := fmt.Sprintf("%-5s %s %*d/%d", t.stage, t.unit, len(fmt.Sprint(t.total)), t.done, t.total)
	tail := "in " + clock(now.Sub(t.begun))
	if !t.ended {
		tail = bar(t.done, t.total)
		if n := t.done - t.first; n > 0 {
			left := time.Duration(float64(now.Sub(t.begun)) / float64(n) * float64(t.total-t.done))
			tail += " " + clock(left) + " left"
		}
	}
	if t.figures == "" {
		return head + "   " + tail
	}
	return head + "   " + t.figures + "   " + tail
}

// clock prints a duration as minutes and seconds, with hours when needed.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// bar draws done/total as sixteen cells of eight parts.
func bar(done, total int) string {
	const cells = 16
	eighths := 0
	if total > 0 {
		eighths = min(max(done*cells*8/total, 0), cells*8)
	}
	b := strings.Repeat("█", eighths/8)
	if r := eighths % 8; r > 0 {
		b += string([]rune(" ▏▎▍▌▋▊▉")[r])
	}
	return b + strings.Repeat("·", cells-utf8.RuneCountInString(b))
}

// cut shortens a line to a terminal's width; every character used here takes
// one column.
func cut(line string, width int) string {
	r := []rune(line)
	if width > 0 && len(r) > width {
		return string(r[:width])
	}
	return line
}
