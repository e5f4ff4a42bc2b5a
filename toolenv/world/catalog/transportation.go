package catalog

var _ = Add(Category{
	Name: "Transportation", Word: "flight", Key: "code",
	Fields: []Field{
		{Word: "airline", Target: "company"},
		{Word: "destination", Target: "city"},
		{Word: "gate"},
	},
	Tools: []Tool{
		{Name: "Rapid View", Text: "Flights of today.", Offers: "find~legacy airline destination gate~legacy"},
		{Name: "Magic Box", Text: "An airport board.", Offers: "find airline~mini destination gate gate~beta"},
		{Name: "Urban Stack", Text: "Flight schedules.", Offers: "find airline airline~legacy destination~lite gate"},
		{Name: "Urban View", Text: "Departures and gates.", Offers: "find find~beta airline airline~legacy destination destination~legacy gate gate~beta"},
	},
})
