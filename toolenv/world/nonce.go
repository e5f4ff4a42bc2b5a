package world

import (
	"math/rand/v2"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// nonceWord invents a lower-case word of 3 to 5 letters: half of the time from
// two syllables, else letter by letter, so that every sequence of letters has to
// be copied some time.
func nonceWord(r *rand.Rand) string {
	const consonants, vowels = "bcdfghjklmnpqrstvwxyz", "aeiou"
	var b strings.Builder
	if r.IntN(2) == 0 {
		for range 2 {
			b.WriteByte(consonants[r.IntN(len(consonants))])
			b.WriteByte(vowels[r.IntN(len(vowels))])
		}
		if r.IntN(2) == 0 {
			b.WriteByte(consonants[r.IntN(len(consonants))])
		}
		return b.String()
	}
	const letters = "eeeeaaaarrrriiiioooottttnnnssslllcccuuudddppmmhhgbfywkvxzjq" // roughly as frequent as in English
	for n := 3 + r.IntN(3); n > 0; n-- {
		b.WriteByte(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// nonceBrand names a tool that does not exist: a new pair of the words that
// tools are called by, or an invented word. It is never a name that is held out.
func nonceBrand(r *rand.Rand) string {
	for {
		name := title(nonceWord(r))
		if r.IntN(10) < 6 {
			name = title(draw(r, catalog.BrandFirst)) + " " + title(draw(r, catalog.BrandSecond))
		}
		if !catalog.HeldOutBrand(name) {
			return name
		}
	}
}

func title(w string) string { return strings.ToUpper(w[:1]) + w[1:] }
