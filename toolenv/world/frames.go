package world

// Frames are the sentences around what is asked. %s is replaced by a noun phrase
// ("the age of the chairman of the label of the song \"X\""). The lists share no
// frame, and the held-out ones use only words that the training ones use: an
// unseen instruction is a new combination, not a new word.
type frames struct {
	nested []string
	// forward frames lead from step to step: the start, the first relation, and a
	// joint.
	forward []string
	joints  []string
	// which frames ask which of two has more: the number's word, then the two.
	which []string
	// winner frames: the relation, the category, the number's word, the two names.
	winner []string
}

var trainFrames = frames{
	nested: []string{
		"What is %s?",
		"Tell me %s.",
		"I need %s.",
		"Find %s.",
		"Please give me %s.",
		"Can you tell me %s?",
		"I want to know %s.",
		"Look up %s for me.",
		"Do you know %s?",
		"Please find out %s.",
	},
	forward: []string{
		"Take %s, get the %s, %s.",
		"Start with %s. Find the %s, %s.",
		"For %s, get the %s, %s.",
		"Look up %s and its %s, %s.",
	},
	joints: []string{
		"then the %s of that %s",
		"and then tell me the %s of this %s",
	},
	which: []string{
		"Which has the higher %s, %s or %s?",
		"Tell me which has the higher %s: %s or %s.",
	},
	winner: []string{
		"What is the %s of the %s with the higher %s, %s or %s?",
		"Tell me the %s of the %s with the higher %s: %s or %s.",
	},
}

var heldOutFrames = frames{
	nested: []string{
		"Can you look up %s?",
		"Please tell me %s.",
		"I want %s.",
		"Get %s for me.",
		"Do you know %s? Tell me.",
	},
	forward: []string{
		"Get %s, then its %s, %s.",
		"Start with %s and get the %s, %s.",
	},
	joints: []string{
		"then find the %s of that %s",
		"and then the %s of this %s",
	},
	which: []string{
		"Find out which has the higher %s, %s or %s.",
		"Do you know which has the higher %s: %s or %s?",
	},
	winner: []string{
		"I need the %s of the %s with the higher %s, %s or %s.",
		"Please find the %s of the %s with the higher %s: %s or %s.",
	},
}

// terseFrames belong to the ToolLens-like set: hardly a sentence, and noun
// phrases without "the".
var terseFrames = frames{
	nested:  []string{"Find %s", "Tell me %s", "I need %s", "Get %s"},
	forward: []string{"Start with %s, get %s, %s", "Take %s, %s, %s"},
	joints:  []string{"then %s of that %s", "then find %s of this %s"},
	which:   []string{"Tell me which has higher %s, %s or %s", "Find higher %s, %s or %s"},
	winner:  []string{"Find %s of %s with higher %s, %s or %s", "Tell me %s of %s with higher %s, %s or %s"},
}
