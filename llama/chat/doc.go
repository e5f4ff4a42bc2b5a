// Package chat lays out conversations as text and as token ids.
//
// # One path
//
// Rollouts, imitation and stored trajectories go through one renderer, so that
// a policy is trained on the very ids that it sees when it acts. A conversation
// is rendered piece by piece:
//
//	prompt       system and user text with the header of the first action
//	action       what the policy says, closed by the end-of-turn token
//	observation  what comes back, with the header of the next action
//
// Every piece is tokenised on its own. Therefore sampled ids stay as they were
// sampled, a stored action gets the ids it would have in a rollout, and the
// spans of actions are known from token indices, never by searching text.
//
// # Words used
//
//	layout     where the headers, role names and ends of turns stand
//	span       [from, to) in the token ids; an action's span holds its
//	           end-of-turn token and nothing of the headers
//	untrusted  queries, observations, actions: encoded so that a special token
//	           written in them stays text; only headers hold special tokens
//	template   the Jinja text of a checkpoint (chat_template), for talking to
//	           models in their own words; see Template
//
// # The way in
//
// [ByName] gives a [Layout], [NewRenderer] joins it with a tokenizer, and
// [Renderer.Render] makes ids and spans of a [Conversation]. Layouts follow
// StepTool (Yu et al. 2025): "toolllama", "qwen2" and "llama3-1" as in its
// training data, and the same with "-react" as in ToolBench's inference, where
// the system text is [ReActSystem].
package chat
