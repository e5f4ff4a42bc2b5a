package catalog

var _ = Add(Category{
	Name: "Math", Word: "math", Key: "", Quick: true,
	Ops: []Op{
		{Word: "sum", Text: "Returns the sum of two numbers."},
		{Word: "max", Text: "Returns the higher of two numbers."},
		{Word: "compare", Text: "Says which of two numbers is higher: \"a\", \"b\" or \"equal\"."},
	},
	Tools: []Tool{
		{Name: "Turbo Data", Text: "Simple arithmetic.", Offers: "sum~legacy max max~legacy compare"},
		{Name: "Smart Data", Text: "A calculator.", Offers: "sum max~beta compare compare~lite"},
		{Name: "Prime Hub", Text: "Sums and comparisons.", Offers: "sum sum~beta max compare~lite"},
		{Name: "Urban Desk", Text: "Arithmetic as a service.", Offers: "sum sum~beta max max~beta compare compare~lite"},
	},
})
