package virtual

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// Documents is a tool folder: {category}/{tool}.json. Nothing outside of it can be
// named.
type Documents struct{ root *os.Root }

// OpenDocuments opens a tool folder.
func OpenDocuments(dir string) (*Documents, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Documents{root}, nil
}

// Close releases the folder.
func (d *Documents) Close() error { return d.root.Close() }

// mostDocument is the largest document that is read, in bytes.
const mostDocument = 16 << 20

// read returns the document of a tool.
func (d *Documents) read(category, tool string) (pyliteral.Dict, error) {
	if d == nil {
		return nil, errors.New("no tool folder is configured")
	}
	name := tool + ".json"
	for _, e := range []string{category, name} {
		if why := store.CheckElement(e); why != "" {
			return nil, fmt.Errorf("%.100q: %s", e, why)
		}
	}
	path := category + "/" + name
	st, err := d.root.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() || st.Size() > mostDocument {
		return nil, fmt.Errorf("%s: not a regular file of at most %d bytes", path, mostDocument)
	}
	f, err := d.root.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostDocument))
	if err != nil {
		return nil, err
	}
	v, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	doc, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("%s: not an object", path)
	}
	return doc, nil
}

// documentation is what the simulator is told about an API: the description of
// its tool, and name and description of the API itself (of several, when their
// names differ only in how they are written).
func (s *Server) documentation(c *call) (pyliteral.Dict, *Error) {
	doc, err := s.o.Documents.read(c.place.Category, c.document)
	if err != nil {
		return nil, &Error{NoDocument, err}
	}
	description, ok := doc.Get("tool_description")
	list, isList := doc.Get("api_list")
	if s.o.Released && (!ok || !isList) {
		return nil, fail(NoDocument, "%s/%s.json has no tool_description or no api_list", c.place.Category, c.document)
	}
	apis, _ := list.(pyliteral.List)
	found := pyliteral.List{}
	for _, v := range apis {
		api, _ := v.(pyliteral.Dict)
		name, _ := api.Get("name")
		text, hasText := api.Get("description")
		title, isText := name.(string)
		if s.o.Released && !isText {
			return nil, fail(NoDocument, "%s/%s.json: an API without a name", c.place.Category, c.document)
		}
		standard := toolenv.Standardize(title)
		if !s.o.Released {
			standard = toolenv.ChangeName(standard)
		}
		if standard != c.place.API || !isText {
			continue
		}
		if s.o.Released && !hasText {
			return nil, fail(NoDocument, "%s/%s.json: an API without a description", c.place.Category, c.document)
		}
		found = append(found, pyliteral.Dict{{Key: "name", Value: title}, {Key: "description", Value: text}})
	}
	return pyliteral.Dict{{Key: "tool_description", Value: description}, {Key: "api_info", Value: found}}, nil
}

// responseSchema is the documented response of an API, nil when there is none.
func (s *Server) responseSchema(c *call) any {
	doc, err := s.o.Documents.read(c.place.Category, c.document)
	if err != nil {
		return nil
	}
	list, _ := doc.Get("api_list")
	apis, _ := list.(pyliteral.List)
	for _, v := range apis {
		api, _ := v.(pyliteral.Dict)
		name, _ := api.Get("name")
		title, _ := name.(string)
		if toolenv.ChangeName(toolenv.Standardize(title)) != c.place.API {
			continue
		}
		for _, key := range []string{"schema", "template_response"} {
			schema, _ := api.Get(key)
			if truth(schema) {
				return schema
			}
		}
	}
	return nil
}
