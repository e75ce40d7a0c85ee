package vi

import "slices"

// side is on which side of a gift a person stands.
type side uint8

const (
	sideUnknown side = iota
	sideReceiver
	sideGiver
)

// logHelp reads "hỗ trợ bà Lan tổ 12 500k và 10kg gạo hôm qua": somebody was given something. A question, a promise, a
// wish, a loan, hearsay and news are none.
func (c *messageScan) logHelp() (Message, bool) {
	if !c.mayBeEntry() || c.hasAny(cueFuture, cueWish, cueTrade) || c.futureDay() || c.doubtfulVerb() {
		return Message{}, false
	}
	c = c.fork()
	m := Message{Intent: LogHelp}
	receivers, givers, guessed := c.sides()
	spoken := c.hasAny(cueGive, cueFor, cueReceive, cueLog) || c.has(cuePledge) && len(receivers) > 0
	c.setWhat(&m)
	if len(c.money) == 0 {
		c.bareAmount(&m)
	}
	if len(c.items) == 0 && len(c.money) == 0 && !m.Amounts.Understood() {
		c.uncountedThings(&m)
	}
	what := len(c.money) > 0 || slices.ContainsFunc(m.Items, given) || m.Amounts.Understood()
	switch {
	case !what || len(receivers) > 0 && !spoken && !c.allRead() || guessed && c.unread > 0:
		return Message{}, false
	case len(receivers) == 0 && !c.givenToGroup():
		return Message{}, false
	case c.has(cueAsk), c.has(cueSelf) && !c.selfGives(), c.bought(receivers):
		return Message{}, false
	}
	if m.Money != nil && !m.Money.Exact() { // given again and again is no one entry
		m.Money = nil
	}
	c.setReceivers(&m, receivers)
	c.setDonor(&m, givers)
	m.Anonymous = c.has(cueAnonymous)
	if c.numberLeft() {
		m.Ambiguous = append(m.Ambiguous, PartNumber)
	}
	m.Complete = m.Person != nil && len(m.Ambiguous) == 0 && (m.Money != nil || len(m.Items) > 0)
	return m, true
}

// given reports a thing that can be given: one with a name, or a weight or case of something yet to be asked for.
func given(it Item) bool { return it.Name != "" || handedOver[it.Unit] }

var handedOver = wordSet("kg lít thùng bao hộp gói chai con cái phần suất túi bịch lốc can")

// fork is a copy of the scan on which one reading may try itself.
func (c *messageScan) fork() *messageScan {
	d := *c
	d.taken, d.items = slices.Clone(c.taken), slices.Clone(c.items)
	return &d
}

// mayBeEntry rules out what cannot be an entry or a pledge, whatever it names.
func (c *messageScan) mayBeEntry() bool {
	if c.talk || len(c.tokens) > maxMessageWords || c.hasAny(cueHearsay, cueIf, cueDanger, cueNotBut, cueNotIs, cueChange, cueCancel) || c.unread > 8 {
		return false
	}
	return !c.asks() && !c.has(cueNot)
}

// doubtfulVerb reports a word without accents before the verb that may turn it round: ban (bán) cho, dinh (định) tặng;
// or a Mai that is no part of a name, and so is tomorrow.
func (c *messageScan) doubtfulVerb() bool {
	for i, t := range c.tokens {
		if (t.Acc == "mai" || t.Acc == "mốt") && !c.taken[i] {
			return true
		}
	}
	for _, f := range c.cues {
		if i := f.start - 1; (f.cue == cueGive || f.cue == cueFor) && i >= 0 && !c.taken[i] && turningWords[c.tokens[i].Acc] {
			return true
		}
	}
	return false
}

var turningWords = wordSet("ban dinh se tra tinh hua nen hay phai mua thue toan mot")

// sides tells who was given to and who gave; guessed says that no verb told it.
func (c *messageScan) sides() (receivers, givers []found[Person], guessed bool) {
	sides := make([]side, len(c.people))
	for i, p := range c.people {
		sides[i] = c.sideOf(p)
		if i > 0 && sides[i] == sideUnknown && c.joined(c.people[i-1].end, p.start) {
			sides[i] = sides[i-1]
		}
	}
	if !slices.Contains(sides, sideReceiver) && slices.Contains(sides, sideUnknown) {
		for i := range sides {
			if sides[i] == sideUnknown {
				sides[i], guessed = sideReceiver, true
				break
			}
		}
	}
	for i, p := range c.people {
		switch sides[i] {
		case sideReceiver:
			receivers = append(receivers, p)
		case sideGiver:
			givers = append(givers, p)
		case sideUnknown:
			if i > 0 && sides[i-1] == sideReceiver {
				receivers = append(receivers, p)
			}
		}
	}
	return receivers, givers, guessed
}

// sideOf looks at the verb before and behind a person.
func (c *messageScan) sideOf(p found[Person]) side {
	before, behind := c.cueBefore(p.start), c.cueBehind(p.end)
	switch before {
	case cueGive, cueFor, cuePledge, cueLog:
		return sideReceiver
	case cueOf:
		return sideGiver
	case cueReceive:
		if behind == cueGive || behind == cueFor {
			return sideGiver
		}
		return sideReceiver
	}
	switch behind {
	case cueReceive:
		return sideReceiver
	case cueGive, cueFor, cuePledge:
		return sideGiver
	}
	return sideUnknown
}

// cueBefore is the verb that stands right before token i, words that add nothing skipped; 0 for none.
func (c *messageScan) cueBefore(i int) cue {
	for k := len(c.cues) - 1; k >= 0; k-- {
		f := c.cues[k]
		if f.end > i {
			continue
		}
		if !c.joined(f.end, i) {
			return 0
		}
		if f.cue == cueFiller || f.cue == cueHouse || f.cue == cuePast || f.cue == cueEach {
			i = f.start
			continue
		}
		return f.cue
	}
	return 0
}

// cueBehind is the verb that stands right behind token i.
func (c *messageScan) cueBehind(i int) cue {
	for _, f := range c.cues {
		if f.start < i {
			continue
		}
		if !c.joined(i, f.start) {
			return 0
		}
		if f.cue == cueFiller || f.cue == cuePast || f.cue == cueHouse {
			i = f.end
			continue
		}
		return f.cue
	}
	return 0
}

// joined reports that nothing but commas, days, amounts and things stand from token i to token j.
func (c *messageScan) joined(i, j int) bool {
	for ; i < j; i++ {
		if c.taken[i] || c.tokens[i].Acc == "," || c.tokens[i].Acc == ":" || c.tokens[i].Acc == "-" {
			continue
		}
		if w := c.tokens[i].Fold; w != "va" && w != "voi" && w != "cung" {
			return false
		}
	}
	return true
}

// selfGives reports that the writer stands as the giver: "mình tặng bà Lan", not "hỗ trợ nhà tôi".
func (c *messageScan) selfGives() bool {
	for k, f := range c.cues {
		if f.cue != cueSelf {
			continue
		}
		if b := c.cueBefore(f.start); b == cueGive || b == cueFor {
			return false
		}
		gives := false
		for _, g := range c.cues[k+1:] {
			if g.cue == cueReceive {
				return false
			}
			if g.cue == cueGive || g.cue == cueFor || g.cue == cueLog || g.cue == cuePledge {
				gives = true
				break
			}
		}
		if !gives && c.people == nil {
			return false
		}
	}
	return true
}

// allRead reports that every word of the message was understood, so that an entry without a verb may be taken as one:
// "bà Lan tổ 12 500k hôm qua".
func (c *messageScan) allRead() bool {
	if c.unread > 0 {
		return false
	}
	if len(c.days) == 0 && len(c.items) == 0 && len(c.groups) == 0 && !slices.ContainsFunc(c.people, func(f found[Person]) bool { return f.value.Group.Name != "" }) {
		return false
	}
	return !slices.ContainsFunc(c.cues, func(f foundCue) bool {
		return f.cue != cueFiller && f.cue != cueHouse && f.cue != cuePast && f.cue != cueOf && f.cue != cueAnonymous
	})
}

// givenToGroup reports that things were handed out to a residential group: "phát 20 phần quà cho tổ 12".
func (c *messageScan) givenToGroup() bool {
	return len(c.people) == 0 && len(c.groups) == 1 && len(c.items) > 0 && c.has(cueGive) && c.groups[0].start > c.first(cueGive) && !c.hasAny(cueFund, cuePledge, cueSelf)
}

// numberLeft reports a number that is part of nothing: what it counts was not understood.
func (c *messageScan) numberLeft() bool {
	for i, t := range c.tokens {
		if !c.taken[i] && !c.cued[i] && isDigit(t.Acc[0]) {
			return true
		}
	}
	return false
}

// bought reports "mua" without "cho" before the person: something was bought, and nothing given.
func (c *messageScan) bought(receivers []found[Person]) bool {
	if !c.hasWord("mua") {
		return false
	}
	return len(receivers) == 0 || c.cueBefore(receivers[0].start) != cueFor && c.cueBefore(receivers[0].start) != cueGive
}

// bareAmount takes a lone number as money that must be asked about, where a verb wants an amount: "cho bà Lan 500".
func (c *messageScan) bareAmount(m *Message) {
	if len(c.items) > 0 || !c.hasAny(cueGive, cueFor, cuePledge, cueLog, cueReceive) {
		return
	}
	for i := range c.tokens {
		if c.taken[i] || !isDigit(c.tokens[i].Acc[0]) && numberWords[c.tokens[i].Acc].kind != partDigit {
			continue
		}
		f := scanMoney(c.tokens, i, false)
		if end := i + f.n; f.n > 0 && end < len(c.tokens) && !c.taken[end] && !c.tokens[end].punct() && !moneyFillers.has(c.tokens, end) {
			continue
		}
		if f.n == 0 || !f.bare || len(f.r.Candidates) == 0 && f.r.Value.VND < 10_000 {
			continue
		}
		m.Amounts = f.r
		if f.r.Sure {
			m.Amounts = Between(f.r.Value)
		}
		m.Ambiguous = append(m.Ambiguous, PartMoney)
		c.unread = max(0, c.unread-1)
		mark(c.taken, i, f.n)
		return
	}
}

// uncountedThings finds known things without a count, which is asked for: "tặng bà Lan gạo và mì".
func (c *messageScan) uncountedThings(m *Message) {
	for i := 0; i < len(c.tokens); i++ {
		if c.taken[i] || c.cued[i] || c.tokens[i].plain() && !fold2(c.tokens, i) {
			continue
		}
		it, n := items.at(c.tokens, i)
		if n == 0 || c.tokens[i].plain() && !fold2(c.tokens, i) {
			continue
		}
		m.Items = append(m.Items, Item{Name: it.name, Vague: true})
		mark(c.taken, i, n)
		i += n - 1
	}
	if len(m.Items) > 0 {
		m.Ambiguous = append(m.Ambiguous, PartItems)
	}
}

// fold2 reports that the known thing at token i is named by two words or more, or needs no accents.
func fold2(tokens []Token, i int) bool {
	it, n := items.at(tokens, i)
	return n >= 2 || n == 1 && (it.name == tokens[i].Acc || fullNames[tokens[i].Acc] != "")
}

// setReceivers puts who was helped into m, and where they live.
func (c *messageScan) setReceivers(m *Message, receivers []found[Person]) {
	if len(receivers) == 1 {
		p := receivers[0].value
		m.Person = &p
		c.setPlace(m, &p)
		if c.nameGoesOn(receivers[0]) || c.doubtful {
			m.Ambiguous = append(m.Ambiguous, PartPerson)
		}
		return
	}
	for _, r := range receivers {
		m.People = append(m.People, r.value)
	}
	if len(receivers) > 1 {
		m.Ambiguous = append(m.Ambiguous, PartPerson)
	}
	c.setPlace(m, nil)
}

// nameGoesOn reports that the name may be longer than what was read of it: a word nobody knows follows, or it is one
// letter, as the A of A Lăng.
func (c *messageScan) nameGoesOn(p found[Person]) bool {
	if len(p.value.Name) == 1 {
		return true
	}
	if p.value.Group.Name != "" || p.end >= len(c.tokens) {
		return false
	}
	t := c.tokens[p.end]
	return !t.punct() && !c.taken[p.end] && !c.cued[p.end] && nameToken(t)
}

// setDonor puts who gave into m.
func (c *messageScan) setDonor(m *Message, givers []found[Person]) {
	switch {
	case len(c.donors) == 1:
		m.Donor, m.DonorKind = c.donors[0].value.name, c.donors[0].value.kind
	case len(c.donors) > 1:
		for i, d := range c.donors {
			if i > 0 {
				m.Donor += ", "
			}
			m.Donor += d.value.name
		}
		m.DonorKind = c.donors[0].value.kind
		m.Ambiguous = append(m.Ambiguous, PartDonor)
	case len(givers) > 0:
		m.Donor, m.DonorKind = givers[0].value.String(), DonorPerson
	case c.fundGives():
		m.Donor, m.DonorKind = "quỹ vì người nghèo", DonorFund
	}
	if c.has(cueAnonymous) && m.Donor == "" {
		m.DonorKind = DonorAnonymous
	}
}

// fundGives reports that the fund was named as the source.
func (c *messageScan) fundGives() bool {
	for _, f := range c.cues {
		if f.cue == cueFund && c.tokens[f.start].Fold == "quy" {
			return true
		}
	}
	return false
}
