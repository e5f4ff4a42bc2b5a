package catalog

var _ = Add(Category{
	Name: "Farming", Word: "farm", Key: "name", HeldOut: true, Quick: true,
	Fields: []Field{
		{Word: "owner", Target: "person"},
		{Word: "country", Target: "country"},
		{Word: "location", Target: "city"},
		{Word: "altitude"},
	},
	Tools: []Tool{
		{Name: "Magic Wire", Text: "Farms and fields.", Offers: "owner~beta country country~legacy location altitude~lite"},
		{Name: "Delta Data", Text: "A register of farms.", Offers: "owner country~legacy location altitude"},
		{Name: "Urban Data", Text: "Farm data.", Offers: "owner country location~lite altitude altitude~beta"},
	},
})
