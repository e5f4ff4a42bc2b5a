package catalog

var _ = Add(Category{
	Name: "Book", Word: "book", Key: "code", Quick: true,
	Fields: []Field{
		{Word: "author", Target: "person", Also: "writer"},
		{Word: "publisher", Target: "company"},
		{Word: "pages", Counted: true},
		{Word: "price", Also: "cost"},
	},
	Tools: []Tool{
		{Name: "Solar Stack", Text: "Books in print.", Offers: "find~legacy author publisher pages~plus price"},
		{Name: "Quick Link", Text: "A library catalogue.", Offers: "find author~lite publisher pages pages~lite price~plus"},
		{Name: "Global View", Text: "Book data for shops.", Offers: "find find~legacy author publisher~legacy pages price"},
		{Name: "Delta Base", Text: "Titles, authors and editions.", Offers: "find find~mini author author~lite publisher publisher~legacy pages pages~legacy price price~beta"},
	},
})
