package tfevents_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/tfevents"
)

// A file with one point of two curves: two records, each framed by its length
// (8 bytes, checked by 4 more) and a checksum of its content.
func ExampleWriter() {
	var file bytes.Buffer
	w := tfevents.NewWriter(&file)
	at := time.Unix(1_700_000_000, 0)
	if err := w.Header(at); err != nil {
		fmt.Println(err)
	}
	if err := w.Scalars(at, 7, []tfevents.Scalar{{Tag: "ppo/kl", Value: .25}, {Tag: "ppo/return", Value: 1.5}}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(tfevents.FileName(at))
	for b := file.Bytes(); len(b) > 0; {
		n := int(binary.LittleEndian.Uint64(b))
		fmt.Printf("%d bytes, with %q: %v\n", n, "ppo/kl", bytes.Contains(b[12:12+n], []byte("ppo/kl")))
		b = b[12+n+4:]
	}
	// Output:
	// events.out.tfevents.1700000000.stepgrain
	// 24 bytes, with "ppo/kl": false
	// 47 bytes, with "ppo/kl": true
}
