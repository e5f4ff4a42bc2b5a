package pipeline

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/ppo/baseline/sft"
)

// What is measured on strings to copy says nothing about tools and arguments.
func TestCopyingHasFiguresOfItsOwn(t *testing.T) {
	var w window
	line := func() string {
		var b bytes.Buffer
		if err := metrics.NewWriter(&b, nil, time.Now()).Write(w.record(1, &sft.Report{})); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	w.add(&sft.Report{Copying: true, Measured: true, Accuracy: .5, Loss: 3, Tokens: 10})
	if got := line(); !strings.Contains(got, `"copy_accuracy":0.5`) || strings.Contains(got, `"accuracy_tool"`) {
		t.Errorf("after copying: %s", got)
	}
	w.add(&sft.Report{Measured: true, Accuracy: .8, Names: .7, Arguments: .6, Loss: 2, Tokens: 10})
	if got := line(); !strings.Contains(got, `"accuracy":0.8,"accuracy_tool":0.7,"accuracy_arguments":0.6,"copy_accuracy":0.5`) {
		t.Errorf("after both: %s", got)
	}
}
