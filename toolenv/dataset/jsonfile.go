package dataset

import (
	"fmt"
	"io"
	"os"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// jsonFile is a file with one JSON object, of which it knows where the values
// stand; they are read when they are asked for.
type jsonFile struct {
	path string
	keys []string // in order, each once
	at   map[string][2]int64
}

// openJSON goes through a file once. Of a key given twice the last value counts.
func openJSON(path string) (*jsonFile, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f := &jsonFile{path: path, at: map[string][2]int64{}}
	for e, err := range pyliteral.StreamEntries(r) {
		if err != nil {
			return nil, fmt.Errorf("dataset: %s: %w", path, err)
		}
		key := e.Key.(string)
		if _, twice := f.at[key]; !twice {
			f.keys = append(f.keys, key)
		}
		f.at[key] = [2]int64{e.From, e.To}
	}
	return f, nil
}

// get reads the value of a key; ok is false when there is none.
func (f *jsonFile) get(key string) (v any, ok bool, err error) {
	at, ok := f.at[key]
	if !ok {
		return nil, false, nil
	}
	r, err := os.Open(f.path)
	if err != nil {
		return nil, true, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.NewSectionReader(r, at[0], at[1]-at[0]))
	if err == nil {
		v, err = pyliteral.FromJSON(string(text))
	}
	if err != nil {
		err = fmt.Errorf("dataset: %s: task %s: %w", f.path, key, err)
	}
	return v, true, err
}
