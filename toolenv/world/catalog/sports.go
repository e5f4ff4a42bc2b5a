package catalog

var _ = Add(Category{
	Name: "Sports", Word: "team", Key: "name", Quick: true,
	Fields: []Field{
		{Word: "coach", Target: "person", Also: "trainer"},
		{Word: "sponsor", Target: "company"},
		{Word: "rival", Target: "team"},
		{Word: "home", Target: "city"},
		{Word: "players", Target: "person", Many: true},
		{Word: "wins", Counted: true, Also: "victories"},
	},
	Tools: []Tool{
		{Name: "North Point", Text: "Teams and their seasons.", Offers: "coach~mini sponsor rival home~lite players wins"},
		{Name: "Turbo Hub", Text: "Sports figures.", Offers: "coach coach~lite sponsor~legacy rival home home~lite players~legacy wins"},
		{Name: "Open Base", Text: "A league register.", Offers: "coach sponsor sponsor~legacy rival~legacy home players wins~lite"},
		{Name: "Royal Lab", Text: "Team data for fans.", Offers: "coach coach~beta sponsor sponsor~beta rival rival~lite home home~lite players players~legacy wins wins~lite"},
	},
})
