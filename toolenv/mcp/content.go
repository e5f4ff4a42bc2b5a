package mcp

import (
	"fmt"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// contents joins the parts of an answer: texts as they are, others described in
// a line.
func contents(parts []sdk.Content) string {
	list := make([]string, len(parts))
	for i, p := range parts {
		list[i] = content(p)
	}
	return strings.Join(list, "\n")
}

func content(p sdk.Content) string {
	switch p := p.(type) {
	case *sdk.TextContent:
		return p.Text
	case *sdk.ImageContent:
		return bytesOf(p.MIMEType, "image", len(p.Data))
	case *sdk.AudioContent:
		return bytesOf(p.MIMEType, "audio", len(p.Data))
	case *sdk.ResourceLink:
		return fmt.Sprintf("[link to %s: %s]", p.Name, p.URI)
	case *sdk.EmbeddedResource:
		switch r := p.Resource; {
		case r == nil:
			return "[empty resource]"
		case len(r.Blob) > 0:
			return "[" + r.URI + "] " + bytesOf(r.MIMEType, "bytes", len(r.Blob))
		default:
			return "[" + r.URI + "]\n" + r.Text
		}
	}
	return fmt.Sprintf("[content of a kind that is not shown: %T]", p)
}

func bytesOf(mime, otherwise string, n int) string {
	if mime == "" {
		mime = otherwise
	}
	return fmt.Sprintf("[%s, %d bytes]", mime, n)
}
