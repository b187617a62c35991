package deliver_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
)

// describe gives the notice of a job a description.
func describe(j *deliver.Job, desc string) {
	var n deliver.Notification
	if err := json.Unmarshal(j.Payload, &n); err != nil {
		panic(err)
	}
	n.Notice.Desc = desc
	j.Payload, _ = json.Marshal(n)
}

// numbered are lines that can be told apart.
func numbered(lines int) string {
	var out strings.Builder
	for i := range lines {
		fmt.Fprintf(&out, "第%03d行：温度过高\n", i)
	}
	return out.String()
}

// shorterThan has WeCom refuse messages of more bytes than that, and fails those requests of the others
// whose number is among failing, from 1.
func shorterThan(most int, failing ...int) func(runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
	taken := 0
	return func(req runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
		if strings.HasSuffix(req.URL, "/gettoken") {
			return nil, nil
		}
		if len(req.Body) > most {
			return &runtime.HTTPResponse{Status: 200, Body: []byte(`{"errcode":45002,"errmsg":"content size out of limit"}`)}, nil
		}
		if taken++; slices.Contains(failing, taken) {
			return nil, &runtime.FetchError{Code: "ECONNRESET", Message: "socket hang up"}
		}
		return nil, nil
	}
}

// TestPiecesAreNotRepeated: of a message that had to be cut, what was delivered is not sent again when the
// rest fails, whatever was cut again, and over a restart.
func TestPiecesAreNotRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		most    int
		failing []int
	}{
		"the second half fails":     {2500, []int{2, 3}},
		"quarters, the third fails": {1400, []int{3, 5}},
		"eighths, many fail":        {800, []int{1, 3, 4, 6, 8, 10, 12}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.bot(botKey)
				j := w.notice("wecom", "alarm-0001")
				describe(j, numbered(110)) // 3.5 KB: one message as WeCom is known to take it
				w.intercept = shorterThan(c.most, c.failing...)
				w.queue(j)
				w.await(j.ID, deliver.Retryable, time.Minute)
				w.end()
				w.begin()
				w.await(j.ID, deliver.Completed, 10*time.Minute)
				text := strings.Join(w.texts(), "\n")
				for i := range 110 {
					if n := strings.Count(text, fmt.Sprintf("第%03d行", i)); n != 1 {
						t.Errorf("line %d came %d times", i, n)
					}
				}
				if n := len(w.texts()); n < 2 {
					t.Errorf("%d messages", n)
				}
			})
		})
	}
}

// TestPiecesReachEverybody: a piece that some members are over the rate for is sent to them again, and the
// pieces after it to all.
func TestPiecesReachEverybody(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.platforms.App("ding-client", appSecret)
		w.platforms.Slow("li", 1)
		w.service("ding", "dingtalk", fmt.Sprintf(`{"member":{"client_id":"ding-client","client_secret":%q,"robot_code":"robot","members":["zhang","li"]}}`, appSecret))
		w.intercept = func(req runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
			if len(req.Body) > 2500 {
				return &runtime.HTTPResponse{Status: 400, Body: []byte(`{"code":"msgParam.tooLong","message":"too long"}`)}, nil
			}
			return nil, nil
		}
		j := w.notice("ding", "alarm-0001")
		describe(j, numbered(100))
		w.queue(j)
		w.await(j.ID, deliver.Completed, 10*time.Minute)
		told := map[string]string{}
		for _, m := range w.platforms.Messages() {
			for _, who := range m.Recipients {
				told[who] += m.Text + "\n"
			}
		}
		for _, who := range []string{"zhang", "li"} {
			for i := range 100 {
				if n := strings.Count(told[who], fmt.Sprintf("第%03d行", i)); n != 1 {
					t.Errorf("%s got line %d %d times", who, i, n)
				}
			}
		}
	})
}

// TestADigestThatIsTooLongIsSentOneByOne: nothing of it is sent twice, though attempts fail.
func TestADigestThatIsTooLongIsSentOneByOne(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.bot(botKey)
		w.intercept = shorterThan(1200, 3, 5, 6)
		var jobs []*deliver.Job
		for i := range 60 {
			jobs = append(jobs, w.notice("wecom", fmt.Sprintf("alarm-%04d", i)))
		}
		w.queue(jobs...)
		for _, j := range jobs {
			w.await(j.ID, deliver.Completed, 20*time.Minute)
		}
		text := strings.Join(w.texts(), "\n")
		for i := range jobs {
			if n := strings.Count(text, fmt.Sprintf("alarm-%04d", i)); n != 1 {
				t.Errorf("alarm %d came %d times", i, n)
			}
		}
	})
}

// TestChangedSettingsSendTheWholeText: pieces of one text say nothing of those of another.
func TestChangedSettingsSendTheWholeText(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		settings := `{"groups":[{"name":"g","webhook_url":"https://oapi.dingtalk.com/robot/send?access_token=robot-token-0123456789","keywords":[%q]}]}`
		w.service("ding", "dingtalk", fmt.Sprintf(settings, "报警"))
		taken := 0
		w.intercept = func(req runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
			if len(req.Body) > 3000 {
				return &runtime.HTTPResponse{Status: 200, Body: []byte(`{"errcode":460101,"errmsg":"message too long"}`)}, nil
			}
			if taken++; taken == 2 {
				return nil, &runtime.FetchError{Code: "ECONNRESET", Message: "socket hang up"}
			}
			return nil, nil
		}
		j := w.notice("ding", "alarm-0001")
		describe(j, numbered(100))
		w.queue(j)
		w.await(j.ID, deliver.Retryable, time.Minute)
		w.service("ding", "dingtalk", fmt.Sprintf(settings, strings.Repeat("一个长得多的关键词", 4)))
		w.await(j.ID, deliver.Completed, 10*time.Minute)
		text := strings.Join(w.texts(), "\n")
		for i := range 100 {
			if !strings.Contains(text, fmt.Sprintf("第%03d行", i)) {
				t.Errorf("line %d did not come", i)
			}
		}
	})
}
