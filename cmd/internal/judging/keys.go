package judging

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

// key is a key and the server it is for.
type key struct{ key, base string }

// parseKeys reads a file of keys. No error repeats what stands in it.
func parseKeys(data []byte) ([]key, error) {
	data = bytes.TrimSpace(data)
	if !bytes.HasPrefix(data, []byte("[")) {
		if len(data) == 0 || bytes.ContainsAny(data, " \t\r\n{}\"") {
			return nil, errors.New("want one key and nothing else, or a JSON list of objects with api_key")
		}
		return []key{{key: string(data)}}, nil
	}
	var pool []struct {
		Key  string `json:"api_key"`
		Base string `json:"api_base"`
	}
	if err := json.Unmarshal(data, &pool); err != nil {
		return nil, errors.New("not a JSON list of objects with the texts api_key and api_base")
	}
	if len(pool) == 0 {
		return nil, errors.New("the list has no keys")
	}
	var out []key
	for i, p := range pool {
		if p.Key == "" {
			return nil, fmt.Errorf("entry %d has no api_key", i+1)
		}
		out = append(out, key{p.Key, strings.TrimRight(p.Base, "/")})
	}
	return out, nil
}

// newPool returns what asks with the keys in turn.
func newPool(keys []key, o endpoint.Options) (judge.Chat, error) {
	o.BaseURL = keys[0].base
	for _, k := range keys {
		if k.base != o.BaseURL {
			return newServers(keys, o)
		}
		if k.key != "" {
			o.Keys = append(o.Keys, k.key)
		}
	}
	return endpoint.New(o)
}

// servers are asked in turn.
type servers struct {
	clients []*endpoint.Client
	turn    atomic.Uint64
}

func newServers(keys []key, o endpoint.Options) (*servers, error) {
	s := &servers{}
	for _, k := range keys {
		o.BaseURL, o.Key = k.base, k.key
		c, err := endpoint.New(o)
		if err != nil {
			return nil, err
		}
		s.clients = append(s.clients, c)
	}
	return s, nil
}

// Chat implements judge.Chat.
func (s *servers) Chat(ctx context.Context, r endpoint.ChatRequest) (endpoint.ChatResponse, error) {
	return s.clients[(s.turn.Add(1)-1)%uint64(len(s.clients))].Chat(ctx, r)
}
