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
	Example     any // the default, shown as "example_value"; nil when there is none
	Enum        []string
}

// Schema describes an API to a model: ToolBench's texts and limits (256
// characters for each description), required parameters first.
func Schema(a API) Function {
	f := header(a)
	for _, p := range a.Required {
		f.add(p, true)
	}
	for _, p := range a.Optional {
		f.add(p, false)
	}
	return f
}

// ReleasedSchema is Schema as the released pipeline makes it: an empty string
// leads both name lists, and optional parameters are lost when there is no
// required one (an indentation slip in its source).
func ReleasedSchema(a API) Function {
	f := header(a)
	f.Required, f.Optional = []string{""}, []string{""}
	for _, p := range a.Required {
		f.add(p, true)
	}
	if len(a.Required) > 0 {
		for _, p := range a.Optional {
			f.add(p, false)
		}
	}
	return f
}

func header(a API) Function {
	name := FunctionName(a)
	desc := fmt.Sprintf("This is the subfunction for tool \"%s\", you can use this tool.", Standardize(a.Tool))
	if text := pyliteral.Strip(a.Description); text != "" {
		text = pyliteral.First(strings.ReplaceAll(text, a.Name, name), 256)
		desc += fmt.Sprintf("The description of this function is: \"%s\"", text)
	}
	return Function{Name: name, Description: desc, Optional: []string{}}
}

func (f *Function) add(p Parameter, required bool) {
	prop := Property{
		Name:        ChangeName(Standardize(p.Name)),
		Type:        p.jsonType(),
		Description: pyliteral.First(p.Description, 256),
	}
	if p.Default != nil && fmt.Sprint(p.Default) != "" {
		prop.Example = p.Default
	}
	// A parameter declared twice keeps its place and takes the later text, as in
	// a Python dict; the name lists show it twice.
	replaced := false
	for i := range f.Properties {
		if f.Properties[i].Name == prop.Name {
			f.Properties[i], replaced = prop, true
		}
	}
	if !replaced {
		f.Properties = append(f.Properties, prop)
	}
	if required {
		f.Required = append(f.Required, prop.Name)
	} else {
		f.Optional = append(f.Optional, prop.Name)
	}
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
		if p.Example != nil {
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
