package catalog

var _ = Add(Category{
	Name: "Shipping", Word: "ship", Key: "code",
	Fields: []Field{
		{Word: "captain", Target: "person", Also: "skipper"},
		{Word: "port", Target: "city"},
		{Word: "speed"},
	},
	Tools: []Tool{
		{Name: "Pixel View", Text: "Ships at sea.", Offers: "find~legacy captain port speed~beta"},
		{Name: "Urban Link", Text: "A register of ships.", Offers: "find captain~lite port speed"},
		{Name: "Cloud Data", Text: "Where ships are.", Offers: "find captain port~lite speed"},
		{Name: "Blue Works", Text: "Ship data for ports.", Offers: "find find~legacy captain captain~mini port port~beta speed speed~lite"},
	},
})
