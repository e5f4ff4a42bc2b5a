package catalog

var _ = Add(Category{
	Name: "Countries", Word: "country", Key: "name",
	Fields: []Field{
		{Word: "capital", Target: "city"},
		{Word: "president", Target: "person", Also: "leader"},
		{Word: "neighbour", Target: "country"},
		{Word: "area", Also: "size"},
	},
	Tools: []Tool{
		{Name: "Global Hub", Text: "Facts about countries.", Offers: "capital~lite president president~beta neighbour area~lite"},
		{Name: "Green Desk", Text: "Country profiles.", Offers: "capital president~legacy neighbour area"},
		{Name: "Magic Works", Text: "A world almanac.", Offers: "capital president neighbour~mini area"},
		{Name: "Magic Data", Text: "Geography by country.", Offers: "capital capital~legacy president president~lite neighbour neighbour~lite area area~lite"},
	},
})
