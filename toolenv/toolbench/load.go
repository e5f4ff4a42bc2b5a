package toolbench

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// LoadQueries reads a query file, or all files <subset>.json of a folder in the
// order of their names. A file is a list of queries; it is read one query at a
// time. Errors name the file and the query, the first of which has number 1.
func LoadQueries(path string) ([]Query, error) {
	files, err := jsonFiles(path)
	if err != nil {
		return nil, err
	}
	var qs []Query
	for _, file := range files {
		if qs, err = appendQueries(qs, file); err != nil {
			return nil, err
		}
	}
	return qs, nil
}

func appendQueries(qs []Query, file string) ([]Query, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("queries: %w", err)
	}
	defer f.Close()
	subset, n := stem(file), 0
	for v, err := range pyliteral.StreamList(f) {
		if err != nil {
			return nil, fmt.Errorf("queries: %s: %w; expected a list of objects with api_list, query and query_id", file, err)
		}
		n++
		d, ok := v.(pyliteral.Dict)
		if !ok {
			return nil, fmt.Errorf("queries: %s: query %d is no object; expected one with api_list, query and query_id", file, n)
		}
		q := parseQuery(d, subset)
		if q.ID == "" {
			return nil, fmt.Errorf("queries: %s: query %d has no query_id, by which its results would be known", file, n)
		}
		qs = append(qs, q)
	}
	return qs, nil
}

// LoadIDs reads a file of test_query_ids, an object whose keys are ids (a list of
// ids will do too), in its order.
func LoadIDs(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("ids: %w", err)
	}
	v, err := pyliteral.FromJSON(string(b))
	if err != nil {
		return nil, fmt.Errorf("ids: %s: %w", path, err)
	}
	var ids []string
	switch v := v.(type) {
	case pyliteral.Dict:
		for _, it := range v {
			ids = append(ids, idText(it.Key))
		}
	case pyliteral.List:
		for _, id := range v {
			ids = append(ids, idText(id))
		}
	default:
		return nil, fmt.Errorf("ids: %s: expected an object whose keys are query ids", path)
	}
	return ids, nil
}

// jsonFiles is path itself, or the .json files in it.
func jsonFiles(path string) ([]string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("queries: %w", err)
	}
	if !st.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("queries: %w", err)
	}
	var files []string
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && filepath.Ext(name) == ".json" && !strings.HasPrefix(name, ".") {
			files = append(files, filepath.Join(path, name))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("queries: %s: no file <subset>.json in this folder: %w", path, fs.ErrNotExist)
	}
	return files, nil
}

func stem(file string) string {
	return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
}
