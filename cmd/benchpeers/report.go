package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// row is a target with its outcome on a number of threads.
type row struct {
	target
	threads int
	ratio   float64 // median over the cases of the ratio to the best peer
	best    []pair  // of each case
	skipped []pair
	flagged bool
}

// rows sorts pairs into the rows of the table. Of the peers of a case the best
// one counts.
func rows(pairs []pair) []row {
	var list []row
	for _, t := range targets {
		for _, threads := range t.Threads {
			r := row{target: t, threads: threads}
			for _, name := range t.Cases {
				best := pair{}
				for _, p := range pairs {
					if p.Target != t.ID || p.Threads != threads || p.Case != name {
						continue
					}
					if p.Skipped != "" {
						r.skipped = append(r.skipped, p)
					} else if best.Ratio == 0 || p.Ratio < best.Ratio {
						best = p
					}
				}
				if best.Ratio > 0 {
					r.best, r.flagged = append(r.best, best), r.flagged || best.Flagged
				}
			}
			var ratios []float64
			for _, p := range r.best {
				ratios = append(ratios, p.Ratio)
			}
			r.ratio = median(ratios)
			if len(r.best)+len(r.skipped) > 0 {
				list = append(list, r)
			}
		}
	}
	return list
}

// goal is what a row aims at; against own f32 it is more where the processor
// multiplies bfloat16 faster.
func (r row) goal(fastBF16 bool) float64 {
	if fastBF16 && r.Own != nil {
		return 1.6
	}
	if fastBF16 || r.ID != "qwen2-prompt-bf16" {
		return r.Goal
	}
	return 2
}

func (r row) verdict(fastBF16 bool) string {
	switch {
	case len(r.best) == 0:
		return "not run"
	case r.Report:
		return ""
	case r.ratio >= r.goal(fastBF16):
		return "reached"
	}
	return "missed"
}

// writeTable writes the table of docs/performance.md.
func writeTable(out io.Writer, pairs []pair, verbose bool) error {
	fastBF16 := slices.ContainsFunc(pairs, func(p pair) bool { return p.FastBF16 })
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "| work | threads | goal | result | of it | |\n| --- | --- | --- | --- | --- | --- |")
	for _, r := range rows(pairs) {
		goal, result := fmt.Sprintf("≥ %.4g", r.goal(fastBF16)), "–"
		if r.Report {
			goal = "–"
		}
		if len(r.best) > 0 {
			result = fmt.Sprintf("**%.2f**", r.ratio)
		}
		fmt.Fprintf(w, "| %s | %d | %s | %s | %s | %s |\n", r.Work, r.threads, goal, result, r.spread(), strings.TrimSpace(r.verdict(fastBF16)+flagWord(r.flagged)))
		if verbose {
			for _, p := range r.best {
				fmt.Fprintf(w, "| &nbsp; `%s` | %d | | %.2f | %s, %s against %s | %s |\n", p.Case, p.Threads, p.Ratio, p.Peer, duration(p.OursNS), duration(p.PeerNS), flagWord(p.Flagged))
			}
			for _, p := range r.skipped {
				fmt.Fprintf(w, "| &nbsp; `%s` | %d | | – | %s | %s |\n", p.Case, p.Threads, p.Peer, strings.ReplaceAll(p.Skipped, "|", "/"))
			}
		}
	}
	return w.Flush()
}

// spread names the peers that were best, and the lowest and highest case.
func (r row) spread() string {
	if len(r.best) == 0 {
		if len(r.skipped) > 0 {
			return strings.ReplaceAll(r.skipped[0].Skipped, "|", "/")
		}
		return ""
	}
	var peers []string
	low, high := r.best[0].Ratio, r.best[0].Ratio
	for _, p := range r.best {
		if !slices.Contains(peers, p.Peer) {
			peers = append(peers, p.Peer)
		}
		low, high = min(low, p.Ratio), max(high, p.Ratio)
	}
	text := strings.Join(peers, ", ")
	if len(r.best) > 1 {
		text = fmt.Sprintf("%.2f to %.2f over %d shapes; %s", low, high, len(r.best), text)
	}
	return text + r.missing()
}

// missing names the peers that did not run some of the cases, and cases that
// none ran: a ratio to the best of those that did could be too good.
func (r row) missing() string {
	var peers []string
	for _, p := range r.skipped {
		if !slices.Contains(peers, p.Peer) {
			peers = append(peers, p.Peer)
		}
	}
	text := ""
	for _, peer := range peers {
		n := 0
		for _, p := range r.skipped {
			if p.Peer == peer {
				n++
			}
		}
		if text += "; without " + peer; n < len(r.Cases) {
			text += fmt.Sprintf(" in %d of %d", n, len(r.Cases))
		}
	}
	return text
}

func flagWord(on bool) string {
	if on {
		return " (busy)"
	}
	return ""
}

// readPairs reads what -json wrote, several runs one after the other: the last
// figure of a case counts.
func readPairs(in io.Reader) ([]pair, error) {
	var list []pair
	at := map[string]int{}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		var p pair
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		key := fmt.Sprint(p.Target, p.Case, p.Peer, p.Threads)
		if i, ok := at[key]; ok {
			if p.Skipped == "" || list[i].Skipped != "" {
				list[i] = p
			}
			continue
		}
		at[key] = len(list)
		list = append(list, p)
	}
	return list, lines.Err()
}

func duration(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	}
	return fmt.Sprintf("%.3g s", ns/1e9)
}

// The marks of a document between which its table stands.
const beginTable, endTable = "<!-- benchpeers -->\n", "<!-- end -->"

// fill puts a table between the marks of a document.
func fill(document, table []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(document, []byte(beginTable))
	_, after, closed := bytes.Cut(rest, []byte(endTable))
	if !ok || !closed {
		return nil, errors.New("no marks " + beginTable[:len(beginTable)-1] + " and " + endTable)
	}
	return slices.Concat(before, []byte(beginTable), table, []byte(endTable), after), nil
}
