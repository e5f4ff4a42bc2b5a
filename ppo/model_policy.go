package ppo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/toolenv"
)

// ModelPolicy lets a language model play: a [toolenv.Policy] over an engine and
// a renderer. Conversations run side by side, each continued as soon as its
// observation is there; those with the same prompt share its memory. What an
// episode does depends on its own random stream alone, not on its neighbours.
type ModelPolicy struct {
	Engine      *llama.Engine
	Renderer    *chat.Renderer
	Temperature float64 // 0: greedy
	TopK        int     // 0: all tokens. With TopK or TopP the log-probabilities
	TopP        float64 // are not those of the sampler: for evaluation only.
	MaxAction   int     // tokens of one action
	// Stream returns the random stream of a conversation; not used when greedy.
	Stream func(c *toolenv.Conversation) *rand.Rand
}

// playing is one conversation in the engine.
type playing struct {
	index   int // in the list given to Play
	session *llama.Session
	context []int32 // what the running request feeds
}

// Play implements [toolenv.Policy].
func (p *ModelPolicy) Play(ctx context.Context, convs []*toolenv.Conversation, react toolenv.React) (err error) {
	defer tokenizer.Recover(&err) // the tokenizer may be anyone's
	if p.MaxAction <= 0 {
		return fmt.Errorf("ppo: ModelPolicy: an action of %d tokens: MaxAction must be positive", p.MaxAction)
	}
	if p.Temperature > 0 && p.Stream == nil {
		return fmt.Errorf("ppo: ModelPolicy: temperature %g needs Stream", p.Temperature)
	}
	prompts := make([][]int32, len(convs))
	for i, c := range convs {
		prompts[i] = p.Renderer.PromptIDs(c.System, c.User)
	}
	roots, rootOf, err := p.readPrompts(ctx, prompts)
	if err != nil {
		return err
	}
	var live []*playing
	defer func() {
		for _, s := range live {
			s.session.Close()
		}
	}()
	reqs := make([]*llama.Request, len(convs))
	for i, c := range convs {
		s := &playing{index: i, context: prompts[i]}
		feed := prompts[i]
		if root := rootOf[i]; root >= 0 {
			s.session, feed = roots[root].Fork(), nil // the prompt is in memory
		} else {
			s.session = p.Engine.NewSession()
		}
		live = append(live, s)
		reqs[i] = p.request(s, feed)
		if p.Temperature > 0 {
			reqs[i].Rand = p.Stream(c)
		}
	}
	for _, root := range roots {
		root.Close() // the forks keep what they share
	}
	stop := p.Renderer.StopIDs()
	return p.Engine.Run(ctx, reqs, func(req *llama.Request, res *llama.Result) *llama.Request {
		s := req.Tag.(*playing)
		a := toolenv.Action{
			Text: p.Renderer.ActionText(res.IDs), Context: s.context,
			Tokens: res.IDs, LogProbs: res.LogProbs, Values: res.Values,
			Truncated: res.Reason == "context",
		}
		if a.Truncated && len(res.IDs) == 0 {
			a.Context = nil // it had no room either
		}
		if n := len(res.IDs); a.Truncated && n > 0 && slices.Contains(stop, res.IDs[n-1]) {
			a.Truncated = false // the action was complete just in time
		}
		observation, done := react(s.index, a)
		if done || a.Truncated {
			s.session.Close()
			return nil
		}
		s.context = p.Renderer.ObservationIDs(observation)
		next := p.request(s, s.context)
		next.Rand = req.Rand
		return next
	})
}

func (p *ModelPolicy) request(s *playing, feed []int32) *llama.Request {
	return &llama.Request{Session: s.session, Feed: feed, MaxNew: p.MaxAction, Stop: p.Renderer.StopIDs(),
		Temperature: p.Temperature, TopK: p.TopK, TopP: p.TopP, Tag: s}
}

// readPrompts feeds every prompt that occurs more than once to a session of its
// own, to be forked. rootOf names the session of each prompt, −1 without.
func (p *ModelPolicy) readPrompts(ctx context.Context, prompts [][]int32) (roots []*llama.Session, rootOf []int, err error) {
	count, first := map[string]int{}, map[string]int{}
	key := make([]string, len(prompts))
	for i, ids := range prompts {
		b := make([]byte, 0, 4*len(ids))
		for _, id := range ids {
			b = append(b, byte(id), byte(id>>8), byte(id>>16), byte(id>>24))
		}
		key[i] = string(b)
		count[key[i]]++
	}
	var reqs []*llama.Request
	for i, k := range key {
		root, ok := first[k]
		switch {
		case count[k] < 2:
			root = -1
		case !ok:
			root = len(roots)
			first[k] = root
			roots = append(roots, p.Engine.NewSession())
			reqs = append(reqs, &llama.Request{Session: roots[root], Feed: prompts[i]})
		}
		rootOf = append(rootOf, root)
	}
	full := false
	err = p.Engine.Run(ctx, reqs, func(_ *llama.Request, res *llama.Result) *llama.Request {
		full = full || res.Reason == "context"
		return nil
	})
	if err != nil || full { // a prompt without room is left to its conversations, which report it
		for _, r := range roots {
			r.Close()
		}
		roots = nil
		for i := range rootOf {
			rootOf[i] = -1
		}
	}
	return roots, rootOf, err
}
