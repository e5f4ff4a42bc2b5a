package toolenv_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
)

// A NUMBER is whole in the embedded world, and any number where an API is RapidAPI's.
func TestValidateFractions(t *testing.T) {
	api := toolenv.API{Required: []toolenv.Parameter{{Name: "lat", Type: "NUMBER"}}}
	for raw, want := range map[string][2]bool{`{"lat": 3.2018}`: {false, true}, `{"lat": 3}`: {true, true}, `{"lat": "3.2"}`: {false, false}} {
		args, err := toolenv.DecodeArgs([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		for k, fractions := range []bool{false, true} {
			api.Fractions = fractions
			if err := toolenv.Validate(api, args); (err == nil) != want[k] {
				t.Errorf("%s, fractions %v: %v", raw, fractions, err)
			}
		}
	}
}
