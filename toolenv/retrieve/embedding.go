package retrieve

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Embedder turns texts into vectors of one length; endpoint.Client is one.
type Embedder interface {
	Embed(ctx context.Context, model string, texts []string) ([][]float32, error)
}

// EmbeddingOptions say how texts are sent.
type EmbeddingOptions struct {
	Model string // "" for the endpoint's own choice
	Batch int    // texts of one request; 0 means 64
	// QueryPrefix and DocumentPrefix stand before every text, for models that want
	// such: "query: " and "passage: ".
	QueryPrefix, DocumentPrefix string
	// Cache is a folder that keeps the vectors of the documents; "" keeps none.
	Cache string
}

// Embedding is an index of vectors, which ranks by their cosine. It may be used
// by many goroutines.
type Embedding struct {
	e       Embedder
	o       EmbeddingOptions
	vectors [][]float32 // of length 1
	Cached  bool        // the vectors came from the cache
}

const defaultBatch = 64

// NewEmbedding asks for the vectors of texts, batch by batch, or takes them from
// the cache. A cache that cannot be written is an error: the vectors were paid for.
func NewEmbedding(ctx context.Context, e Embedder, texts []string, o EmbeddingOptions) (*Embedding, error) {
	if o.Batch <= 0 {
		o.Batch = defaultBatch
	}
	x := &Embedding{e: e, o: o}
	sent := make([]string, len(texts))
	for i, t := range texts {
		sent[i] = o.DocumentPrefix + t
	}
	if o.Cache != "" {
		if v, ok := loadVectors(o.Cache, o.Model, sent); ok {
			x.vectors, x.Cached = v, true
			return x, nil
		}
	}
	for at := 0; at < len(sent); at += o.Batch {
		batch := sent[at:min(at+o.Batch, len(sent))]
		v, err := e.Embed(ctx, o.Model, batch)
		if err == nil {
			err = x.take(v, len(batch))
		}
		if err != nil {
			return nil, fmt.Errorf("retrieve: documents %d to %d: %w", at, at+len(batch)-1, err)
		}
	}
	if o.Cache != "" {
		if err := saveVectors(o.Cache, o.Model, sent, x.vectors); err != nil {
			return nil, fmt.Errorf("retrieve: %w", err)
		}
	}
	return x, nil
}

// take appends vectors, at length 1.
func (x *Embedding) take(list [][]float32, want int) error {
	if len(list) != want {
		return fmt.Errorf("%d vectors for %d texts", len(list), want)
	}
	for i, v := range list {
		if len(x.vectors) > 0 && len(v) != len(x.vectors[0]) {
			return fmt.Errorf("vector %d has %d numbers, others %d", i, len(v), len(x.vectors[0]))
		}
		if v = unit(v); v == nil {
			return fmt.Errorf("vector %d has no direction", i)
		}
		x.vectors = append(x.vectors, v)
	}
	return nil
}

// Search implements Index. All documents are hits.
func (x *Embedding) Search(ctx context.Context, query string, n int) ([]Hit, error) {
	if len(x.vectors) == 0 {
		return nil, nil
	}
	list, err := x.e.Embed(ctx, x.o.Model, []string{x.o.QueryPrefix + query})
	if err != nil {
		return nil, err
	}
	if len(list) != 1 || len(list[0]) != len(x.vectors[0]) {
		return nil, fmt.Errorf("the query's vector does not fit those of the documents: did the model change?")
	}
	q := unit(list[0])
	if q == nil {
		return nil, errors.New("the query's vector has no direction")
	}
	scores := make([]float64, len(x.vectors))
	for i, v := range x.vectors {
		for j := range v {
			scores[i] += float64(v[j]) * float64(q[j])
		}
	}
	return best(scores, n, math.Inf(-1)), nil
}

// unit is a vector's direction, nil when it has none.
func unit(v []float32) []float32 {
	var sum float64
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	norm := math.Sqrt(sum)
	if norm == 0 || math.IsInf(norm, 0) || math.IsNaN(norm) {
		return nil
	}
	u := make([]float32, len(v))
	for i, f := range v {
		u[i] = float32(float64(f) / norm)
	}
	return u
}
