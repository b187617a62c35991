package jsonvalue

import (
	"slices"
	"time"
)

// AppendStrings appends a list of strings; one that is nil is null.
func AppendStrings(b []byte, list []string) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendString(b, s)
	}
	return append(b, ']')
}

// AppendTime appends a time as a string. The error is for a time that RFC 3339 cannot say.
func AppendTime(b []byte, t time.Time) ([]byte, error) {
	out, err := t.AppendText(append(b, '"'))
	if err != nil {
		return b, err
	}
	return append(out, '"'), nil
}

// AppendMap appends an object of values that item appends, by key in the alphabet's order.
func AppendMap[V any](b []byte, of map[string]V, item func([]byte, V) ([]byte, error)) (_ []byte, err error) {
	b = append(b, '{')
	for i, key := range sorted(of) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(AppendString(b, key), ':')
		if b, err = item(b, of[key]); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func sorted[V any](of map[string]V) []string {
	keys := make([]string, 0, 4)
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
