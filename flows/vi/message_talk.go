package vi

import "strings"

// optOut reads "dừng nhận tin".
func (c *messageScan) optOut() (Message, bool) {
	return Message{Intent: OptOut}, c.has(cueOptOut) && len(c.tokens) <= 25 && len(c.money) == 0 && !c.marked("?")
}

// erase reads "xóa dữ liệu của tôi".
func (c *messageScan) erase() (Message, bool) {
	return Message{Intent: Erase}, c.has(cueErase) && len(c.tokens) <= 25 && !c.asks() && !c.negated(cueErase)
}

// graduate reads "tôi muốn đăng ký thoát nghèo": the wish, not a question or the refusal of it.
func (c *messageScan) graduate() (Message, bool) {
	if !c.has(cueGraduate) || c.asks() || c.has(cueNot) || len(c.tokens) > 30 || c.hasAny(cueHearsay, cueIf, cueExport, cueCheck) || len(c.people) > 0 && c.people[0].value.Title != "em" || len(c.money) > 0 {
		return Message{}, false
	}
	wants := c.hasAny(cueSelf, cueWish) || c.hasWord("đăng ký", "cam kết", "tự nguyện", "đăng kí", "phấn đấu", "quyết tâm", "dang ky", "dk", "đk")
	return Message{Intent: GraduatePledge}, wants && !c.has(cuePast)
}

// remind reads "nhắc tôi 8h sáng mai họp tổ".
func (c *messageScan) remind() (Message, bool) {
	at := c.first(cueRemind)
	if at < 0 || at > 4 || c.asksOutright() || c.notBefore(at) || c.followedBy(cueRemind, "lai") {
		return Message{}, false
	}
	m := Message{Intent: Remind}
	used := make([]bool, len(c.tokens))
	_, from := c.span(cueRemind)
	for k := range c.tokens { // behind the call first: in "nhac toi 2h" toi is the writer
		i := (from + k) % len(c.tokens)
		if r, n := findMoment(c.tokens, i, c.now); n > 0 && r.Understood() {
			m.At = r
			mark(used, i, n)
			break
		}
	}
	if !m.At.Understood() {
		for k := range c.tokens {
			i := (from + k) % len(c.tokens)
			r, n := findDateLeaning(c.tokens, i, c.now, Ahead)
			if n == 0 || n == 1 && c.tokens[i].plain() && lonelyDay[c.tokens[i].Acc] {
				continue
			}
			m.Days = r
			if r.Sure {
				d := r.Value.Date
				m.Date = &d
			}
			mark(used, i, n)
			break
		}
	}
	c.otherDay(&m, used)
	if !m.At.Sure && m.Date == nil {
		m.Ambiguous = append(m.Ambiguous, PartDate)
	}
	m.Text = c.reminderText(used)
	return m, true
}

// looseNumber reports digits at token i that look like a day and were read as nothing.
func (c *messageScan) looseNumber(i int) bool {
	return !c.taken[i] && isDigit(c.tokens[i].Acc[0]) && strings.ContainsAny(c.tokens[i].Acc, "/.")
}

// otherDay asks where a day is named beside the time that was read: "9h sang 18/11" may be of today or of the 18th.
func (c *messageScan) otherDay(m *Message, used []bool) {
	if !m.At.Sure {
		return
	}
	for i := range c.tokens {
		if used[i] {
			continue
		}
		if c.looseNumber(i) {
			m.At = Between(m.At.Value)
			return
		}
		r, n := findDateLeaning(c.tokens, i, c.now, Ahead)
		if n == 0 || !r.Sure || r.Value.Date == m.At.Value.Date || n == 1 && c.tokens[i].plain() && lonelyDay[c.tokens[i].Acc] {
			continue
		}
		other := m.At.Value
		other.Date = r.Value.Date
		m.At = Between(other, m.At.Value)
		mark(used, i, n)
		return
	}
}

func mark(used []bool, i, n int) {
	for k := i; k < i+n; k++ {
		used[k] = true
	}
}

// reminderText is the message without the call for a reminder, the time, and the words that join them.
func (c *messageScan) reminderText(used []bool) string {
	for _, f := range c.cues {
		if f.cue == cueRemind {
			mark(used, 0, f.end)
			break
		}
	}
	var kept []int
	for i, t := range c.tokens {
		if !used[i] && !(t.punct() && (len(kept) == 0 || t.Acc == "." || t.Acc == "!")) {
			kept = append(kept, i)
		}
	}
	if len(kept) > 1 && titles[c.tokens[kept[0]].Acc] != "" && kept[1] != kept[0]+1 { // nhắc cô 8h họp
		kept = kept[1:]
	}
	for len(kept) > 0 && reminderJoins[c.tokens[kept[0]].Acc] {
		kept = kept[1:]
	}
	for len(kept) > 0 {
		last := c.tokens[kept[len(kept)-1]]
		if !reminderEnds[last.Acc] && !last.punct() {
			break
		}
		kept = kept[:len(kept)-1]
	}
	var b strings.Builder
	for k, i := range kept {
		if k > 0 && !(kept[k-1] == i-1 && c.tokens[i].Start == c.tokens[i-1].End) {
			b.WriteByte(' ')
		}
		b.WriteString(c.tokens[i].Text)
	}
	return b.String()
}

var (
	reminderJoins = wordSet("là la rằng rang để de giúp giup giùm gium dùm vào vao lúc luc tôi toi em tui mình minh về ve việc viec với voi cái cho phải cần nhớ vô hộ và va")
	reminderEnds  = wordSet("nha nhé nhe nghe ạ a hí hen với voi giùm gium giúp giup dùm vào vao lúc luc ngày hôm nữa luôn nè đi")
)

// export reads "báo cáo tháng 10", "xuất excel quý 3".
func (c *messageScan) export() (Message, bool) {
	at := c.first(cueExport)
	if at < 0 || len(c.tokens) > 25 || c.negated(cueExport) || c.hasAny(cueHearsay, cueIf, cueTrade) || len(c.people) > 0 || len(c.money) > 0 || c.asksOutright() {
		return Message{}, false
	}
	m := Message{Intent: Export}
	if c.has(cueCampaign) {
		m.Range = Sure(campaignOf(c.now.Year(), DayOf(c.now)))
		return m, true
	}
	switch {
	case len(c.spans) > 0:
		m.Range = c.spans[0].value
	case len(c.days) > 0 && c.days[0].value.Sure:
		d := c.days[0].value.Value.Date
		m.Range = Sure(Span{From: d, To: d})
	}
	return m, true
}

// campaignOf is the peak month "Vì người nghèo" of a year, 17 October to 18 November; before it has begun, that of
// the year before. Campaigns with dates of their own are data, and outrank it.
func campaignOf(year int, today Day) Span {
	s := Span{From: Day{year, 10, 17}, To: Day{year, 11, 18}}
	if today.Before(s.From) {
		s.From.Year--
		s.To.Year--
	}
	return s
}

// emergency reads words of danger now; what happened on a day gone by is none.
func (c *messageScan) emergency() (Message, bool) {
	return Message{Intent: Emergency}, c.has(cueDanger) && !c.negated(cueDanger) && !c.longPast() && len(c.tokens) <= 60 && !c.hasAny(cueHearsay, cueIf) && !c.hasAny(cueExport)
}

// longPast reports that the message tells of a day more than three days gone, or of another year.
func (c *messageScan) longPast() bool {
	for _, f := range c.days {
		if f.value.Sure && DayOf(c.now).Sub(f.value.Value.Date) > 3 {
			return true
		}
	}
	for _, f := range c.spans {
		if f.value.Sure && DayOf(c.now).Sub(f.value.Value.To) > 3 {
			return true
		}
	}
	return c.hasWord("năm ngoái", "năm xưa", "hồi xưa", "ngày xưa", "nam ngoai", "hoi xua", "năm trước")
}

// status reads questions about what a household was given, or how it is classed.
func (c *messageScan) status() (Message, bool) {
	if len(c.tokens) > 30 || c.hasAny(cueHearsay, cueIf) {
		return Message{}, false
	}
	m := Message{Intent: AskStatus}
	if len(c.people) == 1 {
		p := c.people[0].value
		m.Person = &p
	}
	if at := c.first(cueCheck); at >= 0 && at < 6 && c.hasAny(cueState, cueGive, cueReceive, cuePledge) && c.unread <= 3 && !c.has(cueNot) {
		return m, true
	}
	subject := c.hasAny(cueSelf, cueHouse) || len(c.people) > 0
	about := c.hasAny(cueGive, cueReceive, cueState, cuePledge) || c.hasAny(cueEach, cueFund) && c.hasWord("nghèo", "ngheo")
	if c.asks() && subject && about && !c.hasAny(cueWish, cueTrade) && c.unread <= 4 {
		return m, true
	}
	return Message{}, false
}

// need reads what somebody lacks, and its dimension.
func (c *messageScan) need() (Message, bool) {
	if len(c.tokens) > 60 || c.hasAny(cueHearsay, cueIf, cueExport) || c.marked("?") && !c.hasAny(cueWish, cueAsk) {
		return Message{}, false
	}
	if c.wishesToGive() || c.hasWord("dạy", "miễn phí", "mien phi") {
		return Message{}, false
	}
	dimension, at, _ := dimensions.anywhere(c.tokens)
	state, in, _ := plights.anywhere(c.tokens)
	asks := c.hasAny(cueAsk, cueWish) && !c.refused()
	m := Message{Intent: TellNeed, Dimension: dimension}
	if len(c.people) == 1 {
		p := c.people[0].value
		m.Person = &p
	}
	switch {
	case in >= 0 && !c.pastTalk(in):
		m.Dimension = state
		if state == "" && at >= 0 {
			m.Dimension = dimension
		}
		return m, true
	case at >= 0 && (asks || c.lacks()):
		return m, true
	case asks && c.hasAny(cueGive) && (c.has(cueSelf) || len(c.people) > 0 || len(c.tokens) <= 6):
		return m, true
	}
	return Message{}, false
}

// dimensions are what a need is about, by the words for it.
var dimensions = newPhraseTable(
	phraseList[string]{"việc làm", "việc làm|có việc|kiếm việc|tìm việc|xin việc|thất nghiệp|mất việc|học nghề|công ăn việc làm|vốn làm ăn|vay vốn|làm ăn|=nghề|công việc|vốn buôn bán|xin làm|việc|có vốn|giới thiệu việc|đi làm|sinh kế|vốn chăn nuôi|buôn bán"},
	phraseList[string]{"y tế", "=bệnh|bị bệnh|chữa bệnh|khám bệnh|thuốc men|=thuốc|mua thuốc|viện phí|nằm viện|nhập viện|bệnh viện|=mổ|phẫu thuật|bảo hiểm y tế|bhyt|thẻ bảo hiểm|y tế|ung thư|chạy thận|tai biến|suy dinh dưỡng|đi khám|khám|điều trị|xe lăn|tiền thuốc|trị bệnh|bác sĩ|ốm đau|đau ốm|chua benh|bi benh|đi viện|dinh dưỡng"},
	phraseList[string]{"giáo dục", "học phí|đi học|học bổng|sách vở|sách giáo khoa|tiền học|đóng học|bỏ học|nghỉ học|đồng phục|giáo dục|cặp sách|nhập học|tới trường|đến trường|học hành|học sinh|tiền trường|học thêm|dụng cụ học tập|đồ dùng học tập|thất học|học đại học|ăn học"},
	phraseList[string]{"nhà ở", "=dột|dột nát|nhà dột|sập|mái nhà|tốc mái|sửa nhà|xây nhà|làm nhà|nhà ở|nhà tạm|=tôn|mái tôn|lợp nhà|lợp mái|nhà hư|xuống cấp|ở nhờ|chỗ ở|nhà cửa|sửa lại nhà|sửa mái|sửa chữa nhà|cất nhà|ở trọ|sửa cái mái|nhà tình thương|nhà đại đoàn kết|mái dột|vách|lợp lại|mái lá|sửa lại mái|nhà mới"},
	phraseList[string]{"nước & vệ sinh", "nước sạch|nước sinh hoạt|nước uống|=giếng|khoan giếng|nước máy|nhà vệ sinh|nhà tiêu|cầu tiêu|toilet|hố xí|bồn nước|=rác|thiếu nước|nước phèn|nhiễm phèn|nhiễm mặn|nước dùng|bể nước|nguồn nước|vệ sinh|có nước|rác thải|nước xài|nước nấu ăn|gieng|nha ve sinh|hố rác|nhà cầu|nước giếng"},
	phraseList[string]{"thông tin", "điện thoại|internet|wifi|mạng internet|=mạng|tivi|ti vi|=sim|máy tính|radio|sóng điện thoại|4g|mạng di động|truyền hình|xem tin|smartphone|loa phát thanh|máy tính bảng|lắp mạng|dien thoai"},
)

// plights are needs that no word of asking need go with.
var plights = newPhraseTable(
	phraseList[string]{"việc làm", "thất nghiệp|mất việc|không có việc|chưa có việc|không có việc làm|chưa có việc làm|bị nghỉ việc|bị cho nghỉ việc|ko có việc làm|không ai thuê"},
	phraseList[string]{"y tế", "không có tiền chữa bệnh|không có bảo hiểm y tế|chưa có bảo hiểm y tế|không có thẻ bảo hiểm|chưa có bhyt|không có bhyt|không có tiền mua thuốc|không có tiền mổ|hết thuốc|không tiền chữa bệnh|hết tiền thuốc|bệnh nặng|bị ung thư|chạy thận|bị tai biến|đang nằm viện|suy dinh dưỡng|không có tiền viện phí|bệnh mà không có tiền|bệnh hết tiền|ko co bhyt"},
	phraseList[string]{"giáo dục", "không có tiền đi học|không có tiền đóng học|bỏ học|nghỉ học giữa chừng|không được đi học|không có sách vở|chưa có sách vở|thiếu sách vở|không có tiền học|không có tiền đóng học phí|chưa đóng được học phí|chưa có tiền đóng học|thiếu tiền học|nghỉ học vì|sắp phải nghỉ học|không có xe đạp đi học|chưa đóng học phí"},
	phraseList[string]{"nhà ở", "nhà dột|dột nát|bị dột|mái dột|tốc mái|nhà sắp sập|sắp sập|nhà hư|nhà xuống cấp|xuống cấp|không có nhà ở|không có chỗ ở|ở nhờ|mái nhà hư|tường nứt|nhà nứt|nhà bị sập|nhà bị hư|nhà tôi dột|bay mái|nhà tạm bợ|mái bị dột|dột quá|mái tôn hư|mái tôn bị|nhà bị tốc|bị tốc mái"},
	phraseList[string]{"nước & vệ sinh", "không có nước sạch|chưa có nước sạch|thiếu nước sạch|thiếu nước|không có nước|chưa có nước máy|không có nhà vệ sinh|chưa có nhà vệ sinh|giếng cạn|giếng bị|nước bị phèn|nhiễm phèn|nhiễm mặn|nước phèn|hết nước|không có nhà tiêu|nước bẩn|nước giếng bị|chưa có nhà tiêu|cạn nước|ko có nước sạch|rác không ai"},
	phraseList[string]{"thông tin", "không có điện thoại|chưa có điện thoại|không có mạng|không có internet|không có tivi|không có sóng|chưa có internet|không có wifi|mất sóng|chưa có wifi|không bắt được sóng|chưa có tivi|không có ti vi"},
	phraseList[string]{"", "hết gạo|hết gạo ăn|không có gạo|thiếu ăn|=đói|không có gì ăn|không có tiền ăn|hết tiền ăn|không đủ ăn|nhịn đói|hết tiền"},
)

// lacks reports không có, chưa có, hết, thiếu.
func (c *messageScan) lacks() bool {
	return c.hasWord("không có", "chưa có", "ko có", "thiếu", "hết", "khong co", "chua co", "k có", "hổng có", "không đủ", "bị hư", "hư", "hỏng", "cạn", "mất", "thieu")
}

// refused reports "không cần", "khỏi xin".
func (c *messageScan) refused() bool {
	return c.hasWord("không cần", "ko cần", "khỏi cần", "khong can", "không xin", "chẳng cần", "hết cần", "không muốn", "chưa cần")
}

// pastTalk reports that the plight at token i is told of a time gone by, or was put right.
func (c *messageScan) pastTalk(i int) bool {
	return c.pastDay() || c.hasWord("hết dột", "đã sửa", "sửa xong", "đã hết", "năm ngoái", "hồi xưa", "hết bệnh", "ngày xưa") || i > 0 && c.tokens[i-1].Fold == "het" && c.tokens[i].Fold != "het"
}

// hasWord reports that one of the phrases was typed, with just these accents or, in messages without any, as listed.
func (c *messageScan) hasWord(phrases ...string) bool {
	for _, p := range phrases {
		words := strings.Fields(p)
		for i := 0; i+len(words) <= len(c.tokens); i++ {
			k := 0
			for k < len(words) && (c.tokens[i+k].Acc == words[k]) {
				k++
			}
			if k == len(words) {
				return true
			}
		}
	}
	return false
}

func (c *messageScan) marked(sign string) bool {
	for _, t := range c.tokens {
		if t.Acc == sign {
			return true
		}
	}
	return false
}

// asksOutright reports a question mark or a question word; không and chưa at the end are let pass.
func (c *messageScan) asksOutright() bool { return c.marked("?") && c.has(cueQuestion) }

// negated reports không or đừng right before the first cue of a kind.
func (c *messageScan) negated(q cue) bool {
	at := c.first(q)
	return at >= 0 && c.notBefore(at)
}

func (c *messageScan) notBefore(i int) bool {
	return i > 0 && (c.tokens[i-1].Acc == "không" || c.tokens[i-1].Acc == "đừng" || c.tokens[i-1].Acc == "khỏi" || c.tokens[i-1].Acc == "ko" || c.tokens[i-1].Acc == "khong" || c.tokens[i-1].Acc == "dung" || c.tokens[i-1].Acc == "chưa")
}

func (c *messageScan) followedBy(q cue, word string) bool {
	for _, f := range c.cues {
		if f.cue == q {
			return f.end < len(c.tokens) && c.tokens[f.end].Fold == word
		}
	}
	return false
}
