package catalog_test

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// The functions by which a model can find out who directed a film: which tool
// has a sound one, and which have one that is misleading or flaky.
func Example() {
	categories, heldOut, tools, apis := catalog.Counts(catalog.All(false))
	fmt.Printf("%d categories (%d held out), %d tools, %d APIs\n", categories, heldOut, tools, apis)
	for _, c := range catalog.All(true) {
		if c.Name != "Film" {
			continue
		}
		for _, o := range c.Offers() {
			api := o.API(c.Word, o.Tool.Name)
			if name := toolenv.FunctionName(api); strings.Contains(name, "director") {
				fmt.Printf("%-45s %s\n", name, api.Description)
			}
		}
	}
	// Output:
	// 18 categories (3 held out), 69 tools, 388 APIs
	// get_film_director_beta_for_blue_desk          Returns the director of a film. Not yet stable.
	// get_film_director_for_metro_hub               Returns the director of a film.
	// get_film_director_for_pixel_hub               Returns the director of a film.
	// get_film_director_plus_for_pixel_hub          Despite its name, returns the composer of a film.
	// get_film_director_for_turbo_works             Returns the director of a film.
	// get_film_director_plus_for_turbo_works        Despite its name, returns the composer of a film.
}
