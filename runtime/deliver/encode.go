package deliver

import (
	"encoding/json"
	"strconv"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// AppendJSON appends the record as encoding/json writes it, but for escapes of HTML.
func (r *Record) AppendJSON(b []byte) (_ []byte, err error) {
	b = append(b, '{')
	if r.Script != "" {
		b = append(jsonvalue.AppendString(append(b, `"script":`...), r.Script), ',')
	}
	if r.Told != nil {
		told, err := json.Marshal(r.Told)
		if err != nil {
			return b, err
		}
		b = append(append(append(b, `"notification":`...), told...), ',')
	}
	if r.Outcome != "" {
		b = append(jsonvalue.AppendString(append(b, `"outcome":`...), r.Outcome), ',')
	}
	if r.Error != nil {
		b = append(r.Error.appendJSON(append(b, `"error":`...)), ',')
	}
	b = strconv.AppendInt(append(b, `"tries":`...), int64(r.Tries), 10)
	if len(r.Attempts) > 0 {
		b = append(b, `,"attempts":`...)
		for i := range r.Attempts {
			b = append(b, "[,"[min(i, 1)])
			if b, err = r.Attempts[i].appendJSON(b); err != nil {
				return b, err
			}
		}
		b = append(b, ']')
	}
	if !r.Turn.IsZero() {
		if b, err = jsonvalue.AppendTime(append(b, `,"turn":`...), r.Turn); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func (a *Attempt) appendJSON(b []byte) (_ []byte, err error) {
	b = strconv.AppendInt(append(b, `{"number":`...), int64(a.Number), 10)
	if b, err = jsonvalue.AppendTime(append(b, `,"at":`...), a.At); err != nil {
		return b, err
	}
	if b, err = appendNumber(append(b, `,"duration_ms":`...), a.DurationMS); err != nil {
		return b, err
	}
	if a.Status != 0 {
		b = strconv.AppendInt(append(b, `,"status":`...), int64(a.Status), 10)
	}
	if a.Reply != "" {
		b = jsonvalue.AppendString(append(b, `,"reply":`...), a.Reply)
	}
	b = jsonvalue.AppendString(append(b, `,"outcome":`...), a.Outcome)
	if a.Error != nil {
		b = a.Error.appendJSON(append(b, `,"error":`...))
	}
	if a.Part != "" {
		b = jsonvalue.AppendString(append(b, `,"part":`...), a.Part)
	}
	if a.Merged != 0 {
		b = strconv.AppendInt(append(b, `,"merged":`...), int64(a.Merged), 10)
	}
	return append(b, '}'), nil
}

func (e *Error) appendJSON(b []byte) []byte {
	b = jsonvalue.AppendString(append(b, `{"code":`...), e.Code)
	b = jsonvalue.AppendString(append(b, `,"message":`...), e.Message)
	if e.Remedy != "" {
		b = jsonvalue.AppendString(append(b, `,"remedy":`...), e.Remedy)
	}
	return append(b, '}')
}

func appendNumber(b []byte, f float64) ([]byte, error) {
	if f == 0 || f >= 1e-6 && f < 1e21 { // others are written with an exponent
		return strconv.AppendFloat(b, f, 'f', -1, 64), nil
	}
	text, err := json.Marshal(f)
	return append(b, text...), err
}
