package answers

import (
	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Raw is what one search over one task leaves behind, the file
// {id}_{method}.json of ToolBench's inference: every attempt (CoT) or the whole
// tree (DFS), and the answer chosen from it with the messages that led there.
type Raw struct {
	Win        bool    // a leaf gave an answer
	Trys       []Try   // the attempts of CoT; nil for DFS
	Tree       *Tree   // of DFS; nil for CoT
	Args       Args    // of the search ("forward_args")
	Candidates []Chain // the leaves that gave an answer ("compare_candidates")
	Answer     Generation
	// Own is what the release does not write: budgets, faults. Nil in files of
	// others and in compatibility mode.
	Own *Own

	// Document is the file as it was read, nil for an output made here. Value
	// and Write give it back, so that a file of others is copied byte for byte,
	// whatever else it holds: set it to nil after a change.
	Document pyliteral.Dict
}

// Args are the arguments of a search in the order in which they are written,
// such as single_chain_max_step.
type Args = pyliteral.Dict

// Chain is a path from below the root to a leaf; its nodes have no Children.
type Chain []*RawNode

// Try is one attempt of CoT. The release writes Win as false, always: it
// stores an attempt before it looks at how it went.
type Try struct {
	Chain Chain
	Win   bool
}

// Tree is the search tree of DFS with its number of nodes and the nodes on its
// longest path, the root counted in both.
type Tree struct {
	Size, MaxLength int
	Root            *RawNode
}

// Types of nodes. One turn of a model makes three levels: its thought, the
// function it calls, and the input of the call, where the observation stands.
const (
	ThoughtNode = "Thought"
	ActionNode  = "Action"
	InputNode   = "Action Input"
)

// RawNode is a node of the search.
type RawNode struct {
	Terminal    bool // below a successful Finish; the release writes false, always
	Pruned      bool // a dead end: gave up, too deep, or the model had no answer
	Finished    bool // on the way to an answer, up to the second call before it
	Depth       int  // 0 is the root
	Type        string
	Description string // the thought, the function's name, or its input
	Elo         float64
	Observation string // "" for none: it is not written then
	Code        *int   // status of the call, ToolBench's numbers; nil for none
	ChildCount  int    // also where the children themselves are not written
	ExpandNum   int    // when DFS came by, counted from 0
	Children    []*RawNode
}

// Generation is the answer chosen from a search.
type Generation struct {
	Valid       bool   // there is one: a leaf gave an answer or, in DFS, gave up
	FinalAnswer string // the argument of Finish as the model wrote it
	FinishType  string // of DFS: give_answer, or give_up; the former also when there is none
	// Functions on offer as they are written: objects {type, function}, in old
	// files the functions themselves.
	Functions  pyliteral.List
	QueryCount int // turns asked of the model
	Tokens     int
	// Messages holds a conversation for every turn that led to the answer, each up to
	// and with the turn. Nil (no field) for a DFS without an answer.
	Messages [][]RawMessage
	Query    string
}

// RawMessage is a message of a conversation. Files from before tool_calls keep
// an assistant's one call in function_call; it is read into Calls.
type RawMessage struct {
	Role    string // system, user, assistant, tool (function in old files)
	Content string
	Calls   []RawCall
	Name    string // of a tool message: the function that answered, or the one stored in its place
	CallID  string // of a tool message; "" is written as 0
	Invalid bool   // a prompt to be different that later turns no longer see
	Legacy  bool   // the call stands in function_call
}

// RawCall is a call of an assistant's message.
type RawCall struct {
	ID        string // "" is written as 0, which is what text models give
	Name      string
	Arguments string
}

// HallucinatedName stands in stored messages for the name of a function that
// does not exist.
const HallucinatedName = "invalid_hallucination_function_name"
