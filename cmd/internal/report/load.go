package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
)

// Points reads metrics.jsonl.
func Points(path string) ([]Point, error) {
	var list []Point
	err := eachLine(path, func(line []byte) error {
		var raw map[string]any
		if err := json.Unmarshal(line, &raw); err != nil {
			return err
		}
		p := Point{Fields: map[string]float64{}}
		p.Stage, _ = raw["stage"].(string)
		p.Step, _ = raw["step"].(float64)
		for name, v := range raw {
			if x, ok := v.(float64); ok {
				p.Fields[name] = x
			}
		}
		list = append(list, p)
		return nil
	})
	return list, err
}

// Sample picks episodes worth reading out of trajectories.jsonl: of the first
// and of the last iteration, one that was solved and one that was not.
func Sample(path string) ([]episode.Episode, error) {
	var first, last [][]byte
	var firstHead, lastHead []byte
	err := eachLine(path, func(line []byte) error {
		head := header(line)
		switch {
		case firstHead == nil || bytes.Equal(head, firstHead):
			firstHead = head
			first = append(first, line)
		case bytes.Equal(head, lastHead):
			last = append(last, line)
		default:
			lastHead, last = head, [][]byte{line}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var list []episode.Episode
	for _, lines := range [][][]byte{first, last} {
		var want = map[bool]bool{true: true, false: true}
		for _, line := range lines {
			var e episode.Episode
			if err := json.Unmarshal(line, &e); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			if want[e.Solved] && len(e.Turns) > 1 {
				want[e.Solved] = false
				list = append(list, e)
			}
			if !want[true] && !want[false] {
				break
			}
		}
	}
	return list, nil
}

// header is the beginning of a line up to its iteration: lines of one iteration
// share it.
func header(line []byte) []byte {
	const at = `,"task":`
	if i := bytes.Index(line, []byte(at)); i > 0 {
		return line[:i]
	}
	return line
}

// eachLine calls f with every line of a file, of any length. f may keep it.
func eachLine(path string, f func(line []byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 1<<16)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := f(line); err != nil {
				return fmt.Errorf("%s: line %d: %w", path, n, err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
