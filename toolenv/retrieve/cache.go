package retrieve

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// A cache file holds the vectors of one list of texts by one model, and is named
// after a hash of both: a changed text is another file. Its bytes: a line that
// names the format, how many vectors and how many numbers each as little-endian
// 32-bit integers, the numbers as little-endian float32, and the SHA-256 of all
// that. A file that does not fit is as good as none.
const vectorFormat = "stepgrain vectors 1\n"

func cacheFile(dir, model string, texts []string) string {
	h := sha256.New()
	for _, t := range append([]string{model}, texts...) {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(t))))
		h.Write([]byte(t))
	}
	return filepath.Join(dir, hex.EncodeToString(h.Sum(nil)[:16])+".vectors")
}

func loadVectors(dir, model string, texts []string) ([][]float32, bool) {
	b, err := os.ReadFile(cacheFile(dir, model, texts))
	if err != nil || len(b) < len(vectorFormat)+8+sha256.Size {
		return nil, false
	}
	content, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if got := sha256.Sum256(content); !bytes.Equal(got[:], sum) || !bytes.HasPrefix(content, []byte(vectorFormat)) {
		return nil, false
	}
	content = content[len(vectorFormat):]
	n, size := int(binary.LittleEndian.Uint32(content)), int(binary.LittleEndian.Uint32(content[4:]))
	content = content[8:]
	if n != len(texts) || len(content) != 4*n*size {
		return nil, false
	}
	list := make([][]float32, n)
	for i := range list {
		list[i] = make([]float32, size)
		for j := range list[i] {
			list[i][j] = math.Float32frombits(binary.LittleEndian.Uint32(content[4*(i*size+j):]))
		}
	}
	return list, true
}

func saveVectors(dir, model string, texts []string, vectors [][]float32) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	size := 0
	if len(vectors) > 0 {
		size = len(vectors[0])
	}
	b := []byte(vectorFormat)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(vectors)))
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	for _, v := range vectors {
		for _, f := range v {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
		}
	}
	sum := sha256.Sum256(b)
	return renameio.WriteFile(cacheFile(dir, model, texts), append(b, sum[:]...), 0o666)
}
