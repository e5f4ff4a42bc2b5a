package progress

import (
	"strings"
	"testing"
	"time"
)

// clocked returns a printer whose time is moved by hand.
func clocked(terminal bool, width int) (p *Printer, out *strings.Builder, now *time.Time) {
	out, now = new(strings.Builder), new(time.Time)
	return &Printer{out: out, terminal: terminal, width: func() int { return width }, now: func() time.Time { return *now }}, out, now
}

func TestPlainLinesComeEveryFewSeconds(t *testing.T) {
	p, out, now := clocked(false, 0)
	task := p.Begin("sft", "step", 600, 0)
	for i := range 12 {
		*now = now.Add(time.Second)
		task.Update((i+1)*10, "loss %.2f", .5)
	}
	p.Printf("a note")
	task.End()
	want := "sft   step  50/600   loss 0.50   █▎·············· 0:55 left\n" +
		"sft   step 100/600   loss 0.50   ██▋············· 0:50 left\n" +
		"a note\n" +
		"sft   step 120/600   loss 0.50   in 0:12\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

func TestATerminalLineIsRewrittenAndFits(t *testing.T) {
	p, out, now := clocked(true, 30)
	task := p.Begin("ppo", "iter", 40, 0)
	*now = now.Add(time.Second)
	task.Update(1, "%s", "pass 0.61   kl 0.021")
	p.Printf("a note")
	task.End()
	want := "ppo   iter  1/40   pass 0.61 " + "\r\x1b[K" + "a note\n" + "ppo   iter  1/40   pass 0.61 " + "\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
}

// A resumed run reckons the time left from what it did itself.
func TestTimeLeftAfterAResume(t *testing.T) {
	p, out, now := clocked(false, 0)
	task := p.Begin("sft", "step", 100, 90)
	*now = now.Add(10 * time.Second)
	task.Update(95, "")
	if !strings.Contains(out.String(), "0:10 left") {
		t.Error(out)
	}
}

func TestClockAndBar(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0:00", 72 * time.Second: "1:12", 3*time.Hour + 62*time.Second: "3:01:02"} {
		if got := clock(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	for _, n := range []int{-1, 0, 1, 399, 400, 500} {
		if got := len([]rune(bar(n, 400))); got != 16 {
			t.Errorf("bar(%d): %d cells", n, got)
		}
	}
	bar(1, 0)
}
