package toolbench

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Folder is a tool folder: <Category>/<tool>.json. Nothing outside of it can be
// read through it, whatever a query names and wherever symbolic links point. It
// may be used by many goroutines.
type Folder struct {
	root *os.Root

	once  sync.Once // the white list is read when it is first asked for
	white map[string]Listed
	err   error
}

// maxToolFile bounds the bytes of one tool file that are read.
const maxToolFile = 64 << 20

// OpenFolder opens a tool folder. Its files are read when they are needed.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("tool folder: %w", err)
	}
	return &Folder{root: root}, nil
}

// Close closes the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Tool is a tool of a folder.
type Tool struct {
	Category string
	Stem     string // name of the file without ".json": the tool's standardised name
	Name     string
	// Description is "" when there is none.
	Description string
	APIs        []toolenv.API
	Raw         pyliteral.Dict
}

// Tool reads <category>/<tool>.json; tool is a standardised name. The error is a
// *NameError for names that are no file's, and has fs.ErrNotExist in its chain
// when there is no such tool.
func (f *Folder) Tool(category, tool string) (*Tool, error) {
	path, err := toolPath(category, tool)
	if err != nil {
		return nil, err
	}
	d, err := f.read(path)
	if err != nil {
		return nil, err
	}
	t := &Tool{Category: category, Stem: tool, Name: text(d, "tool_name"), Description: text(d, "tool_description"), Raw: d}
	for _, v := range list(d, "api_list") {
		if a, ok := v.(pyliteral.Dict); ok {
			t.APIs = append(t.APIs, toolenv.API{
				Category: category, Tool: t.Name, Name: text(a, "name"), Description: text(a, "description"),
				Required: parameters(a, "required_parameters"), Optional: parameters(a, "optional_parameters"), Strict: true, Fractions: true,
			})
		}
	}
	return t, nil
}

// API finds an API by its standardised name, the first that has it.
func (t *Tool) API(standard string) (toolenv.API, bool) {
	for _, a := range t.APIs {
		if apiName(a.Name) == standard {
			return a, true
		}
	}
	return toolenv.API{}, false
}

// Has says whether there is a file <category>/<tool>.json.
func (f *Folder) Has(category, tool string) bool {
	path, err := toolPath(category, tool)
	if err != nil {
		return false
	}
	st, err := f.root.Stat(path)
	return err == nil && st.Mode().IsRegular()
}

// Accepts says whether the folder has every tool of a query; missing is the
// first file it lacks.
func (f *Folder) Accepts(q *Query) (ok bool, missing string) {
	for _, e := range q.APIs {
		if tool := toolenv.Standardize(e.Tool); !f.Has(e.Category, tool) {
			return false, e.Category + "/" + tool + ".json"
		}
	}
	return true, ""
}

// read parses the file at a path that toolPath made or the folder itself listed.
func (f *Folder) read(path string) (pyliteral.Dict, error) {
	file, err := f.root.Open(path)
	if err != nil {
		return nil, fmt.Errorf("tool folder: %w", err)
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxToolFile+1))
	if err != nil {
		return nil, fmt.Errorf("tool folder: %w", err)
	}
	if len(b) > maxToolFile {
		return nil, fmt.Errorf("tool folder: %s: more than %d bytes", path, maxToolFile)
	}
	v, err := pyliteral.FromJSON(string(b))
	if err != nil {
		return nil, fmt.Errorf("tool folder: %s: %w", path, err)
	}
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("tool folder: %s: expected an object with tool_name and api_list", path)
	}
	return d, nil
}

func toolPath(category, tool string) (string, error) {
	if err := CheckName(category); err != nil {
		return "", err
	}
	file := tool + ".json"
	if err := CheckName(file); err != nil {
		return "", err
	}
	return category + "/" + file, nil
}
