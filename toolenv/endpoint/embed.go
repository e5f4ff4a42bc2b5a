package endpoint

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Embed returns one vector per text, all of one length, in one request: callers
// with many texts send them in parts. model is the client's when empty.
func (c *Client) Embed(ctx context.Context, model string, texts []string) ([][]float32, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	if model == "" {
		model = c.o.Model
	}
	input := make(pyliteral.List, len(texts))
	for i, t := range texts {
		input[i] = t
	}
	f := fields{{Key: "input", Value: input}}
	if model != "" {
		f.set("model", model)
	}
	reply, n, err := c.post(ctx, "/embeddings", pyliteral.Dict(f))
	if err != nil {
		return nil, err
	}
	c.usage(reply)
	vectors, err := readVectors(reply, len(texts))
	if err != nil {
		return nil, c.shape("/embeddings", n, nil, err)
	}
	return vectors, nil
}

// readVectors reads the vectors of an answer by their index: servers may list
// them in any order.
func readVectors(reply pyliteral.Dict, n int) ([][]float32, error) {
	data, _ := list(reply, "data")
	if len(data) != n {
		return nil, fmt.Errorf("%d vectors for %d texts", len(data), n)
	}
	out := make([][]float32, n)
	for i, v := range data {
		d, _ := v.(pyliteral.Dict)
		at := i
		if v, ok := d.Get("index"); ok {
			k, ok := v.(int64)
			if !ok || k < 0 || k >= int64(n) {
				return nil, fmt.Errorf("vector %d has the index %s", i, pyliteral.Repr(v))
			}
			at = int(k)
		}
		if out[at] != nil {
			return nil, fmt.Errorf("two vectors have the index %d", at)
		}
		numbers, _ := list(d, "embedding")
		if len(numbers) == 0 {
			return nil, fmt.Errorf("vector %d has no numbers", i)
		}
		out[at] = make([]float32, len(numbers))
		for j, v := range numbers {
			x, ok := number(v)
			if !ok {
				return nil, fmt.Errorf("vector %d: number %d is none, or not finite", i, j)
			}
			out[at][j] = x
		}
	}
	for i := range out {
		if len(out[i]) != len(out[0]) {
			return nil, fmt.Errorf("vectors of %d and %d numbers", len(out[0]), len(out[i]))
		}
	}
	return out, nil
}

func number(v any) (float32, bool) {
	var x float64
	switch v := v.(type) {
	case int64:
		x = float64(v)
	case *big.Int:
		x, _ = new(big.Float).SetInt(v).Float64()
	case float64:
		x = v
	default:
		return 0, false
	}
	return float32(x), math.Abs(x) <= math.MaxFloat32
}
