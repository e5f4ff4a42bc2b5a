package catalog

var _ = Add(Category{
	Name: "Opera", Word: "opera", Key: "name", HeldOut: true, Quick: true,
	Fields: []Field{
		{Word: "composer", Target: "person"},
		{Word: "singer", Target: "person"},
		{Word: "premiere", Target: "day"},
		{Word: "length"},
	},
	Tools: []Tool{
		{Name: "Blue Stack", Text: "Operas and their makers.", Offers: "composer~legacy singer premiere length~lite"},
		{Name: "Micro Link", Text: "An opera guide.", Offers: "composer singer~plus premiere length"},
		{Name: "Cloud Works", Text: "What is on stage.", Offers: "composer singer premiere~legacy length"},
	},
})
