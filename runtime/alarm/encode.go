package alarm

import (
	"strconv"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// AppendJSON appends the alarm as encoding/json writes it, but for escapes of HTML.
func (a Alarm) AppendJSON(b []byte) (_ []byte, err error) {
	b = jsonvalue.AppendString(append(b, `{"id":`...), a.ID)
	b = jsonvalue.AppendString(append(b, `,"eui":`...), a.EUI)
	b = jsonvalue.AppendString(append(b, `,"alarm_name":`...), a.Name)
	b = jsonvalue.AppendString(append(b, `,"level":`...), a.Level)
	b = jsonvalue.AppendString(append(b, `,"title":`...), a.Title)
	b = jsonvalue.AppendString(append(b, `,"desc":`...), a.Desc)
	b = jsonvalue.AppendString(append(b, `,"state":`...), a.State)
	b = strconv.AppendInt(append(b, `,"count":`...), int64(a.Count), 10)
	b = jsonvalue.AppendStrings(append(b, `,"notice_groups":`...), a.NoticeGroups)
	if b, err = jsonvalue.AppendTime(append(b, `,"start_time":`...), a.StartTime); err != nil {
		return b, err
	}
	if b, err = jsonvalue.AppendTime(append(b, `,"update_time":`...), a.UpdateTime); err != nil {
		return b, err
	}
	if !a.ClearedTime.IsZero() {
		if b, err = jsonvalue.AppendTime(append(b, `,"cleared_time":`...), a.ClearedTime); err != nil {
			return b, err
		}
	}
	if a.RecoveryNote != "" {
		b = jsonvalue.AppendString(append(b, `,"recovery_note":`...), a.RecoveryNote)
	}
	if a.AcknowledgedBy != "" {
		b = jsonvalue.AppendString(append(b, `,"acknowledged_by":`...), a.AcknowledgedBy)
	}
	return append(b, '}'), nil
}
