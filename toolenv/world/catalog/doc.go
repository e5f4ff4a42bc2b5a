// Package catalog describes the tools of the embedded world: one small file per
// category, with its records, its tools and what each of them offers.
//
// A category (film) has records with fields (director → person, length). A tool
// (Blue Desk) offers some of the category's functions as APIs (get_film_director),
// perhaps in a variant that something is wrong with (get_film_director_legacy).
// Everything else, descriptions, parameters, the page docs/world.md, is made from
// that.
//
// To add a tool, add a file:
//
//	package catalog
//
//	var _ = AddTool("Film", Tool{Name: "Delta Box", Text: "Films of the week.", Offers: "director length cast~beta"})
//
// and run go generate. To add a category, add a file with Add; the knowledge base
// follows by itself. Both change which tasks a seed stands for.
package catalog
