package catalog

var _ = Add(Category{
	Name: "Cities", Word: "city", Key: "name", Quick: true,
	Fields: []Field{
		{Word: "country", Target: "country", Also: "nation"},
		{Word: "mayor", Target: "person"},
		{Word: "twin", Target: "city"},
		{Word: "altitude", Also: "height"},
	},
	Tools: []Tool{
		{Name: "Quick Desk", Text: "Facts about cities.", Offers: "country~lite mayor twin altitude~legacy"},
		{Name: "Cyber Desk", Text: "City figures for maps.", Offers: "country mayor~legacy twin twin~legacy altitude"},
		{Name: "North Link", Text: "Municipal records.", Offers: "country country~legacy mayor mayor~legacy twin~legacy altitude altitude~legacy"},
		{Name: "Open View", Text: "A gazetteer of cities.", Offers: "country country~legacy mayor mayor~mini twin twin~mini altitude altitude~legacy"},
	},
})
