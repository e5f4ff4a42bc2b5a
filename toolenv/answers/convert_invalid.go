package answers

// attempt takes a random attempt of CoT.
func (k *converter) attempt(r *Raw) ([]*Node, error) {
	if len(r.Trys) == 0 {
		return nil, k.fail("IndexError", "there is neither an answer nor an attempt (trys)")
	}
	c := r.Trys[k.choose(len(r.Trys))].Chain
	var path []*Node
	for i := 0; i < len(c); i++ {
		switch c[i].Type {
		case ThoughtNode:
			path = append(path, &Node{Role: "assistant", Message: c[i].Description})
		case ActionNode:
			if i+1 == len(c) {
				return nil, k.fail("IndexError", "node %d of the chain calls %s without an input", i, c[i].Description)
			}
			n, err := k.call(c[i], c[i+1])
			if err != nil {
				return nil, err
			}
			path = append(path, n)
			i++
		default:
			return nil, k.fail("NotImplementedError", "node %d of the chain is of type %q", i, c[i].Type)
		}
	}
	return k.line(path), nil
}

// call joins the two nodes of a call.
func (k *converter) call(action, input *RawNode) (*Node, error) {
	if input.Observation == "" && k.options.Released {
		return nil, k.fail("KeyError", "the call of %s has no observation", action.Description)
	}
	return tool(action.Description, input.Description, input.Observation), nil
}

// walk takes a random path through the tree of DFS, from its root to a leaf.
func (k *converter) walk(r *Raw) ([]*Node, error) {
	if r.Tree == nil || r.Tree.Root == nil {
		return nil, k.fail("KeyError", "there is neither an answer nor a tree")
	}
	if k.options.Released {
		if err := k.observed(r.Tree.Root); err != nil {
			return nil, err
		}
	}
	k.choose(1) // to the user
	var path []*Node
	for next := r.Tree.Root.Children; len(next) > 0; {
		at := next[k.choose(len(next))]
		next = at.Children
		switch at.Type {
		case ThoughtNode:
			path = append(path, &Node{Role: "assistant", Message: at.Description})
		case ActionNode:
			input := firstInput(next)
			if input < 0 {
				return nil, k.fail("", "a node calls %s without an input", at.Description)
			}
			n, err := k.call(at, next[input])
			if err != nil {
				return nil, err
			}
			path = append(path, n)
			// The two become one node, which what follows the input follows.
			following := append([]*RawNode{}, next[:input]...)
			following = append(following, next[input+1:]...)
			next = append(following, next[input].Children...)
		default:
			return nil, k.fail("", "a node of type %q stands where a thought or a call belongs", at.Type)
		}
	}
	return path, nil
}

func firstInput(list []*RawNode) int {
	for i, n := range list {
		if n.Type == InputNode {
			return i
		}
	}
	return -1
}

// observed checks the whole tree, which the release converts before its walk.
func (k *converter) observed(n *RawNode) error {
	if input := firstInput(n.Children); n.Type == ActionNode && input >= 0 {
		if _, err := k.call(n, n.Children[input]); err != nil {
			return err
		}
	}
	for _, c := range n.Children {
		if err := k.observed(c); err != nil {
			return err
		}
	}
	return nil
}
