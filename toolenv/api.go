package toolenv

// API is one end point of a tool, described as ToolBench describes it; the JSON
// field names are those of its query files.
type API struct {
	Category    string      `json:"category_name"`
	Tool        string      `json:"tool_name"`
	Name        string      `json:"api_name"`
	Description string      `json:"api_description"`
	Required    []Parameter `json:"required_parameters"`
	Optional    []Parameter `json:"optional_parameters"`
	// Strict makes a call with a parameter that is not declared an argument
	// error. ToolBench's Python wrappers are strict too: they answer "unexpected
	// keyword argument".
	Strict bool `json:"strict,omitempty"`
	// Fractions lets a NUMBER be any number, as RapidAPI means it. ToolBench tells
	// models that a NUMBER is an integer, which no latitude is.
	Fractions bool `json:"fractions,omitempty"`
}

// Parameter of an API. Type is ToolBench's: STRING, NUMBER, BOOLEAN, or anything
// else, which is treated as STRING.
type Parameter struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description"`
	Default     any    `json:"default"`
}

// jsonType is the JSON schema type that ToolBench gives a parameter.
func (p Parameter) jsonType() string {
	switch p.Type {
	case "NUMBER":
		return "integer"
	case "BOOLEAN":
		return "boolean"
	}
	return "string"
}
