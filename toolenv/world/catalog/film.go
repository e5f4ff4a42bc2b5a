package catalog

var _ = Add(Category{
	Name: "Film", Word: "film", Key: "name", Quick: true,
	Fields: []Field{
		{Word: "director", Target: "person", Also: "filmmaker"},
		{Word: "composer", Target: "person"},
		{Word: "studio", Target: "company"},
		{Word: "sequel", Target: "film"},
		{Word: "premiere", Target: "day"},
		{Word: "length", Also: "duration"},
		{Word: "cast", Target: "person", Many: true, Also: "actors"},
	},
	Tools: []Tool{
		{Name: "Blue Desk", Text: "Feature films and who made them.", Offers: "director~beta composer studio sequel~legacy premiere length cast~legacy"},
		{Name: "Metro Hub", Text: "Cinema listings with credits.", Offers: "director composer~plus studio sequel premiere~lite length length~lite cast"},
		{Name: "Pixel Hub", Text: "A film archive.", Offers: "director director~plus composer studio~lite sequel premiere length~lite cast"},
		{Name: "Turbo Works", Text: "Film credits for programs.", Offers: "director director~plus composer composer~plus studio studio~legacy sequel sequel~beta premiere premiere~lite length length~lite cast cast~legacy"},
	},
})
