package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/stepgrain/stepgrain/internal/pycsv"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Pair is a prompt with a better and a worse turn.
type Pair struct{ Prompt, Chosen, Rejected string }

// WriteDPO writes pairs of turns: of every task that one sample solves and another
// does not, a turn of the former against one of the latter, after the history of
// the former. Without Options.Released the two stand where the trajectories part.
func WriteDPO(w io.Writer, samples []Sample, o Options) (Report, error) {
	var report Report
	out := NewPairsWriter(w)
	for a, err := range byTask(samples, &report) {
		if err != nil {
			return report, err
		}
		before := report.Built
		same := map[Pair]bool{}
		for _, better := range a.solved {
			for _, worse := range a.failed {
				for _, p := range Pairs(better, worse, o) {
					if same[p] {
						continue
					}
					same[p] = true
					if err := out.Write(p); err != nil {
						return report, err
					}
					report.Built++
				}
			}
		}
		switch {
		case report.Built > before:
			report.Tasks++
		case len(a.solved) == 0:
			report.skip(&LeftOut{a.task, "no sample solves the task"})
		case len(a.failed) == 0:
			report.skip(&LeftOut{a.task, "all samples solve the task"})
		default:
			report.skip(&LeftOut{a.task, "the samples do not part before one of them ends"})
		}
	}
	if err := out.Close(); err != nil {
		return report, err
	}
	return report, report.check()
}

// Pairs compares two trajectories on the same task.
func Pairs(better, worse *Trajectory, o Options) []Pair {
	text := func(u *Turn) string {
		if o.Released {
			return turnText(u.Thought, u.Name, u.Arguments)
		}
		return turnText(u.Thought, u.Called(), u.Arguments)
	}
	names, err := o.system(better, false)
	if err != nil {
		return nil
	}
	prompt := "System: \n" + names + "\nUser: " + better.User + "\nAssistant: "
	var out []Pair
	for k := range min(len(better.Turns), len(worse.Turns)) {
		b, w := &better.Turns[k], &worse.Turns[k]
		chosen, rejected := text(b), text(w)
		together := b.Called() == w.Called() && sameArguments(b.Arguments, w.Arguments)
		if chosen != rejected && (o.Released || !together) {
			out = append(out, Pair{prompt, chosen, rejected})
		}
		if !o.Released && (!together || b.Observation != w.Observation) {
			break // from here on the two have seen different things
		}
		prompt += chosen + "\nFunction: " + b.Observation + "\nAssistant: "
	}
	return out
}

// sameArguments compares arguments as JSON values, or else as texts.
func sameArguments(a, b string) bool {
	if a == b {
		return true
	}
	x, okA := canonical(a)
	y, okB := canonical(b)
	return okA && okB && x == y
}

func canonical(text string) (string, bool) {
	c, err := toolenv.DecodeArgs(json.RawMessage(text))
	if err != nil {
		return "", false
	}
	return toolenv.CanonicalArgs(c), true
}

// pairColumns are the columns of a file of pairs.
var pairColumns = []string{"prompt", "chosen", "rejected"}

// PairsWriter writes a file of pairs one at a time: tab separated.
type PairsWriter struct {
	w   io.Writer
	buf []byte
	n   int
}

// NewPairsWriter starts a file.
func NewPairsWriter(w io.Writer) *PairsWriter { return &PairsWriter{w: w} }

// Write adds a pair.
func (w *PairsWriter) Write(p Pair) error {
	w.buf = w.buf[:0]
	if w.n++; w.n == 1 {
		w.buf = pycsv.AppendRow(w.buf, "\n", pairColumns...)
	}
	w.buf = pycsv.AppendRow(w.buf, "\n", p.Prompt, p.Chosen, p.Rejected)
	_, err := w.w.Write(w.buf)
	return err
}

// Close ends the file; it does not close what it writes to.
func (w *PairsWriter) Close() error {
	if w.n > 0 {
		return nil
	}
	_, err := w.w.Write(pycsv.AppendRow(nil, "\n", pairColumns...))
	return err
}

// ReadPairs goes through a file of pairs one at a time; name stands in errors,
// after which nothing follows.
func ReadPairs(name string, r io.Reader) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		c := pycsv.NewReader(r)
		head, _, err := c.Read()
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("the file is empty")
		}
		at := [3]int{-1, -1, -1}
		for i, want := range pairColumns {
			for k, h := range head {
				if h == want {
					at[i] = k
				}
			}
			if err == nil && at[i] < 0 {
				err = fmt.Errorf("no column %q in the first line (tab separated: prompt, chosen, rejected)", want)
			}
		}
		for n := 1; err == nil; n++ {
			cells, line, readErr := c.Read()
			if errors.Is(readErr, io.EOF) {
				return
			}
			if err = readErr; err == nil && len(cells) != len(head) {
				err = fmt.Errorf("row %d (line %d): %d cells, the first line has %d", n, line, len(cells), len(head))
			}
			if err == nil && !yield(Pair{cells[at[0]], cells[at[1]], cells[at[2]]}, nil) {
				return
			}
		}
		yield(Pair{}, fmt.Errorf("dataset: %s: %w", name, err))
	}
}
