package server

import (
	"strconv"

	"github.com/tripline/tripline/runtime/invalid"
)

// list is the shape of the replies that page.
type list[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor,omitempty"`
}

// Page is the input of the routes that page. Types that are embedded in an input are exported: huma sees no others.
type Page struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"500"`
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
}

// before is the cursor of lists that are ordered by when a row was made, 0 for the first page.
func (p Page) before() (int64, error) {
	if p.Cursor == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(p.Cursor, 36, 64)
	if err != nil || n <= 0 {
		return 0, invalid.At("query.cursor", "is not a next_cursor of this list")
	}
	return n, nil
}

// cursorOf writes where the next page begins; 0 is the end.
func cursorOf(next int64) string {
	if next == 0 {
		return ""
	}
	return strconv.FormatInt(next, 36)
}
