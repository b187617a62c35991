package worker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// kind is the first byte of a frame. No kind is a character that a text begins with: the channel is the
// standard error of a worker process as well, and what a dying Go runtime writes there is told from a
// frame by its first byte.
type kind byte

// Frames to a worker process.
const (
	frameHello     kind = 1 + iota // the limits, once
	frameCheck                     // a script to compile
	frameRun                       // an invocation
	frameReply                     // the answer to a call
	frameTurn                      // the run may go on
	frameTranslate                 // a script in TypeScript
)

// Frames from a worker process.
const (
	frameReady      kind = 16 + iota // confined and waiting
	frameUnknown                     // the worker does not have the script: send the run again, with it
	frameCompiled                    // what comes now is the run itself
	frameCall                        // a call of the host
	frameUnlock                      // the end of a lock that a call took
	framePark                        // the run waits for its calls
	frameResume                      // an answer is there: the run wants a turn
	frameResult                      // the end of the run or check, and of a translation that failed
	frameTranslated                  // the end of a translation
)

const (
	headerSize   = 5        // a kind and the length of what follows
	firstBuffer  = 8 << 10  // what most frames fit into
	keptBuffer   = 64 << 10 // a larger buffer is given up after the frame that needed it
	maxLastWords = 4 << 10
)

// errTooLarge is a frame over its cap.
var errTooLarge = errors.New("the frame is over its cap")

// lastWords is what a worker process wrote to its standard error before it died.
type lastWords string

func (w lastWords) Error() string { return "the worker process wrote: " + string(w) }

// channel reads frames.
type channel struct {
	stream io.Reader
	cap    int // of the body of a frame
	buf    []byte
	r, w   int // what of buf is read and not yet taken
}

func newChannel(stream io.Reader, limit int) *channel {
	return &channel{stream: stream, cap: limit, buf: make([]byte, firstBuffer)}
}

// read returns the next frame. Its body is valid until the next read. The error is a lastWords when the
// other end wrote a text, and io.EOF when it closed between two frames.
func (c *channel) read() (kind, []byte, error) {
	c.trim()
	if err := c.fill(headerSize); err != nil {
		return 0, nil, err
	}
	k := kind(c.buf[c.r])
	if k == '\n' || k >= ' ' {
		return 0, nil, c.lastWords()
	}
	size := int(binary.LittleEndian.Uint32(c.buf[c.r+1:]))
	if size > c.cap {
		return 0, nil, fmt.Errorf("%w: %d bytes, at most %d are possible", errTooLarge, size, c.cap)
	}
	if err := c.fill(headerSize + size); err != nil {
		return 0, nil, err
	}
	body := c.buf[c.r+headerSize : c.r+headerSize+size]
	c.r += headerSize + size
	return k, body, nil
}

// trim gives a large buffer up once everything in it is taken. The body of the last frame is gone then.
func (c *channel) trim() {
	if c.r < c.w {
		return
	}
	c.r, c.w = 0, 0
	if len(c.buf) > keptBuffer {
		c.buf = make([]byte, firstBuffer)
	}
}

// fill makes sure that n bytes are read and not yet taken.
func (c *channel) fill(n int) error {
	for c.w-c.r < n {
		if c.r+n > len(c.buf) && (c.r > 0 || c.w == len(c.buf)) {
			c.makeRoom(n)
		}
		got, err := c.stream.Read(c.buf[c.w:])
		c.w += got
		switch {
		case c.w-c.r >= n:
		case err == io.EOF && c.w > c.r:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
	}
	return nil
}

// makeRoom moves what is not yet taken to the front, and grows the buffer when it is full. It grows with
// what has come in and not at once to what a header announces: memory costs its sender as much.
func (c *channel) makeRoom(n int) {
	room := c.buf
	if c.r == 0 {
		room = make([]byte, min(n, 2*len(c.buf)))
	}
	c.w = copy(room, c.buf[c.r:c.w])
	c.r, c.buf = 0, room
}

func (c *channel) lastWords() error {
	text := append([]byte(nil), c.buf[c.r:c.w]...)
	rest, _ := io.ReadAll(io.LimitReader(c.stream, int64(max(0, maxLastWords-len(text))))) // until it died
	return lastWords(append(text, rest...))
}

// frame is a frame in the making. Its zero value is empty; reset begins one.
type frame struct{ buf []byte }

func (f *frame) reset(k kind) {
	f.buf = append(f.buf[:0], byte(k), 0, 0, 0, 0)
}

// seal returns the frame's bytes, or errTooLarge when its body is over limit.
func (f *frame) seal(limit int) ([]byte, error) {
	size := len(f.buf) - headerSize
	if size > limit {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are possible", errTooLarge, size, limit)
	}
	binary.LittleEndian.PutUint32(f.buf[1:], uint32(size))
	return f.buf, nil
}

// trim gives a large buffer up.
func (f *frame) trim() {
	if cap(f.buf) > keptBuffer {
		f.buf = nil
	}
}

func (f *frame) uint(n uint64) { f.buf = binary.AppendUvarint(f.buf, n) }
func (f *frame) int(n int64)   { f.buf = binary.AppendVarint(f.buf, n) }

func (f *frame) bool(b bool) {
	n := byte(0)
	if b {
		n = 1
	}
	f.buf = append(f.buf, n)
}

// bytes keeps the difference between nil and empty.
func (f *frame) bytes(b []byte) {
	if b == nil {
		f.uint(0)
		return
	}
	f.uint(uint64(len(b)) + 1)
	f.buf = append(f.buf, b...)
}

func (f *frame) string(s string) {
	f.uint(uint64(len(s)))
	f.buf = append(f.buf, s...)
}

// errMalformed is a frame that does not hold what its kind says.
var errMalformed = errors.New("the frame is malformed")

// fields takes a frame's body apart. After the first failure everything is zero and err is set.
type fields struct {
	rest []byte
	err  error
}

func (f *fields) fail() {
	f.rest, f.err = nil, errMalformed
}

func (f *fields) uint() uint64 {
	n, size := binary.Uvarint(f.rest)
	if size <= 0 {
		f.fail()
		return 0
	}
	f.rest = f.rest[size:]
	return n
}

func (f *fields) int() int64 {
	n, size := binary.Varint(f.rest)
	if size <= 0 {
		f.fail()
		return 0
	}
	f.rest = f.rest[size:]
	return n
}

func (f *fields) bool() bool { return f.uint() == 1 }

func (f *fields) take(n uint64) []byte {
	if n > uint64(len(f.rest)) {
		f.fail()
		return nil
	}
	part := f.rest[:n:n]
	f.rest = f.rest[n:]
	return part
}

// view is valid as long as the frame is.
func (f *fields) view() []byte {
	n := f.uint()
	if n == 0 {
		return nil
	}
	return f.take(n - 1)
}

// bytes is a copy of what view returns.
func (f *fields) bytes() []byte {
	v := f.view()
	if v == nil {
		return nil
	}
	return append(make([]byte, 0, len(v)), v...)
}

func (f *fields) string() string { return string(f.take(f.uint())) }

// count is the length of a list of at most limit items.
func (f *fields) count(limit int) int {
	n := f.uint()
	if n > uint64(limit) {
		f.fail()
		return 0
	}
	return int(n)
}

// done returns errMalformed unless exactly everything was taken.
func (f *fields) done() error {
	if f.err == nil && len(f.rest) > 0 {
		f.fail()
	}
	return f.err
}
