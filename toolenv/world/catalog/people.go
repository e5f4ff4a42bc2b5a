package catalog

var _ = Add(Category{
	Name: "People", Word: "person", Key: "name", Quick: true,
	Fields: []Field{
		{Word: "birthplace", Target: "city", Also: "home town"},
		{Word: "employer", Target: "company"},
		{Word: "mentor", Target: "person", Also: "teacher"},
		{Word: "age"},
	},
	Tools: []Tool{
		{Name: "Rapid Desk", Text: "Who is who.", Offers: "birthplace~legacy employer mentor age~mini"},
		{Name: "Amber View", Text: "Short biographies.", Offers: "birthplace employer~lite mentor age"},
		{Name: "Open Data", Text: "Careers and contacts.", Offers: "birthplace employer mentor~lite age"},
		{Name: "Rapid Lab", Text: "Profiles of people.", Offers: "birthplace birthplace~lite employer employer~lite mentor mentor~lite age age~lite"},
	},
})
