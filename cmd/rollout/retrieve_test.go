package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// openQueries are two tasks with one API each, and one without any.
const openQueries = `[
 {"query_id": 1, "query": "Is there rain in Oslo?", "relevant APIs": [], "api_list": [{"category_name": "Data", "tool_name": "Weather", "api_name": "Rain", "api_description": "rain of a city"}]},
 {"query_id": 2, "query": "Who sings this song?", "relevant APIs": [], "api_list": [{"category_name": "Music", "tool_name": "Songs", "api_name": "Singer", "api_description": "who sings a song"}]},
 {"query_id": 3, "query": "rain, and a song about rain", "relevant APIs": [], "api_list": []}]`

// vectors is a server of embeddings: a text that has "rain" points one way, one
// that has "sing" another, and both are far from texts with neither.
func vectors(t *testing.T, requests *[]string) *httptest.Server {
	var mu sync.Mutex
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || r.URL.Path != "/v1/embeddings" {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		mu.Lock()
		*requests = append(*requests, fmt.Sprintf("%s %s %d", r.Header.Get("Authorization"), q.Model, len(q.Input)))
		mu.Unlock()
		var data []string
		for i, text := range q.Input {
			v := []int{0, 0, 1}
			for k, word := range []string{"rain", "sing"} {
				v[k] = 2 * strings.Count(text, word)
			}
			b, _ := json.Marshal(v)
			data = append(data, fmt.Sprintf(`{"index": %d, "embedding": %s}`, i, b))
		}
		fmt.Fprintf(w, `{"data": [%s]}`, strings.Join(data, ","))
	}))
	t.Cleanup(ts.Close)
	return ts
}

// offered runs the tasks and returns the names of the functions that each had.
func offered(t *testing.T, dir, out string, args ...string) (list []string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append(args, "-queries", filepath.Join(dir, "q.json"), "-policy", "script:"+filepath.Join(dir, "turns.jsonl"), "-tools", "world", "-out", filepath.Join(dir, out))
	if status := run(args, &stdout, &stderr); status != 0 {
		t.Fatalf("status %d, %s", status, stderr.String())
	}
	for _, id := range []string{"1", "2", "3"} {
		r, err := answers.ReadRaw(filepath.Join(dir, out, id+"_CoT@1.json"))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range r.Answer.Functions {
			inner, _ := f.(pyliteral.Dict).Get("function")
			name, _ := inner.(pyliteral.Dict).Get("name")
			names = append(names, name.(string))
		}
		list = append(list, strings.Join(names, " "))
	}
	return list
}

func TestOpenDomain(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "q.json"), openQueries)
	write(t, filepath.Join(dir, "key"), "secret-key")
	finish := `"turns": ["Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"x\"}"]}`
	write(t, filepath.Join(dir, "turns.jsonl"), `{"task": "1", `+finish+"\n"+`{"task": "2", `+finish+"\n"+`{"task": "3", `+finish)
	var requests []string
	server := vectors(t, &requests)

	// By words, out of the queries' own APIs.
	want := []string{"rain_for_weather Finish", "singer_for_songs Finish", "rain_for_weather Finish"}
	if got := offered(t, dir, "words", "-retrieve", "1"); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	// By vectors, all of which are hits.
	want = []string{"rain_for_weather singer_for_songs Finish", "singer_for_songs rain_for_weather Finish", "rain_for_weather singer_for_songs Finish"}
	if got := offered(t, dir, "vectors", "-retrieve", "5", "-embeddings", server.URL, "-embeddings-model", "e", "-embeddings-key-file", filepath.Join(dir, "key")); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	slices.Sort(requests)
	if s := "Bearer secret-key e 1"; !slices.Equal(requests, []string{s, s, s, "Bearer secret-key e 2"}) {
		t.Errorf("requests %q", requests)
	}
	// A second run with a cache asks for the queries alone.
	for _, out := range []string{"first", "second"} {
		requests = nil
		offered(t, dir, out, "-retrieve", "5", "-embeddings", server.URL, "-embeddings-model", "e", "-embeddings-cache", filepath.Join(dir, "cache"))
	}
	if s := " e 1"; !slices.Equal(requests, []string{s, s, s}) {
		t.Errorf("with a cache: %q", requests)
	}
	// Out of a folder, which has what the queries do not name and lacks what they do.
	if err := os.MkdirAll(filepath.Join(dir, "tools", "Data"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "tools", "Data", "clouds.json"), `{"tool_name": "Clouds", "tool_description": "", "api_list": [
		{"name": "Singing", "description": "does a cloud sing", "required_parameters": [], "optional_parameters": []},
		{"name": "Falling", "description": "rain of a cloud", "required_parameters": [], "optional_parameters": []}]}`)
	want = []string{"falling_for_clouds Finish", "singing_for_clouds Finish", "falling_for_clouds Finish"}
	if got := offered(t, dir, "folder", "-retrieve", "1", "-tool-root", filepath.Join(dir, "tools")); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	// Outputs with other APIs are not taken for those of this run.
	var stdout, stderr bytes.Buffer
	status := run([]string{"-queries", filepath.Join(dir, "q.json"), "-policy", "script:" + filepath.Join(dir, "turns.jsonl"), "-tools", "world", "-out", filepath.Join(dir, "words"), "-retrieve", "2", "-embeddings", server.URL}, &stdout, &stderr)
	if status != 1 || !strings.Contains(stderr.String(), "was made with other functions on offer: use another folder, or overwrite") {
		t.Errorf("status %d, %s", status, stderr.String())
	}
}
