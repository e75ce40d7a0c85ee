package vi

// correct reads "sửa lại 500k thành 50k", "bà Lan chứ không phải bà Loan", "nhầm, 50k thôi".
func (c *messageScan) correct() (Message, bool) {
	if len(c.tokens) > 30 || c.asks() || c.hasAny(cueHearsay, cueIf, cueGraduate) {
		return Message{}, false
	}
	wrong, change := c.has(cueWrong), c.has(cueChange)
	m := Message{Intent: Correct}
	if at, end := c.span(cueNotBut); at >= 0 && c.replace(&m, end, at) {
		return m, true
	}
	if at, end := c.span(cueInto); at >= 0 && change && c.replace(&m, 0, end) {
		return m, true
	}
	if at, end := c.span(cueNotIs); at >= 0 && (c.between(end, "mà", "là", "ma", "la", ",") || wrong) && c.replace(&m, end, end) {
		return m, true
	}
	if wrong && c.hasWord("đúng là", "đúng ra", "đúng phải là", "dung la", "dung ra", "mới đúng") && c.replaceInOrder(&m, 0) {
		return m, true
	}
	if !wrong && !change || c.has(cueCancel) {
		return Message{}, false
	}
	if change && !wrong && !c.meansEntry() {
		return Message{}, false
	}
	c.single(&m)
	return m, true
}

// meansEntry reports that what is to be changed is an entry or a part of one: sửa phiếu, sửa lại 50k, đổi tên. Sửa
// nhà and sửa xe are repairs.
func (c *messageScan) meansEntry() bool {
	start, end := c.span(cueChange)
	if c.hasAny(cueInto, cueEntry) {
		return true
	}
	if v := c.tokens[start].Fold; v == "doi" || v == "thay" || len(c.people) > 0 && c.people[0].end <= start {
		return false
	}
	if end >= len(c.tokens) {
		return len(c.tokens) <= 5
	}
	if c.hasWord("số tiền", "so tien", "tên", "ngày", "phiếu", "lại", "tổ", "lai", "phieu", "ten", "số lượng", "ghi chú") {
		return !c.hasWord("nhà", "nha", "xe", "mái")
	}
	for end < len(c.tokens) && !c.taken[end] && moneyFillers.has(c.tokens, end) {
		end++
	}
	return end < len(c.tokens) && c.taken[end]
}

// span is where the first cue of a kind begins and ends, -1 for none.
func (c *messageScan) span(q cue) (start, end int) {
	for _, f := range c.cues {
		if f.cue == q {
			return f.start, f.end
		}
	}
	return -1, -1
}

// between reports that one of the words stands anywhere behind token i.
func (c *messageScan) between(i int, words ...string) bool {
	for ; i < len(c.tokens); i++ {
		for _, w := range words {
			if c.tokens[i].Acc == w {
				return true
			}
		}
	}
	return false
}

// replace finds two things of one kind, the wrong one behind wrongFrom and the right one elsewhere: behind rightFrom
// where that is later, else before. It reports whether it found them.
func (c *messageScan) replace(m *Message, wrongFrom, rightFrom int) bool {
	right := func(start int) bool {
		if rightFrom > wrongFrom { // sửa X thành Y
			return start >= rightFrom
		}
		return start < wrongFrom
	}
	if wrongFrom == rightFrom { // không phải X mà là Y: the first behind is wrong, the second right
		return c.replaceInOrder(m, wrongFrom)
	}
	for _, f := range c.money {
		if !f.value.Sure {
			continue
		}
		if right(f.start) {
			m.To.Money = f.value.Value.VND
		} else {
			m.From.Money = f.value.Value.VND
		}
	}
	for i := range c.items {
		it := &c.items[i]
		if right(it.start) {
			m.To.Item = &it.value
		} else {
			m.From.Item = &it.value
		}
	}
	for _, f := range c.people {
		if p := f.value; right(f.start) {
			m.Person = &p
		}
	}
	for _, f := range c.groups {
		if right(f.start) {
			m.To.Text = f.value.Name
		} else {
			m.From.Text = f.value.Name
		}
	}
	for _, f := range c.days {
		if !f.value.Sure {
			continue
		}
		if right(f.start) {
			m.To.Text = f.value.Value.Date.String()
		} else {
			m.From.Text = f.value.Value.Date.String()
		}
	}
	if m.Person == nil && len(c.people) == 1 && (m.To != Part{}) {
		p := c.people[0].value
		m.Person = &p
	}
	return m.To != Part{} || m.Person != nil
}

// replaceInOrder reads "không phải 500k mà là 50k".
func (c *messageScan) replaceInOrder(m *Message, from int) bool {
	var amounts []int64
	for _, f := range c.money {
		if f.value.Sure && f.start >= from {
			amounts = append(amounts, f.value.Value.VND)
		}
	}
	if len(amounts) == 2 {
		m.From.Money, m.To.Money = amounts[0], amounts[1]
		return true
	}
	var people []Person
	for _, f := range c.people {
		if f.start >= from {
			people = append(people, f.value)
		}
	}
	if len(people) == 2 {
		m.Person = &people[1]
		return true
	}
	var things []*Item
	for i := range c.items {
		if c.items[i].start >= from {
			things = append(things, &c.items[i].value)
		}
	}
	if len(things) == 2 {
		m.From.Item, m.To.Item = things[0], things[1]
		return true
	}
	return false
}

// single takes the one thing a correction names as the right one, where it says so: "nhầm, 50k thôi".
func (c *messageScan) single(m *Message) {
	if len(c.money) == 1 && c.money[0].value.Sure && (c.hasWord("thôi", "là", "mới đúng", "thoi", "la", "lại", "lai") || c.has(cueNotIs) || c.tokens[max(0, c.money[0].start-1)].Acc == ",") && !c.hasWord("không phải") {
		m.To.Money = c.money[0].value.Value.VND
	}
	if len(c.people) == 1 {
		p := c.people[0].value
		m.Person = &p
	}
	if len(c.items) == 1 && len(c.money) == 0 && (c.hasWord("thôi", "là", "mới đúng", "thoi", "lại") || c.has(cueNotIs)) {
		m.To.Item = &c.items[0].value
	}
}

// undo reads "nhầm rồi, hủy" and "xóa phiếu vừa rồi".
func (c *messageScan) undo() (Message, bool) {
	m := Message{Intent: Undo}
	if len(c.tokens) > 25 || c.asks() || c.hasAny(cueInto, cueNotBut) {
		return m, false
	}
	plainCancel := c.hasWord("huy")
	switch {
	case c.has(cueCancel) && !c.negated(cueCancel) && !c.has(cueGive):
		return m, true
	case c.has(cueCancel) && !c.negated(cueCancel) && (c.has(cueEntry) || c.has(cueWrong)):
		return m, true
	case c.has(cueWrong) && c.hasWord("bỏ đi", "bỏ giùm", "bỏ giúp", "bo di", "bo gium"):
		return m, true
	case plainCancel && (c.has(cueWrong) || c.hasWord("phieu") || len(c.tokens) == 1):
		return m, true
	}
	return m, false
}
