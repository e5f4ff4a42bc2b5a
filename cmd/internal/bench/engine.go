package bench

// engineCases are prompts and decoding.
func engineCases() []Case { return nil }
