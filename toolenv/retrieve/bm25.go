package retrieve

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Index ranks documents by how well they fit a query.
type Index interface {
	// Search returns the n best documents, best first; equally good ones in the
	// order in which they were given.
	Search(ctx context.Context, query string, n int) ([]Hit, error)
}

// Hit is a document's place among those given to the index, with its score.
type Hit struct {
	Document int
	Score    float64
}

// BM25 is an index of words (Robertson et al. 1994): a document scores the sum
// over the query's words of
//
//	idf · tf·(k1+1) / (tf + k1·(1 - b + b·length/mean length)),  idf = ln(1 + (N - df + 0.5)/(df + 0.5))
//
// with k1 = 1.2 and b = 0.75. It may be used by many goroutines.
type BM25 struct {
	postings map[string][]posting
	lengths  []float64
	mean     float64
}

type posting struct {
	document int
	count    float64
}

const (
	k1 = 1.2
	b  = 0.75
)

// NewBM25 indexes texts.
func NewBM25(texts []string) *BM25 {
	x := &BM25{postings: map[string][]posting{}, lengths: make([]float64, len(texts))}
	for d, text := range texts {
		words := Words(text)
		counts := map[string]float64{}
		for _, w := range words {
			counts[w]++
		}
		for w, n := range counts { // each list grows by this document: no order of words shows
			x.postings[w] = append(x.postings[w], posting{d, n})
		}
		x.lengths[d] = float64(len(words))
		x.mean += x.lengths[d] / float64(len(texts))
	}
	return x
}

// DocumentWords indexes documents by their brief texts.
func DocumentWords(docs []Document) *BM25 {
	texts := make([]string, len(docs))
	for i, d := range docs {
		texts[i] = d.Brief()
	}
	return NewBM25(texts)
}

// Search implements Index. Documents without any word of the query are not hits.
func (x *BM25) Search(_ context.Context, query string, n int) ([]Hit, error) {
	scores := make([]float64, len(x.lengths))
	for _, w := range Words(query) { // in their order, so that sums are the same on every run
		list := x.postings[w]
		df := float64(len(list))
		idf := math.Log(1 + (float64(len(x.lengths))-df+0.5)/(df+0.5))
		for _, p := range list {
			scores[p.document] += idf * p.count * (k1 + 1) / (p.count + k1*(1-b+b*x.lengths[p.document]/x.mean))
		}
	}
	return best(scores, n, 0), nil
}

// best are the n documents with the highest scores above a floor.
func best(scores []float64, n int, floor float64) []Hit {
	var hits []Hit
	for d, s := range scores {
		if s > floor {
			hits = append(hits, Hit{d, s})
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return hits[:min(max(n, 0), len(hits))]
}
