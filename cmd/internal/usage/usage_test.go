package usage

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"
)

func ExampleParse() {
	fs := flag.NewFlagSet("bake", flag.ContinueOnError)
	fs.Int("minutes", 40, "")
	err := Parse(fs, []string{"-minuets", "50"})
	fmt.Println("exit status", Report(os.Stdout, "bake", err))
	// Output:
	// bake: flag provided but not defined: -minuets: did you mean -minutes? (bake -h lists the flags)
	// exit status 2
}

func TestParse(t *testing.T) {
	hint := func(unknown string) string {
		if unknown == "oven.heat" {
			return "-set oven.heat=VALUE"
		}
		return ""
	}
	for _, tt := range []struct{ arg, want string }{
		{"-nonsense", "flag provided but not defined: -nonsense (bake -h lists the flags)"},
		{"--minute", "flag provided but not defined: -minute: did you mean -minutes? (bake -h lists the flags)"},
		{"-oven.heat", "flag provided but not defined: -oven.heat: did you mean -set oven.heat=VALUE? (bake -h lists the flags)"},
		{"-minutes", "flag needs an argument: -minutes (bake -h lists the flags)"},
	} {
		fs := flag.NewFlagSet("bake", flag.ContinueOnError)
		fs.Int("minutes", 40, "")
		if err := Parse(fs, []string{tt.arg}, hint); err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n got %v\nwant %s", tt.arg, err, tt.want)
		}
	}
	fs := flag.NewFlagSet("bake", flag.ContinueOnError)
	if err := Parse(fs, []string{"-h"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}

func TestReport(t *testing.T) {
	burnt := errors.New("burnt")
	for _, tt := range []struct {
		err    error
		status int
		want   string
	}{
		{burnt, 1, "bake: burnt\n"},
		{errors.Join(burnt, errors.New("and cold")), 1, "bake: burnt; and cold\n"},
		{Errorf("-minutes %d: must be positive", -3), 2, "bake: -minutes -3: must be positive\n"},
		{fmt.Errorf("dough: %w", Error(burnt)), 2, "bake: dough: burnt\n"},
	} {
		var out bytes.Buffer
		if status := Report(&out, "bake", tt.err); status != tt.status || out.String() != tt.want {
			t.Errorf("%v: status %d, %q; want %d, %q", tt.err, status, out.String(), tt.status, tt.want)
		}
	}
	if !errors.Is(Error(burnt), burnt) {
		t.Error("a marked error hides its cause")
	}
}
