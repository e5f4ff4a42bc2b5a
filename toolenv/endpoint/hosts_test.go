package endpoint

import (
	"net/url"
	"strings"
	"testing"
)

// A host counts as allowed only when it is the very same: in small ASCII letters,
// at the same port, whatever stands around it.
func TestOnlyTheSameHostIsAllowed(t *testing.T) {
	g := NewGuard(GuardOptions{Hosts: []string{"api.example.com", "[::1]:8000", "127.0.0.1:80", "kilo.example.com"}})
	for address, allowed := range map[string]bool{
		"http://api.example.com/":           true,
		"https://API.Example.COM./x?y":      true,
		"https://api.example.com:443/":      true,
		"http://[::1]:8000/":                true,
		"http://127.0.0.1/":                 true,
		"http://127.0.0.1:80":               true,
		"https://ap\u0130.example.com/":     false, // Unicode's small letter of İ is i, and the name is another
		"http://\u212Ailo.example.com/":     false, // the sign for Kelvin
		"http://api.example.com../":         false,
		"http://api.example.com:8080/":      false,
		"http://api.example.com:0080/":      false,
		"http://api.example.com.evil.org/":  false,
		"http://evil.org/api.example.com":   false,
		"http://api.example.com@evil.org/":  false,
		"http://evil.org#api.example.com":   false,
		"//api.example.com/":                false,
		"ftp://api.example.com/":            false,
		"http:///x":                         false,
		"http://[::1]/":                     false,
		"http://[0:0:0:0:0:0:0:1]:8000/":    false, // written in another way: better refused than guessed
		"http://[::ffff:127.0.0.1]/":        false,
		"http://127.1/":                     false,
		"http://2130706433/":                false,
		"http://localhost/":                 false,
		"http://[::1%25lo]:8000/":           false,
		"http://api\u3002example\uFF0Ecom/": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Allows(u); (err == nil) != allowed {
			t.Errorf("%s: %v, want allowed: %v", address, err, allowed)
		}
	}
}

// Answers that repeat keys over and over show none, nor a part of one.
func TestExcerptsHoldNoPartOfAKey(t *testing.T) {
	short, long := "sk-abcdefgh", "sk-abcdefgh-"+strings.Repeat("0123456789", 9)
	c, err := New(Options{BaseURL: "http://127.0.0.1", Keys: []string{short, long}})
	if err != nil {
		t.Fatal(err)
	}
	for shift := range len(long) {
		got := c.excerpt([]byte(strings.Repeat("x", shift) + strings.Repeat(long, 200)))
		if strings.Contains(got, "sk-") || strings.Contains(got, "0123") {
			t.Fatalf("shift %d: %q", shift, got)
		}
	}
}
