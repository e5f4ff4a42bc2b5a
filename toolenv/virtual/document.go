package virtual

import (
	"errors"
	"io/fs"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// document returns the document of the tool that a call is for, nil when there
// is none.
func (s *Server) document(c *call) (pyliteral.Dict, error) {
	if s.o.Tools == nil {
		return nil, nil
	}
	t, err := s.o.Tools.Tool(c.place.Category, c.place.document)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return t.Raw, nil
}

// documentation is what the simulator is told about an API: the description of
// its tool, and name and description of the API itself (of several, when their
// names differ only in how they are written).
func (s *Server) documentation(c *call) (pyliteral.Dict, *Error) {
	doc, err := s.document(c)
	if err != nil {
		return nil, &Error{NoDocument, err}
	}
	if doc == nil { // the model has to make do with the names
		return pyliteral.Dict{{Key: "tool_description", Value: ""}, {Key: "api_info", Value: ""}}, nil
	}
	description, ok := doc.Get("tool_description")
	list, isList := doc.Get("api_list")
	if s.o.Released && (!ok || !isList) {
		return nil, fail(NoDocument, "%s/%s.json has no tool_description or no api_list", c.place.Category, c.place.document)
	}
	apis, _ := list.(pyliteral.List)
	found := pyliteral.List{}
	for _, v := range apis {
		api, _ := v.(pyliteral.Dict)
		name, _ := api.Get("name")
		text, hasText := api.Get("description")
		title, isText := name.(string)
		if s.o.Released && !isText {
			return nil, fail(NoDocument, "%s/%s.json: an API without a name", c.place.Category, c.place.document)
		}
		standard := toolenv.Standardize(title)
		if !s.o.Released {
			standard = toolenv.ChangeName(standard)
		}
		if standard != c.place.API || !isText {
			continue
		}
		if s.o.Released && !hasText {
			return nil, fail(NoDocument, "%s/%s.json: an API without a description", c.place.Category, c.place.document)
		}
		found = append(found, pyliteral.Dict{{Key: "name", Value: title}, {Key: "description", Value: text}})
	}
	return pyliteral.Dict{{Key: "tool_description", Value: description}, {Key: "api_info", Value: found}}, nil
}

// responseSchema is the documented response of an API, nil when there is none.
func (s *Server) responseSchema(c *call) any {
	doc, err := s.document(c)
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
