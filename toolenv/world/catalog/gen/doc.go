// Gen writes docs/world.md, the page that lists the tools of the embedded world,
// from package catalog. The page is a function of the catalogue alone; a test of
// that package fails when the page is not what the catalogue says.
//
//	go run ./toolenv/world/catalog/gen docs/world.md
//
// The way in is main; the text is made by catalog.Page.
package main
