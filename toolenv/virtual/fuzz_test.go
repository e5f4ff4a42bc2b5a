package virtual

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// FuzzServer sends any request to servers whose backend and simulator answer
// anything: every answer is JSON with a known status, no defect shows, and
// nothing is written outside of the cache.
func FuzzServer(f *testing.F) {
	const ok = `{"category": "Movies", "tool_name": "IMDb", "api_name": "Search", "tool_input": "{\"q\": 1}", "strip": "filter", "toolbench_key": "k"}`
	f.Add(ok, `{"error": "", "response": {"title": 1}}`, `{"error": "", "response": 1}`)
	f.Add(`[["category", 5]]`, `[NaN]`, "```json\n[]```")
	f.Add(strings.Replace(ok, "IMDb", `../../x_for_Movies`, 1), `{"error": "error", "response": "`+strings.Repeat("x", 3000)+`"}`, `{"is_fake": 1}`)
	f.Add(strings.Replace(ok, "Movies", `..`, 1), `500 error`, `null`)
	f.Add(strings.Replace(ok, `"{\"q\": 1}"`, `[["\ud83d", 1e400]]`, 1), `{"error": "", "response": "There was an error processing your API key"}`, "")
	f.Fuzz(func(t *testing.T, request, real, sim string) {
		if !utf8.ValidString(sim) {
			sim = strings.ToValidUTF8(sim, "?") // the script writes it as JSON
		}
		for _, o := range []Options{{Save: true}, {Save: true, Released: true}, {Upstream: true}} {
			o.Timeout = time.Second
			b := newBench(t, o, map[string]string{search: "{" + entry("a", `"response": 1`) + "}"}, []string{real}, []string{sim})
			q := httptest.NewRequest(http.MethodPost, "/virtual", strings.NewReader(request))
			w := httptest.NewRecorder()
			b.ServeHTTP(w, q)
			body := w.Body.String()
			if _, err := pyliteral.FromJSON(body); err != nil || !utf8.ValidString(body) {
				t.Fatalf("answer %q: %v", body, err)
			}
			if strings.Contains(body, `"internal: `) || strings.Contains(body, `"store_failed: `) || w.Code < 200 || w.Code > 599 {
				t.Fatalf("answer %d %s", w.Code, body)
			}
			err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
				name, _ := filepath.Rel(b.dir, path)
				parts := strings.Split(filepath.ToSlash(name), "/")
				if err == nil && !d.IsDir() && name != filepath.Join("tools", "Movies", "imdb.json") && (parts[0] != "cache" || len(parts) != 4) {
					t.Errorf("a file where none may be: %s", name)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
