package metrics

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/tfevents"
)

func TestALineIsOneObjectInOrder(t *testing.T) {
	var lines, events bytes.Buffer
	w := NewWriter(&lines, tfevents.NewWriter(&events), time.UnixMilli(5_000))
	w.now = func() time.Time { return time.UnixMilli(6_250) }
	r := New("ppo", 3).Num("kl", 1e-7).Int("calls", 12).Num("explained", math.NaN()).Text("rule", `a"b`).Num("tokens_per_second", 100)
	if err := w.Write(r); err != nil {
		t.Fatal(err)
	}
	want := `{"stage":"ppo","step":3,"kl":1e-7,"calls":12,"explained":null,"rule":"a\"b","tokens_per_second":100,"seconds":1.25,"time":6.25}` + "\n"
	if got := lines.String(); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	for _, tag := range []string{"ppo/kl", "ppo/calls", "ppo/tokens_per_second"} {
		if !strings.Contains(events.String(), tag) {
			t.Errorf("events lack %s", tag)
		}
	}
}

func TestOnlyNamedFieldsDependOnTheClock(t *testing.T) {
	for name, want := range map[string]bool{"time": true, "seconds": true, "tokens_per_second": true, "timeouts": false, "seconds_left": false, "kl": false} {
		if OfClock(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestAFieldGivenTwiceIsAMistake(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	New("sft", 1).Num("loss", 1).Num("loss", 2)
}

func TestFieldsFollowTheStruct(t *testing.T) {
	var lines bytes.Buffer
	w := NewWriter(&lines, nil, time.UnixMilli(0))
	w.now = func() time.Time { return time.UnixMilli(0) }
	figures := struct {
		KL      float64            `json:"kl"`
		Dead    bool               `json:"dead"`
		Rewards map[string]float64 `json:"rewards"`
		Loss    float64            `json:"loss,omitempty"`
		Seconds float64            `json:"seconds"`
		Inner   int
		hidden  int
	}{KL: .5, Rewards: map[string]float64{"b": 2, "a": 1}}
	if err := w.Write(New("ppo", 1).Fields(figures, "seconds")); err != nil {
		t.Fatal(err)
	}
	want := `{"stage":"ppo","step":1,"kl":0.5,"dead":false,"rewards_a":1,"rewards_b":2,"loss":0,"seconds":0,"time":0}` + "\n"
	if got := lines.String(); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	_ = figures.hidden
}

func ExampleRecord() {
	w := NewWriter(os.Stdout, nil, time.UnixMilli(0))
	w.now = func() time.Time { return time.UnixMilli(1500) }
	if err := w.Write(New("sft", 10).Num("loss", .5)); err != nil {
		fmt.Println(err)
	}
	// Output: {"stage":"sft","step":10,"loss":0.5,"seconds":1.5,"time":1.5}
}
