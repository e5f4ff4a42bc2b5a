package retrieve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

const file = `[
 {"api_list": [
  {"category_name": "Food, Drink", "tool_name": "Fruit Box", "api_name": "GetApples", "api_description": "Lists apples.",
   "required_parameters": [{"name": "kind", "type": "STRING", "description": "Café", "default": 1.0}], "optional_parameters": [], "method": "GET", "template_response": {"red": "bool"}},
  {"category_name": "Food, Drink", "tool_name": "Fruit Box", "api_name": "pears", "api_description": "Lists pears."}
 ], "query": "Which apples are there?", "relevant APIs": [["Fruit Box", "GetApples"]], "query_id": 1},
 {"api_list": [
  {"category_name": "Food, Drink", "tool_name": "Fruit Box", "api_name": "pears", "api_description": "Lists pears."},
  {"category_name": "Food, Drink", "tool_name": "fruit_box", "api_name": "Pears", "api_description": "Lists pears."},
  {"category_name": "Sea", "tool_name": "Tides", "api_name": "high", "api_description": "When the sea is high, and pears."}
 ], "query": "pears", "relevant APIs": [], "query_id": 2}
]`

func someQueries(t testing.TB) []toolbench.Query {
	t.Helper()
	path := filepath.Join(t.TempDir(), "set.json")
	if err := os.WriteFile(path, []byte(file), 0o666); err != nil {
		t.Fatal(err)
	}
	qs, err := toolbench.LoadQueries(path)
	if err != nil {
		t.Fatal(err)
	}
	return qs
}

func TestDocuments(t *testing.T) {
	docs := Documents(someQueries(t))
	if len(docs) != 4 {
		t.Fatalf("%d documents", len(docs))
	}
	want := `Food, Drink, Fruit Box, GetApples, Lists apples., required_params: [{"name": "kind", "type": "STRING", "description": "Caf\u00e9", "default": 1.0}], optional_params: [], return_schema: {"red": "bool"}`
	if docs[0].Text != want {
		t.Errorf("text\n%s\nwant\n%s", docs[0].Text, want)
	}
	if want, _, _ := strings.Cut(want, ", return_schema"); docs[0].Brief() != want {
		t.Errorf("brief text %s", docs[0].Brief())
	}
	if want := `Food, Drink, Fruit Box, pears, Lists pears., required_params: "", optional_params: "", return_schema: ""`; docs[1].Text != want {
		t.Errorf("text\n%s\nwant\n%s", docs[1].Text, want)
	}
}

func TestFolderDocuments(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "Sea"), 0o777)
	os.WriteFile(filepath.Join(dir, "Sea", "tides.json"), []byte(`{"tool_name": "Tides", "api_list": [{"name": "high", "description": "x"}, 3, {"name": "low"}]}`), 0o666)
	f, err := toolbench.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	docs, err := FolderDocuments(f)
	if err != nil || len(docs) != 2 || docs[1].Text != `Sea, Tides, low, , required_params: "", optional_params: "", return_schema: ""` {
		t.Errorf("%+v, %v", docs, err)
	}
	os.WriteFile(filepath.Join(dir, "Sea", "broken.json"), []byte(`{`), 0o666)
	if _, err := FolderDocuments(f); err == nil || !strings.Contains(err.Error(), "broken.json") {
		t.Errorf("a broken file: %v", err)
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"GetRelatedChannels by_ID3 v2.1": "get related channel by id 3 v 2 1",
		"cities ties glass is Größen 東京": "city tie glass is größen 東京",
		"HTTPServer, caf\u00e9s":         "httpserver café",
		"":                               "",
	} {
		if got := strings.Join(Words(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestBM25(t *testing.T) {
	x := NewBM25([]string{"a b", "b b c", "c", "b a", ""})
	hits, err := x.Search(t.Context(), "b c", 10)
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	for _, h := range hits {
		order = append(order, h.Document)
	}
	// "a b" and "b a" are equal: the first given is first. "" has no word.
	if !slices.Equal(order, []int{1, 2, 0, 3}) || hits[2].Score != hits[3].Score {
		t.Errorf("%+v", hits)
	}
	// By hand: ln(1 + 3.5/2.5) · 2.2 / (1 + 1.2·(0.25 + 0.75/1.6)), texts having 1.6 words on average.
	if want := 1.0341; fmt.Sprintf("%.4f", hits[1].Score) != fmt.Sprintf("%.4f", want) {
		t.Errorf("score of c: %.4f, want %.4f", hits[1].Score, want)
	}
	if hits, _ := x.Search(t.Context(), "b c", 1); len(hits) != 1 {
		t.Errorf("%d hits, want 1", len(hits))
	}
	if hits, _ := x.Search(t.Context(), "zebra", 5); len(hits) != 0 {
		t.Errorf("%d hits of an unknown word", len(hits))
	}
}

func TestRetriever(t *testing.T) {
	queries := someQueries(t)
	docs := Documents(queries)
	r := &Retriever{Documents: docs, Index: DocumentWords(docs)}
	names := func(q int, n int) []string {
		found, err := r.Query(t.Context(), &queries[q], n)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, e := range found.APIs {
			list = append(list, e.Category+"/"+e.Tool+"/"+e.Name)
		}
		if found.ID != queries[q].ID || len(queries[q].APIs) != len(someQueries(t)[q].APIs) {
			t.Error("the query itself changed")
		}
		return list
	}
	if diff := cmp.Diff([]string{"Food_Drink/fruit_box/pears", "Sea/tides/high"}, names(1, 5)); diff != "" {
		t.Error(diff)
	}
	r.Released = true
	if diff := cmp.Diff([]string{"Food_Drink/fruit_box/pears", "Food_Drink/fruit_box/Pears"}, names(1, 2)); diff != "" {
		t.Error(diff)
	}
	r.Has = func(category, tool string) bool { return category == "Sea" && tool == "tides" }
	if diff := cmp.Diff([]string{"Sea/tides/high"}, names(1, 1)); diff != "" {
		t.Error(diff)
	}
}

// vectors answers as /v1/embeddings does: a text's numbers are how often it has
// the letters a, b and c. It counts the texts it was sent.
func vectors(t *testing.T, sent *[]int) *endpoint.Client {
	t.Helper()
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Model != "letters" || r.URL.Path != "/v1/embeddings" {
			t.Errorf("%s %+v: %v", r.URL, body, err)
		}
		*sent = append(*sent, len(body.Input))
		var items []string
		for i, s := range slices.Backward(body.Input) { // in any order
			items = append(items, fmt.Sprintf(`{"index": %d, "embedding": [%d, %d, %d]}`, i, strings.Count(s, "a"), strings.Count(s, "b"), strings.Count(s, "c")))
		}
		fmt.Fprintf(w, `{"data": [%s]}`, strings.Join(items, ","))
	}))
	t.Cleanup(ts.Close)
	c, err := endpoint.New(endpoint.Options{BaseURL: ts.URL + "/v1", Model: "letters"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEmbedding(t *testing.T) {
	var sent []int
	c := vectors(t, &sent)
	texts := []string{"aab", "c", "ab", "bbb", "cc"}
	o := EmbeddingOptions{Model: "letters", Batch: 2, Cache: filepath.Join(t.TempDir(), "cache"), QueryPrefix: "? "}
	x, err := NewEmbedding(t.Context(), c, texts, o)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sent, []int{2, 2, 1}) || x.Cached {
		t.Errorf("batches %d", sent)
	}
	check := func(x *Embedding) {
		t.Helper()
		hits, err := x.Search(t.Context(), "ccc", 3)
		if err != nil || len(hits) != 3 || hits[0].Document != 1 || hits[1].Document != 4 || hits[2].Document != 0 || hits[0].Score != 1 || hits[2].Score != 0 {
			t.Errorf("%+v, %v", hits, err)
		}
	}
	check(x)
	sent = nil
	if x, err = NewEmbedding(t.Context(), c, texts, o); err != nil || !x.Cached || len(sent) != 0 {
		t.Fatalf("cached %v, requests %d, %v", x.Cached, sent, err)
	}
	check(x)

	// A damaged cache, or other texts, are asked for again.
	name := cacheFile(o.Cache, o.Model, texts)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2]++
	os.WriteFile(name, b, 0o666)
	if x, err = NewEmbedding(t.Context(), c, texts, o); err != nil || x.Cached {
		t.Errorf("a damaged cache was used, or %v", err)
	}
	if x, err = NewEmbedding(t.Context(), c, texts[:2], o); err != nil || x.Cached {
		t.Errorf("the cache of other texts was used, or %v", err)
	}
}

type embedder func(texts []string) ([][]float32, error)

func (f embedder) Embed(_ context.Context, _ string, texts []string) ([][]float32, error) {
	return f(texts)
}

func TestEmbeddingErrors(t *testing.T) {
	for name, answer := range map[string]embedder{
		"no answer":   func([]string) ([][]float32, error) { return nil, errors.New("no") },
		"too few":     func([]string) ([][]float32, error) { return [][]float32{{1}}, nil },
		"two lengths": func([]string) ([][]float32, error) { return [][]float32{{1}, {1, 2}}, nil },
		"zero":        func([]string) ([][]float32, error) { return [][]float32{{0}, {1}}, nil },
	} {
		if _, err := NewEmbedding(t.Context(), answer, []string{"a", "b"}, EmbeddingOptions{}); err == nil || !strings.HasPrefix(err.Error(), "retrieve: documents 0 to 1: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	changing := 0
	other := embedder(func([]string) ([][]float32, error) {
		changing++
		return [][]float32{slices.Repeat([]float32{1}, changing)}, nil
	})
	x, err := NewEmbedding(t.Context(), other, []string{"a"}, EmbeddingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(t.Context(), "a", 5); err == nil {
		t.Error("a query's vector of another length")
	}
	if x, err = NewEmbedding(t.Context(), other, nil, EmbeddingOptions{}); err != nil {
		t.Fatal(err)
	}
	if hits, err := x.Search(t.Context(), "a", 5); len(hits) != 0 || err != nil {
		t.Errorf("without documents: %v, %v", hits, err)
	}
}
