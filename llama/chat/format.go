package chat

// Format writes a conversation as StepTool's training files hold it, so that
// Parse reads it back: prompts[k] ends where actions[k] begins. The observation of
// the last turn, which no action follows, is left out. An action ends with the
// layout's end of a turn, except that the end-of-sequence token of toolllama is
// not written: which one it is depends on the tokenizer, and rendering adds it.
func (l *turns) Format(c Conversation) (prompts, actions []string) {
	end := l.between().String()
	before := l.Prompt(c.System, c.User).String()
	for _, t := range c.Turns {
		prompts, actions = append(prompts, before), append(actions, t.Action+end)
		before = join(l.header(l.roles.function), Piece{text(t.Observation)}, l.between(), l.header(l.roles.assistant)).String()
	}
	return prompts, actions
}
