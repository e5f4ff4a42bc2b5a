package catalog

var _ = Add(Category{
	Name: "Food", Word: "recipe", Key: "code",
	Fields: []Field{
		{Word: "chef", Target: "person", Also: "cook"},
		{Word: "origin", Target: "country"},
		{Word: "calories", Also: "energy"},
	},
	Tools: []Tool{
		{Name: "Open Box", Text: "Recipes from everywhere.", Offers: "find~legacy chef origin calories~beta"},
		{Name: "Micro Stack", Text: "Nutrition facts of recipes.", Offers: "find chef~legacy origin origin~legacy calories"},
		{Name: "Turbo Lab", Text: "A cook book for programs.", Offers: "find find~beta chef origin~legacy calories"},
		{Name: "Open Hub", Text: "Recipes and who wrote them.", Offers: "find find~legacy chef chef~beta origin origin~legacy calories calories~lite"},
	},
})
