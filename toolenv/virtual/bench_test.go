package virtual

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// BenchmarkCached answers one stored call, without a network.
func BenchmarkCached(b *testing.B) {
	d, err := store.OpenDir(b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	answer := object("", pyliteral.Dict{{Key: "title", Value: "Alien"}, {Key: "year", Value: int64(1979)}, {Key: "text", Value: strings.Repeat("words ", 20)}})
	if err := d.Put(b.Context(), store.Name{Category: "Movies", Tool: "imdb_for_Movies", API: "search"}, store.Entry{Key: "{'q': 'Alien', 'n': 3}", Value: answer}); err != nil {
		b.Fatal(err)
	}
	s, err := NewServer(Options{Store: d})
	if err != nil {
		b.Fatal(err)
	}
	const body = `{"category": "Movies", "tool_name": "imdb", "api_name": "search", "tool_input": "{\"q\": \"Alien\", \"n\": 3}", "strip": "truncate", "toolbench_key": "key"}`
	b.ReportAllocs()
	for b.Loop() {
		q := httptest.NewRequest(http.MethodPost, "/virtual", strings.NewReader(body))
		q.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, q)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}
