package chat

import (
	"fmt"
	"strings"
)

// Parse takes stored texts apart again: prompts[0] is a prompt with its headers,
// prompts[k] the observation after actions[k-1] with its headers, as in
// StepTool's training files. Errors name the element.
func (l *turns) Parse(prompts, actions []string) (Conversation, error) {
	var c Conversation
	if len(prompts) != len(actions) || len(prompts) == 0 {
		return c, fmt.Errorf("%d prompts for %d responses: need as many, and at least one", len(prompts), len(actions))
	}
	var err error
	if c.System, c.User, err = l.parsePrompt(prompts[0]); err != nil {
		return c, fmt.Errorf("prompt 0: %w", err)
	}
	for k, a := range actions {
		var t Turn
		if t.Action, err = l.parseAction(a); err != nil {
			return c, fmt.Errorf("response %d: %w", k, err)
		}
		if k+1 < len(prompts) {
			if t.Observation, err = l.parseObservation(prompts[k+1]); err != nil {
				return c, fmt.Errorf("prompt %d: %w", k+1, err)
			}
		}
		c.Turns = append(c.Turns, t)
	}
	return c, nil
}

// unwrap strips what has to stand before and after a text.
func (l *turns) unwrap(s string, before, after Piece) (string, error) {
	b, a := before.String(), after.String()
	rest, ok := strings.CutPrefix(s, b)
	if !ok {
		return "", fmt.Errorf("layout %s expects it to begin with %q, it begins with %.40q", l.name, b, s)
	}
	rest, ok = strings.CutSuffix(rest, a)
	if !ok {
		return "", fmt.Errorf("layout %s expects it to end with %q, it ends with %q", l.name, a, s[max(0, len(s)-40):])
	}
	return rest, nil
}

func (l *turns) parsePrompt(s string) (system, user string, err error) {
	body, err := l.unwrap(s, l.header(l.roles.system),
		join(Piece{text(l.userAfter)}, l.between(), l.header(l.roles.assistant)))
	if err != nil {
		return "", "", err
	}
	mid := join(l.between(), l.header(l.roles.user), Piece{text(l.userBefore)}).String()
	system, user, ok := strings.Cut(body, mid)
	if !ok {
		return "", "", fmt.Errorf("layout %s expects %q between system and user text", l.name, mid)
	}
	return system, user, nil
}

func (l *turns) parseObservation(s string) (string, error) {
	return l.unwrap(s, l.header(l.roles.function), join(l.between(), l.header(l.roles.assistant)))
}

// parseAction strips the end of the turn, which stored text may lack in parts:
// the released toolllama rows have no end-of-sequence token.
func (l *turns) parseAction(s string) (string, error) {
	rest := strings.TrimSuffix(s, l.end[1:].String())
	if a, ok := strings.CutSuffix(rest, l.end[0].Text); ok {
		return a, nil
	}
	if l.end[0].Text == EndOfText {
		return rest, nil
	}
	return "", fmt.Errorf("layout %s expects it to end with %q, it ends with %q", l.name, l.end[0].Text, s[max(0, len(s)-40):])
}
