package catalog

var _ = Add(Category{
	Name: "Business", Word: "company", Key: "code", Quick: true,
	Fields: []Field{
		{Word: "founder", Target: "person", Also: "creator"},
		{Word: "chairman", Target: "person"},
		{Word: "headquarters", Target: "city", Also: "main office"},
		{Word: "staff", Counted: true, Also: "employees"},
	},
	Tools: []Tool{
		{Name: "Smart Base", Text: "A company register.", Offers: "find~legacy founder founder~lite chairman chairman~lite headquarters~beta staff"},
		{Name: "North Wire", Text: "Who leads which company.", Offers: "find founder~plus chairman headquarters staff~legacy"},
		{Name: "Royal Base", Text: "Corporate records.", Offers: "find founder chairman~plus headquarters staff"},
		{Name: "Blue Wire", Text: "Company facts and figures.", Offers: "find find~legacy founder founder~lite chairman chairman~legacy headquarters headquarters~legacy staff staff~lite"},
	},
})
