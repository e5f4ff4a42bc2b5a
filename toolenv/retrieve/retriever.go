package retrieve

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Retriever puts retrieved APIs on offer.
type Retriever struct {
	Documents []Document
	Index     Index // over Documents
	// Has says whether there is a file <category>/<tool>.json for a tool, such as
	// Folder.Has; nil takes every tool.
	Has func(category, tool string) bool
	// Released counts an API again that two documents describe under names that
	// become equal when standardised; by default it is listed once.
	Released bool
}

// pool is how many times more documents are ranked than are wanted, for some of
// their tools may have no file.
const pool = 10

// APIs are the best n APIs for a query, n being ToolBench's retrieved_api_nums: of
// the 10n best documents, categories and tools by their standardised names, those
// whose tool has a file, until there are n. There may be fewer.
func (r *Retriever) APIs(ctx context.Context, query string, n int) ([]toolbench.Entry, error) {
	hits, err := r.Index.Search(ctx, query, pool*n)
	if err != nil {
		return nil, fmt.Errorf("retrieve: %w", err)
	}
	var list []toolbench.Entry
	seen := map[[2]string]bool{}
	for _, h := range hits {
		if len(list) == n {
			break
		}
		e := r.Documents[h.Document].Entry
		e.Category = toolbench.StandardizeCategory(e.Category)
		e.Tool = toolenv.Standardize(e.Tool)
		key := [2]string{e.Category, toolenv.FunctionName(e.API)}
		if r.Has != nil && !r.Has(e.Category, e.Tool) || seen[key] && !r.Released {
			continue
		}
		seen[key] = true
		list = append(list, e)
	}
	return list, nil
}

// Query is a query with the best n APIs for its text in place of its own.
func (r *Retriever) Query(ctx context.Context, q *toolbench.Query, n int) (*toolbench.Query, error) {
	apis, err := r.APIs(ctx, q.Text, n)
	if err != nil {
		return nil, err
	}
	found := *q
	found.APIs = apis
	return &found, nil
}
