package toolenv

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Function is an API as a model sees it: the "function" object of OpenAI's tool
// lists. Properties keep their order, which a Go map would lose.
type Function struct {
	Name        string
	Description string
	Properties  []Property
	Required    []string
	Optional    []string // nil: the list is left out, as for Finish
}

// Property is one parameter of a Function.
type Property struct {
	Name        string
	Type        string
	Description string
	Example     any // the default, shown as "example_value" if HasExample
	HasExample  bool
	Enum        []string
}

// Schema describes an API to a model: ToolBench's texts and limits (256
// characters for each description), required parameters first.
func Schema(a API) Function { return SchemaFor(a, Standardize(a.Tool), false) }

// SchemaFor is Schema under a given name of the tool: in ToolBench that of its
// file. Released makes it as the released pipeline does: an empty string leads
// both name lists, optional parameters are lost when there is no required one (an
// indentation slip in its source), and a default that is null is shown.
func SchemaFor(a API, tool string, released bool) Function {
	f := header(a, tool)
	if released {
		f.Required, f.Optional = []string{""}, []string{""}
	}
	for _, p := range a.Required {
		f.Required = append(f.Required, f.add(p, released))
	}
	if released && len(a.Required) == 0 {
		return f
	}
	for _, p := range a.Optional {
		f.Optional = append(f.Optional, f.add(p, released))
	}
	return f
}

// maxDescription is after how many characters descriptions are cut.
const maxDescription = 256

func header(a API, tool string) Function {
	name := ChangeName(Standardize(a.Name)) + "_for_" + tool
	desc := fmt.Sprintf("This is the subfunction for tool \"%s\", you can use this tool.", tool)
	if text := pyliteral.Strip(a.Description); text != "" {
		text = pyliteral.First(strings.ReplaceAll(text, a.Name, name), maxDescription)
		desc += fmt.Sprintf("The description of this function is: \"%s\"", text)
	}
	return Function{Name: name, Description: desc, Optional: []string{}}
}

// add adds a parameter and returns its name.
func (f *Function) add(p Parameter, null bool) string {
	prop := Property{
		Name:        ChangeName(Standardize(p.Name)),
		Type:        p.jsonType(),
		Description: pyliteral.First(p.Description, maxDescription),
		Example:     p.Default,
		HasExample:  fmt.Sprint(p.Default) != "" && (p.Default != nil || null),
	}
	// A parameter declared twice keeps its place and takes the later text, as in
	// a Python dict; the name lists show it twice.
	for i := range f.Properties {
		if f.Properties[i].Name == prop.Name {
			f.Properties[i] = prop
			return prop.Name
		}
	}
	f.Properties = append(f.Properties, prop)
	return prop.Name
}

// MarshalJSON writes the object in the order in which ToolBench writes it.
func (f Function) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"name":`)
	writeJSON(&b, f.Name)
	b.WriteString(`,"description":`)
	writeJSON(&b, f.Description)
	b.WriteString(`,"parameters":{"type":"object","properties":{`)
	for i, p := range f.Properties {
		if i > 0 {
			b.WriteByte(',')
		}
		writeJSON(&b, p.Name)
		b.WriteString(`:{"type":`)
		writeJSON(&b, p.Type)
		if len(p.Enum) > 0 {
			b.WriteString(`,"enum":`)
			writeJSON(&b, p.Enum)
		}
		if p.Description != "" || len(p.Enum) == 0 { // ToolBench explains every parameter but Finish's choice
			b.WriteString(`,"description":`)
			writeJSON(&b, p.Description)
		}
		if p.HasExample {
			b.WriteString(`,"example_value":`)
			writeJSON(&b, p.Example)
		}
		b.WriteByte('}')
	}
	b.WriteString(`},"required":`)
	writeJSON(&b, orEmpty(f.Required))
	if f.Optional != nil {
		b.WriteString(`,"optional":`)
		writeJSON(&b, f.Optional)
	}
	b.WriteString(`}}`)
	return b.Bytes(), nil
}

func writeJSON(b *bytes.Buffer, v any) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("toolenv: Function: " + err.Error()) // strings and decoded JSON always encode
	}
	b.Truncate(b.Len() - 1) // the encoder ends with a newline
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
