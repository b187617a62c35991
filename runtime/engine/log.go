package engine

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime"
)

// entryCost is what an entry counts besides its text, so that empty lines fill a log too.
const entryCost = 32

// runLog is the log of one run, cut where it reaches its limit.
type runLog struct {
	limit   int // bytes
	entries []runtime.LogEntry
	size    int
	full    bool
}

// add appends an entry. The one that does not fit is cut, a last one says so, and all later ones are
// dropped.
func (l *runLog) add(at time.Time, level, text string, fields json.RawMessage) {
	if l.full {
		return
	}
	room := l.limit - l.size - entryCost
	if need := len(text) + len(fields); need <= room {
		l.size += need + entryCost
		l.entries = append(l.entries, runtime.LogEntry{Time: at.UTC(), Level: level, Text: text, Fields: fields})
		return
	}
	l.full = true
	if kept := cut(text, room-maskedTail); kept != "" {
		l.entries = append(l.entries, runtime.LogEntry{Time: at.UTC(), Level: level, Text: kept})
	}
	l.entries = append(l.entries, runtime.LogEntry{Time: at.UTC(), Level: runtime.LevelWarn,
		Text: fmt.Sprintf("the log was cut here: it reached %d bytes", l.limit)})
}

// maskedTail is left out before the cut: the beginning of a secret that the cut went through could not be
// found and masked any more.
const maskedTail = 1 << 10

// cutMessage returns the text of an error within its bound.
func cutMessage(text string) string {
	if len(text) <= maxMessage {
		return text
	}
	return cut(text, maxMessage-maskedTail)
}

// cut returns the first bytes of text without splitting a character.
func cut(text string, room int) string {
	if room >= len(text) {
		return text
	}
	room = max(0, room)
	for room > 0 && !utf8.RuneStart(text[room]) {
		room--
	}
	return text[:room]
}
