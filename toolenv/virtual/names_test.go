package virtual

import "testing"

// Names that look like a way out of their folder are refused; a slash alone, which
// ToolBench's own documents have, is not.
func TestNamesOfRequests(t *testing.T) {
	for _, c := range []struct {
		category, tool, api string
		fine, released      bool
	}{
		{"Movies", "imdb", "/getAll", true, true},
		{"Movies", "A/B test", "x", true, true},
		{"Artificial Intelligence/Machine Learning", "imdb", "x", true, true},
		{"Movies", "../imdb_for_Movies", "x", false, false},
		{"Movies", "a/b_for_Movies", "x", false, false},
		{"Movies", `a\b_for_Movies`, "x", false, false},
		{"Movies", "a\x00b_for_Movies", "x", false, false},
		{"..", "imdb", "x", false, false},
		{".", "imdb", "x", false, false},
		{"M\x00", "imdb", "x", false, false},
		// The release standardizes these to letters that lead nowhere else.
		{"../Movies", "imdb", "x", false, true},
		{"Movies", "..", "x", false, true},
		{"Movies", "imdb", "a/../b", false, true},
		{"Movies", "imdb", "a\x00b", false, true},
	} {
		for _, released := range []bool{false, true} {
			want := c.fine
			if released {
				want = c.released
			}
			s := &Server{o: Options{Released: released}}
			p, err := s.locate(&request{Category: c.category, Tool: c.tool, API: c.api})
			if (err == nil) != want || err != nil && err.Code != BadName {
				t.Errorf("released %v: %q / %q / %q: %v, %v", released, c.category, c.tool, c.api, p.Name, err)
			}
		}
	}
}
