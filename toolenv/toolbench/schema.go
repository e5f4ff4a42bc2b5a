package toolbench

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// maxDescription is after how many characters descriptions are cut.
const maxDescription = 256

// types maps the types of the files to those of JSON schemas; all others are
// shown as strings.
var types = map[string]string{"NUMBER": "integer", "STRING": "string", "BOOLEAN": "boolean"}

// FunctionSchema is the function object that shows an API to a model under the
// standardised name of its tool. Values keep their Python types, so that 1 and
// 1.0 stay apart in the default values shown.
func FunctionSchema(a toolenv.API, tool string, released bool) pyliteral.Dict {
	name := apiName(a.Name) + "_for_" + tool
	desc := fmt.Sprintf("This is the subfunction for tool \"%s\", you can use this tool.", tool)
	if text := pyliteral.Strip(a.Description); text != "" {
		desc += fmt.Sprintf("The description of this function is: \"%s\"", pyliteral.First(strings.ReplaceAll(text, a.Name, name), maxDescription))
	}
	properties, required, optional := pyliteral.Dict{}, pyliteral.List{}, pyliteral.List{}
	if released {
		required, optional = pyliteral.List{""}, pyliteral.List{""}
	}
	for _, p := range a.Required {
		name := apiName(p.Name)
		properties = set(properties, name, property(p))
		required = append(required, name)
	}
	if !released || len(a.Required) > 0 { // a slip in the release's indentation loses them
		for _, p := range a.Optional {
			name := apiName(p.Name)
			properties = set(properties, name, property(p))
			optional = append(optional, name)
		}
	}
	return pyliteral.Dict{
		{Key: "name", Value: name},
		{Key: "description", Value: desc},
		{Key: "parameters", Value: pyliteral.Dict{
			{Key: "type", Value: "object"}, {Key: "properties", Value: properties}, {Key: "required", Value: required}, {Key: "optional", Value: optional},
		}},
	}
}

func property(p toolenv.Parameter) pyliteral.Dict {
	kind, ok := types[p.Type]
	if !ok {
		kind = "string"
	}
	d := pyliteral.Dict{{Key: "type", Value: kind}, {Key: "description", Value: pyliteral.First(p.Description, maxDescription)}}
	if pyliteral.Str(p.Default) != "" {
		d = append(d, pyliteral.Item{Key: "example_value", Value: p.Default})
	}
	return d
}

// set gives a key a value in its place, or at the end when it is new.
func set(d pyliteral.Dict, key string, value any) pyliteral.Dict {
	for i := range d {
		if d[i].Key == key {
			d[i].Value = value
			return d
		}
	}
	return append(d, pyliteral.Item{Key: key, Value: value})
}

// finishSchema is the function object of Finish.
func finishSchema() pyliteral.Dict {
	f := toolenv.FinishFunction()
	properties := pyliteral.Dict{}
	for _, p := range f.Properties {
		d := pyliteral.Dict{{Key: "type", Value: p.Type}}
		if len(p.Enum) > 0 {
			d = append(d, pyliteral.Item{Key: "enum", Value: strings2list(p.Enum)})
		}
		if p.Description != "" {
			d = append(d, pyliteral.Item{Key: "description", Value: p.Description})
		}
		properties = append(properties, pyliteral.Item{Key: p.Name, Value: d})
	}
	return pyliteral.Dict{
		{Key: "name", Value: f.Name},
		{Key: "description", Value: f.Description},
		{Key: "parameters", Value: pyliteral.Dict{
			{Key: "type", Value: "object"}, {Key: "properties", Value: properties}, {Key: "required", Value: strings2list(f.Required)},
		}},
	}
}

// wrap makes the tool object of OpenAI's lists from a function object.
func wrap(f pyliteral.Dict) pyliteral.Dict {
	return pyliteral.Dict{{Key: "type", Value: "function"}, {Key: "function", Value: f}}
}

func strings2list(ss []string) pyliteral.List {
	l := make(pyliteral.List, len(ss))
	for i, s := range ss {
		l[i] = s
	}
	return l
}
