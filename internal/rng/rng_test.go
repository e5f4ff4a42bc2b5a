package rng

import "testing"

// The first number of a stream identifies it.
func first(seed uint64, path ...any) uint64 { return New(seed, path...).Uint64() }

func TestPathsAreApart(t *testing.T) {
	seen := map[uint64]string{}
	for name, x := range map[string]uint64{
		"no path":           first(1),
		"another seed":      first(2),
		"a":                 first(1, "a"),
		"b":                 first(1, "b"),
		"a, b":              first(1, "a", "b"),
		"ab":                first(1, "ab"),
		"ab and nothing":    first(1, "ab", ""),
		"1":                 first(1, 1),
		"the text 1":        first(1, "1"),
		"-1":                first(1, -1),
		"a derived from it": first(Derive(1, "a"), "a"),
	} {
		if other, ok := seen[x]; ok {
			t.Errorf("%q and %q are one stream", name, other)
		}
		seen[x] = name
	}
}

// Recorded runs depend on these numbers: they must never change.
func TestStreamsStay(t *testing.T) {
	if got := first(7, "rollout", 3, 5); got != stored {
		t.Errorf("the stream begins with %d, recorded is %d", got, uint64(stored))
	}
	if again := first(7, "rollout", 3, 5); again != stored {
		t.Errorf("asked for again, the stream begins with %d", again)
	}
}

func TestOtherTypesPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a float in a path was taken")
		}
	}()
	New(1, 1.5)
}

const stored = 14483156434267608696
