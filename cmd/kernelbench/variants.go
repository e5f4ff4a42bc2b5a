package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/bench"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// versions are what -variant asks for: numbers of versions, 0 for kernels/ref.
// Nil is the default: kernels/cpu, and every version of a case that has several.
type versions map[int]bool

var rangeOfVersions = regexp.MustCompile(`^v(\d+)(?:…|\.\.+|-)v(\d+)$`)

// parseVersions reads "v0", "v1,v3" and "v1…v5" (also v1..v5 and v1-v5).
func parseVersions(text string) (versions, error) {
	if text == "" || text == "all" {
		return nil, nil
	}
	list := versions{}
	for _, part := range strings.Split(text, ",") {
		lo, hi := part, part
		if m := rangeOfVersions.FindStringSubmatch(part); m != nil {
			lo, hi = "v"+m[1], "v"+m[2]
		}
		a, errA := strconv.Atoi(strings.TrimPrefix(lo, "v"))
		b, errB := strconv.Atoi(strings.TrimPrefix(hi, "v"))
		if errA != nil || errB != nil || !strings.HasPrefix(lo, "v") || a < 0 || b < a || b > 99 {
			return nil, usage.Errorf("-variant %q: want v0 (kernels/ref), v1 (kernels/cpu; of the steps, the first), or versions such as v1,v3 or v1…v5", text)
		}
		for i := a; i <= b; i++ {
			list[i] = true
		}
	}
	return list, nil
}

// of returns the versions of a case that are asked for, as -json names them.
func (v versions) of(c bench.Case) []string {
	var names []string
	if c.Variants == 0 {
		for i := range 2 {
			if v[i] || v == nil && i == 1 {
				names = append(names, fmt.Sprintf("v%d", i))
			}
		}
		return names
	}
	for i := 1; i <= c.Variants; i++ {
		if v[i] || v == nil {
			names = append(names, fmt.Sprintf("v%d", i))
		}
	}
	return names
}
