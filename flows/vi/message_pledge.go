package vi

import "slices"

// pledge reads "mình ủng hộ quỹ vì người nghèo 1 triệu": the writer promises.
func (c *messageScan) pledge() (Message, bool) {
	if !c.mayBePledge() {
		return Message{}, false
	}
	c = c.fork()
	m := Message{Intent: MakePledge, Anonymous: c.has(cueAnonymous)}
	c.setWhat(&m)
	if len(c.money) == 0 {
		c.bareAmount(&m)
	}
	if len(c.items) == 0 && c.wishesToGive() {
		c.uncountedThings(&m)
	}
	what := len(c.money) > 0 || len(m.Items) > 0 || m.Amounts.Understood()
	fund := c.hasAny(cueFund, cueEach)
	gives := c.has(cuePledge) || c.hasAny(cueGive, cueFor) && c.has(cueFund) || c.wishesToGive()
	wants := c.has(cueSelf) || c.has(cueWish)
	switch {
	case !gives || len(c.people) > 0 && !fund:
		return Message{}, false
	case len(c.people) > 0, len(c.donors) > 0 && !c.has(cueSelf) && !(c.donors[0].value.kind == DonorOrganisation && fund && what):
		return Message{}, false
	case !what && !(wants && c.has(cuePledge)):
		return Message{}, false
	case !what && c.unread > 2, c.unread > 6:
		return Message{}, false
	}
	c.setPeriod(&m)
	m.Date, m.Days, m.Range = nil, Reading[When]{}, Reading[Span]{}
	m.Ambiguous = slices.DeleteFunc(m.Ambiguous, func(s string) bool { return s == PartDate || s == PartMoney && m.Money != nil })
	c.setPlace(&m, nil)
	if len(c.donors) == 1 {
		m.Donor, m.DonorKind = c.donors[0].value.name, c.donors[0].value.kind
	}
	return m, true
}

// wishesToGive reports "muốn tặng", "xin gửi"; "xin hỗ trợ" asks for help, and does not offer it.
func (c *messageScan) wishesToGive() bool {
	for k, f := range c.cues {
		if f.cue != cueWish || k+1 == len(c.cues) {
			continue
		}
		if next := c.cues[k+1]; (next.cue == cueGive || next.cue == cueFor && next.end == len(c.tokens)) && next.start == f.end && giftVerbs[c.tokens[next.start].Fold] {
			return true
		}
	}
	return false
}

var giftVerbs = wordSet("tang bieu gui goi trao cho")

// setPeriod puts "mỗi tháng" that stands apart from the amount into it.
func (c *messageScan) setPeriod(m *Message) {
	for i := range c.tokens {
		p, n := periods.at(c.tokens, i)
		if n < 2 || !eachWords[c.tokens[i].Fold] {
			continue
		}
		m.Amounts = m.Amounts.each(func(v Sum) Sum { v.Period = p; return v })
		if m.Money != nil {
			m.Money.Period = p
		}
		return
	}
}

var eachWords = wordSet("moi hang")

// mayBePledge rules out questions, news, needs and gifts that were made already.
func (c *messageScan) mayBePledge() bool {
	if !c.mayBeEntry() && !(c.has(cueAnonymous) && c.mayBeEntryUnnamed()) {
		return false
	}
	return !c.hasAny(cueTrade, cueAsk, cuePast, cueReceive, cueExport) && !c.pastDay()
}

// mayBeEntryUnnamed is mayBeEntry for "đừng nêu tên", whose đừng is no refusal.
func (c *messageScan) mayBeEntryUnnamed() bool {
	return len(c.tokens) <= maxMessageWords && !c.hasAny(cueHearsay, cueIf, cueDanger, cueNotBut, cueChange, cueCancel, cueNot) && !c.asks()
}
