package toolenv

import "context"

// Conversation is what a policy continues: two texts, then actions and
// observations in turn. The driver appends to Turns; a policy only reads.
type Conversation struct {
	ID     int // index in the list given to Play; also names the random stream of this episode
	System string
	User   string
	Turns  []Exchange
}

// Exchange is an action and what came back.
type Exchange struct{ Action, Observation string }

// Action is a policy's next move. Policies that are not language models fill
// only Text.
type Action struct {
	Text string
	// Context are the token ids fed since the previous action: the prompt before
	// the first action, then one observation with its header each time.
	Context []int32
	// Tokens are the ids sampled for this action, the end-of-turn token included,
	// with the log-probability and value of each.
	Tokens   []int32
	LogProbs []float32
	Values   []float32
	// Truncated: the context is full. The text may be incomplete and is not acted
	// upon.
	Truncated bool
}

// React hands over the action of conversation i and returns the observation, or
// done when the episode has ended. It must be called by one goroutine at a time.
type React func(i int, a Action) (observation string, done bool)

// Policy continues conversations, many side by side if it likes, until react has
// said done for each or an Action was Truncated.
type Policy interface {
	Play(ctx context.Context, convs []*Conversation, react React) error
}

// PolicyFunc is a Policy that decides one action of one conversation at a time.
type PolicyFunc func(ctx context.Context, c *Conversation) (Action, error)

// Play plays the conversations one after another. It ends between two actions
// when ctx does.
func (f PolicyFunc) Play(ctx context.Context, convs []*Conversation, react React) error {
	for i, c := range convs {
		for {
			if err := ctx.Err(); err != nil {
				return err
			}
			a, err := f(ctx, c)
			if err != nil {
				return err
			}
			if _, done := react(i, a); done || a.Truncated {
				break
			}
		}
	}
	return nil
}
