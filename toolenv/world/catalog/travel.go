package catalog

var _ = Add(Category{
	Name: "Travel", Word: "hotel", Key: "name", Quick: true,
	Fields: []Field{
		{Word: "owner", Target: "person"},
		{Word: "location", Target: "city"},
		{Word: "opening", Target: "day"},
		{Word: "rooms", Counted: true},
	},
	Tools: []Tool{
		{Name: "Amber Link", Text: "Hotels of the world.", Offers: "owner~beta location location~beta opening rooms~legacy"},
		{Name: "North Data", Text: "Hotel records.", Offers: "owner location~beta opening rooms rooms~lite"},
		{Name: "Magic Link", Text: "A booking service.", Offers: "owner location opening~legacy rooms"},
		{Name: "Rapid Hub", Text: "Hotels and who runs them.", Offers: "owner owner~beta location location~lite opening opening~legacy rooms rooms~lite"},
	},
})
