package steptool

import (
	"fmt"
	"math"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// findColumns returns where the columns stand, −1 for one that may be absent;
// others are ignored.
func findColumns(head []string) (at [4]int, err error) {
	head[0] = strings.TrimPrefix(head[0], "\uFEFF")
	for i, want := range columns {
		at[i] = -1
		for j, h := range head {
			if strings.TrimSpace(h) == want {
				at[i] = j
			}
		}
		if at[i] < 0 && i < optional {
			return at, fmt.Errorf("no column %q in the first line %.80q (tab separated: %s)",
				want, strings.Join(head, "\t"), strings.Join(columns[:optional], ", "))
		}
	}
	return at, nil
}

func parseRow(prompt, response, reward string) (row Row, err error) {
	if row.Prompts, err = parseTexts(prompt); err != nil {
		return row, fmt.Errorf("column prompt: %w", err)
	}
	if row.Responses, err = parseTexts(response); err != nil {
		return row, fmt.Errorf("column response: %w", err)
	}
	if row.Rewards, err = parseNumbers(reward); err != nil {
		return row, fmt.Errorf("column reward: %w", err)
	}
	if p, a, r := len(row.Prompts), len(row.Responses), len(row.Rewards); p != a || p != r || p == 0 {
		return row, fmt.Errorf("%d prompts, %d responses, %d rewards: have to be equally many, and at least one", p, a, r)
	}
	return row, nil
}

func parseList(cell string) (pyliteral.List, error) {
	v, err := pyliteral.Parse(cell)
	if err != nil {
		return nil, fmt.Errorf("not a Python list: %w", err)
	}
	list, ok := v.(pyliteral.List)
	if !ok {
		return nil, fmt.Errorf("not a Python list: %.40s", cell)
	}
	return list, nil
}

func parseTexts(cell string) ([]string, error) {
	list, err := parseList(cell)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(list))
	for i, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("element %d is %.40s, not a string", i, pyliteral.Repr(v))
		}
		out[i] = s
	}
	return out, nil
}

// parseLogProbs reads a list of n lists of numbers.
func parseLogProbs(cell string, n int) ([][]float64, error) {
	list, err := parseList(cell)
	if err != nil {
		return nil, fmt.Errorf("column logprobs: %w", err)
	}
	if len(list) != n {
		return nil, fmt.Errorf("column logprobs: %d lists for %d responses", len(list), n)
	}
	out := make([][]float64, n)
	for i, v := range list {
		inner, ok := v.(pyliteral.List)
		if !ok {
			return nil, fmt.Errorf("column logprobs: element %d is %.40s, not a list of numbers", i, pyliteral.Repr(v))
		}
		if out[i], err = numbers(inner); err != nil {
			return nil, fmt.Errorf("column logprobs: response %d: %w", i, err)
		}
		for k, x := range out[i] {
			if !(x <= 0) {
				return nil, fmt.Errorf("column logprobs: response %d: element %d is %g: a log-probability is at most 0", i, k, x)
			}
		}
	}
	return out, nil
}

func parseNumbers(cell string) ([]float64, error) {
	list, err := parseList(cell)
	if err != nil {
		return nil, err
	}
	return numbers(list)
}

func numbers(list pyliteral.List) ([]float64, error) {
	out := make([]float64, len(list))
	for i, v := range list {
		switch v := v.(type) {
		case float64:
			out[i] = v
		case int64:
			out[i] = float64(v)
		default:
			return nil, fmt.Errorf("element %d is %.40s, not a number", i, pyliteral.Repr(v))
		}
		if math.IsInf(out[i], 0) {
			return nil, fmt.Errorf("element %d is infinite", i)
		}
	}
	return out, nil
}
