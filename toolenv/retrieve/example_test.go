package retrieve_test

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/retrieve"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

func Example() {
	var docs []retrieve.Document
	for _, a := range []toolenv.API{
		{Category: "Weather", Tool: "Sky", Name: "forecast", Description: "The weather of the next days."},
		{Category: "Weather", Tool: "Sky", Name: "history", Description: "The weather of past days."},
		{Category: "Travel", Tool: "Rails", Name: "trains", Description: "Trains between two cities."},
	} {
		docs = append(docs, retrieve.NewDocument(toolbench.Entry{API: a}))
	}
	r := retrieve.Retriever{Documents: docs, Index: retrieve.DocumentWords(docs)}
	q, err := r.Query(context.Background(), &toolbench.Query{ID: "1", Text: "Is there a train to the city in the next hours?"}, 2)
	if err != nil {
		panic(err)
	}
	for _, e := range q.APIs {
		fmt.Println(toolenv.FunctionName(e.API))
	}
	// Output:
	// trains_for_rails
	// forecast_for_sky
}
