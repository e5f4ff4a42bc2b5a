package catalog

var _ = Add(Category{
	Name: "Farming", Word: "farm", Key: "name", HeldOut: true, Quick: true,
	Fields: []Field{
		{Word: "owner", Target: "person"},
		{Word: "country", Target: "country"},
		{Word: "location", Target: "city"},
		{Word: "area"},
	},
	Tools: []Tool{
		{Name: "Magic Wire", Text: "Farms and fields.", Offers: "owner~beta country country~legacy location area~lite"},
		{Name: "Delta Data", Text: "A register of farms.", Offers: "owner country~legacy location area"},
		{Name: "Urban Data", Text: "Farm data.", Offers: "owner country location~lite area area~beta"},
	},
})
