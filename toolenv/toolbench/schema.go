package toolbench

import (
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// object is the function object that shows a function to a model. Values keep
// their Python types, so that 1 and 1.0 stay apart in the defaults shown.
func object(f toolenv.Function) pyliteral.Dict {
	properties := pyliteral.Dict{}
	for _, p := range f.Properties {
		d := pyliteral.Dict{{Key: "type", Value: p.Type}}
		if len(p.Enum) > 0 {
			d = append(d, pyliteral.Item{Key: "enum", Value: names(p.Enum)})
		}
		if p.Description != "" || len(p.Enum) == 0 { // every parameter but Finish's choice
			d = append(d, pyliteral.Item{Key: "description", Value: p.Description})
		}
		if p.HasExample {
			d = append(d, pyliteral.Item{Key: "example_value", Value: p.Example})
		}
		properties = append(properties, pyliteral.Item{Key: p.Name, Value: d})
	}
	parameters := pyliteral.Dict{{Key: "type", Value: "object"}, {Key: "properties", Value: properties}, {Key: "required", Value: names(f.Required)}}
	if f.Optional != nil {
		parameters = append(parameters, pyliteral.Item{Key: "optional", Value: names(f.Optional)})
	}
	return pyliteral.Dict{{Key: "name", Value: f.Name}, {Key: "description", Value: f.Description}, {Key: "parameters", Value: parameters}}
}

// wrap makes the tool object of OpenAI's lists from a function object.
func wrap(f pyliteral.Dict) pyliteral.Dict {
	return pyliteral.Dict{{Key: "type", Value: "function"}, {Key: "function", Value: f}}
}

func names(ss []string) pyliteral.List {
	l := make(pyliteral.List, len(ss))
	for i, s := range ss {
		l[i] = s
	}
	return l
}
