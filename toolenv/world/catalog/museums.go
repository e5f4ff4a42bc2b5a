package catalog

var _ = Add(Category{
	Name: "Museums", Word: "museum", Key: "code", HeldOut: true, Quick: true,
	Fields: []Field{
		{Word: "director", Target: "person"},
		{Word: "location", Target: "city"},
		{Word: "price"},
	},
	Tools: []Tool{
		{Name: "Lunar Link", Text: "Museums and their collections.", Offers: "find~legacy director location price~lite"},
		{Name: "Blue Data", Text: "A guide to museums.", Offers: "find director~lite location price"},
		{Name: "Royal Hub", Text: "Opening hours and more.", Offers: "find find~legacy director director~lite location~legacy price"},
	},
})
