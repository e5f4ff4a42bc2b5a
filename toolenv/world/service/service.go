package service

import (
	"context"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// Options of a Service.
type Options struct {
	// Training: calls without a task of the world find the records of training
	// instead of those of the evaluation sets.
	Training bool
}

// Service answers from a world. It may be called by many goroutines.
type Service struct {
	desk *world.Desk
	opt  Options
	seen service.Occurrences
}

// New returns the service of a world.
func New(w *world.World, o Options) *Service { return &Service{desk: w.Desk(), opt: o} }

// Begin forgets how often a task's calls were made.
func (s *Service) Begin(task string) { s.seen.Forget(task) }

// Call implements service.Service. Its only error is that of the context.
func (s *Service) Call(ctx context.Context, r service.Request) (service.Reply, error) {
	if err := ctx.Err(); err != nil {
		return service.Reply{}, err
	}
	category := toolbench.StandardizeCategory(r.Category)
	tool := toolenv.Standardize(strings.TrimSuffix(r.Tool, "_for_"+category))
	api := strings.TrimSuffix(strings.TrimSuffix(r.API, "_for_"+r.Tool), "_for_"+tool)
	a := world.Ask{
		Task: r.Task, Training: s.opt.Training, Category: category,
		Function: toolenv.FunctionName(toolenv.API{Tool: tool, Name: api}), Args: r.Input,
	}
	if r.Task != "" {
		a.Occurrence = s.seen.Next(r.Task, r.Branch, a.Canonical())
	}
	answer := s.desk.Answer(a)
	return service.Reply{Status: 200, ContentType: "application/json", Body: []byte(toolenv.Observation(answer.Error, answer.Body))}, nil
}
