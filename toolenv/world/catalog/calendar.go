package catalog

var _ = Add(Category{
	Name: "Calendar", Word: "day", Key: "date",
	Fields: []Field{
		{Word: "guest", Target: "person"},
		{Word: "venue", Target: "city"},
		{Word: "visitors", Counted: true},
	},
	Tools: []Tool{
		{Name: "Quick Wire", Text: "What happened on a day.", Offers: "guest~beta venue visitors"},
		{Name: "Smart Hub", Text: "A calendar of events.", Offers: "guest venue~lite visitors visitors~lite"},
		{Name: "Nova Lab", Text: "Days and their events.", Offers: "guest venue visitors~mini"},
		{Name: "Cyber Works", Text: "An event diary.", Offers: "guest guest~legacy venue venue~legacy visitors visitors~legacy"},
	},
})
