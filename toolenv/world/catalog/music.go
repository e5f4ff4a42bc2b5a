package catalog

var _ = Add(Category{
	Name: "Music", Word: "song", Key: "name", Quick: true,
	Fields: []Field{
		{Word: "singer", Target: "person", Also: "vocalist"},
		{Word: "label", Target: "company"},
		{Word: "tempo"},
	},
	Tools: []Tool{
		{Name: "Solar Point", Text: "Songs and their makers.", Offers: "singer~beta label tempo"},
		{Name: "Turbo Stack", Text: "Figures about songs.", Offers: "singer singer~beta label~beta tempo"},
		{Name: "Green Box", Text: "A register of recordings.", Offers: "singer label tempo~beta"},
		{Name: "Metro Wire", Text: "Music data for players.", Offers: "singer singer~lite label label~lite tempo tempo~legacy"},
	},
})
