package egress

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
)

// encodingOf returns the encoding of an answer's body that is undone, or "".
func encodingOf(resp *http.Response) string {
	switch encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); encoding {
	case "gzip", "x-gzip", "compress", "x-compress", "deflate", "br":
		return encoding
	default:
		return ""
	}
}

// errTooLarge is the error of readBody for a body that goes on after the bytes that it returns.
var errTooLarge = errors.New("the body is larger than the limit")

// readBody reads at most limit bytes, counted after decompression.
func readBody(resp *http.Response, decode bool, limit int64) ([]byte, error) {
	var source io.Reader = resp.Body
	if decode && resp.Body != http.NoBody {
		decoder, err := decoderOf(resp)
		if err != nil {
			return nil, err
		}
		source = decoder
	}
	var b bytes.Buffer
	if length := resp.ContentLength; length > 0 && length <= limit && !decode {
		b.Grow(int(length) + bytes.MinRead)
	}
	_, err := b.ReadFrom(io.LimitReader(source, limit+1))
	if int64(b.Len()) > limit {
		return b.Bytes()[:limit], errTooLarge
	}
	if decode && errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // as zlib with a sync flush at the end, which axios uses: what came is the body
	}
	if err != nil && decode && isCorrupt(err) {
		return nil, errCorrupt()
	}
	return b.Bytes(), err
}

func errCorrupt() error { return failure("Z_DATA_ERROR", "the answer's compressed body is damaged") }

func isCorrupt(err error) bool {
	_, damaged := errors.AsType[flate.CorruptInputError](err)
	return damaged || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) ||
		errors.Is(err, zlib.ErrHeader) || errors.Is(err, zlib.ErrChecksum) || strings.HasPrefix(err.Error(), "brotli: ")
}

// decoderOf returns what undoes the encoding of the body. Like Node's unzip it looks at the first bytes
// rather than at the name, and an empty body is empty under any name.
func decoderOf(resp *http.Response) (io.Reader, error) {
	body := bufio.NewReader(resp.Body)
	start, err := body.Peek(2)
	if len(start) == 0 {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return body, err
	}
	if encodingOf(resp) == "br" {
		return brotli.NewReader(body), nil
	}
	if len(start) == 2 && start[0] == 0x1f && start[1] == 0x8b {
		return orCorrupt(gzip.NewReader(body))
	}
	if encodingOf(resp) == "deflate" && start[0] != 0x78 {
		return flate.NewReader(body), nil // without zlib's header, as some servers send it
	}
	return orCorrupt(zlib.NewReader(body))
}

func orCorrupt[R io.Reader](r R, err error) (io.Reader, error) {
	if err != nil && (isCorrupt(err) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return nil, errCorrupt()
	}
	return r, err
}
