package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/retrieve"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// mostRetrieved is the largest -retrieve: no prompt holds more functions.
const mostRetrieved = 1000

// openDomain puts the APIs that fit each query best in place of its own, out of
// those of the tool folder or, without one, of all the queries.
func openDomain(ctx context.Context, o *options, f *toolbench.Folder, queries, all []toolbench.Query) ([]toolbench.Query, error) {
	r := retrieve.Retriever{Released: o.released}
	if f == nil {
		r.Documents = retrieve.Documents(all)
	} else {
		docs, err := retrieve.FolderDocuments(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.toolRoot, err)
		}
		r.Documents, r.Has = docs, f.Has
	}
	if len(r.Documents) == 0 {
		from := "-tool-root " + o.toolRoot
		if f == nil {
			from = o.queries
		}
		return nil, fmt.Errorf("-retrieve %d: there are no APIs in %s", o.retrieve, from)
	}
	var err error
	if r.Index, err = openIndex(ctx, o, r.Documents); err != nil {
		return nil, err
	}
	found := make([]toolbench.Query, len(queries))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(o.threads)
	for i := range queries {
		g.Go(func() error {
			q, err := r.Query(ctx, &queries[i], o.retrieve)
			if err != nil {
				return fmt.Errorf("task %s: %w", queries[i].ID, err)
			}
			found[i] = *q
			return nil
		})
	}
	return found, g.Wait()
}

// openIndex ranks by words, or by the vectors of the server that -embeddings names.
func openIndex(ctx context.Context, o *options, docs []retrieve.Document) (retrieve.Index, error) {
	if o.embeddings == "" {
		return retrieve.DocumentWords(docs), nil
	}
	keys, err := readKeys(o.embeddingsKeyFile)
	if err != nil {
		return nil, err
	}
	c, err := endpoint.New(endpoint.Options{BaseURL: o.embeddings, Keys: keys, Model: o.embeddingsModel, Timeout: o.timeout, MaxConcurrent: o.threads, Seed: o.seed, Sleep: sleep})
	if err != nil {
		return nil, usage.Errorf("-embeddings: %w", err)
	}
	texts := make([]string, len(docs))
	for i, d := range docs {
		texts[i] = d.Text
	}
	return retrieve.NewEmbedding(ctx, c, texts, retrieve.EmbeddingOptions{Model: o.embeddingsModel, Cache: o.embeddingsCache})
}

// checkRetrieve checks the flags of the open domain.
func (o *options) checkRetrieve(set map[string]bool) error {
	switch {
	case set["retrieve"] && (o.retrieve < 1 || o.retrieve > mostRetrieved):
		return usage.Errorf("-retrieve %d: must be 1 to %d (5 is usual)", o.retrieve, mostRetrieved)
	case set["retrieve"] && set["mcp"]:
		return usage.Errorf("-retrieve has no effect with -mcp: all tools of the servers are on offer")
	case !set["retrieve"] && set["embeddings"]:
		return usage.Errorf("-embeddings has no effect without -retrieve N")
	}
	for _, name := range []string{"embeddings-model", "embeddings-key-file", "embeddings-cache"} {
		if set[name] && !set["embeddings"] {
			return usage.Errorf("-%s has no effect without -embeddings URL", name)
		}
	}
	return nil
}
