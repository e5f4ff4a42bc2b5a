package scripted

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// Serve starts a judge that ends with the test. pool returns a setup function for
// transcripts: it writes pool.json, a pool of two keys for the judge, into the
// folder of each.
func Serve(t testing.TB) (j *Judge, url string, pool func(dir string) error) {
	j = &Judge{}
	server := httptest.NewServer(j)
	t.Cleanup(server.Close)
	url = server.URL + "/v1"
	return j, url, func(dir string) error {
		text := fmt.Sprintf(`[{"api_key": "one", "api_base": %q}, {"api_key": "two", "api_base": %q}]`, url, url+"/")
		return os.WriteFile(filepath.Join(dir, "pool.json"), []byte(text), 0o600)
	}
}
