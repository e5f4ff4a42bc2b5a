package catalog

var _ = Add(Category{
	Name: "Commerce", Word: "product", Key: "code",
	Fields: []Field{
		{Word: "maker", Target: "company", Also: "manufacturer"},
		{Word: "designer", Target: "person"},
		{Word: "price", Also: "cost"},
	},
	Tools: []Tool{
		{Name: "Magic Lab", Text: "Products and prices.", Offers: "find~legacy maker maker~lite designer price~beta"},
		{Name: "Amber Wire", Text: "A product catalogue.", Offers: "find maker~beta designer price price~legacy"},
		{Name: "Rapid Stack", Text: "Offers of many shops.", Offers: "find find~beta maker designer~beta price"},
		{Name: "Amber Hub", Text: "Product data for shops.", Offers: "find find~legacy maker maker~legacy designer designer~legacy price price~beta"},
	},
})
