package storage

import (
	"encoding/json"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// taking is money that came, or things, however it is known.
type taking struct {
	area, fund string // of the book; a promise's own
	pledge     string // code, "" for none
	seen       *int64 // how much of the promise had come when it was looked at; nil: it does not matter
	amount     int64  // VND; 0 for things
	items      []records.Item
	value      int64  // of the things, as estimated, in VND
	place      string // where the things are kept
	way        string
	paper      string
	on         time.Time
	name       string // to be named in public, not sealed
	sourceKind string // what else than a hand says that it came, and which of these: once only
	sourceKey  string
}

// take keeps a receipt: it posts the money to the journal, moves the promise on, and tells the donor, all within the transaction. What is
// refused left nothing behind. It asks nobody's rights: who calls it did. The promise comes back as it is now; nil for none.
func (a *applier) take(q Request, person int64, t taking) (r records.Receipt, p *records.Pledge, refused string, err error) {
	if t.amount < 0 || t.amount > records.MaxMoney || (t.amount == 0) == (len(t.items) == 0) {
		return r, nil, records.RefusedMoney, nil
	}
	b, err := a.bookOf(t.area, t.fund, records.VND)
	if err != nil {
		return r, nil, "", err
	}
	if p, refused, err = a.toKeep(t); err != nil || refused != "" {
		return r, nil, refused, err
	}
	if refused, err = a.takenBefore(b.ID, t); err != nil || refused != "" {
		return r, nil, refused, err
	}
	r = records.Receipt{
		BookID: b.ID, Pledge: t.pledge, Amount: t.amount, Way: t.way, Paper: t.paper, On: t.on, SourceKind: t.sourceKind, SourceKey: t.sourceKey,
		PersonID: person, Contact: q.Contact, CreatedAt: a.now, Value: t.value, Place: t.place,
	}
	if t.name != "" {
		r.Name = a.r.Seal(t.name)
	}
	if r.CampaignID, err = a.campaignOf(p, t); err != nil {
		return r, nil, "", err
	}
	if r.Code, err = a.drawFor("receipts", records.ReceiptCodeOf); err != nil {
		return r, nil, "", err
	}
	e, refused, err := a.post(&b, records.JournalEntry{
		Kind: records.EntryReceipt, On: t.on, Ref: r.Code, Paper: t.paper, PersonID: person, Contact: q.Contact,
	}, t.lines(b))
	if err != nil || refused != "" {
		return r, nil, refused, err
	}
	r.EntryNo = e.No
	if err := a.tx.Create(&r).Error; err != nil {
		return r, nil, "", err
	}
	a.audit(q, person, "receipt "+r.Code, t.area, t.pledge)
	if p == nil {
		return r, nil, "", nil
	}
	if err := a.received(q, p, p.Received+t.amount); err != nil {
		return r, nil, "", err
	}
	return r, p, "", a.tellReceived(*p, r)
}

// lines put what came where it lies, and into the pool.
func (t taking) lines(b records.Book) []records.JournalLine {
	if len(t.items) == 0 {
		return []records.JournalLine{
			{Account: t.way, Unit: b.Currency, Amount: t.amount}, {Account: records.AccountPool, Unit: b.Currency, Amount: -t.amount},
		}
	}
	lines := make([]records.JournalLine, 0, 2*len(t.items))
	for _, it := range t.items {
		item := records.ItemKey(it.Name)
		lines = append(lines, records.JournalLine{Account: records.AccountStock, Ref: t.place, Item: item, Unit: it.Unit, Amount: it.Qty},
			records.JournalLine{Account: records.AccountPool, Item: item, Unit: it.Unit, Amount: -it.Qty})
	}
	return lines
}

// takeGoods keeps things that came to a fund.
func (a *applier) takeGoods(q Request) (*Outcome, error) {
	var command records.TakeGoods
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	command.Paper, command.Place = fold.Clean(command.Paper), fold.Clean(command.Place)
	cleanItems(command.Items)
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	scope := records.Scope(who.Actor, records.KeepBooks)
	if len(scope) == 0 {
		return refuse(records.RefusedDenied), nil
	}
	if why := command.Check(q.At); why != "" {
		return refuse(why), nil
	}
	t := taking{
		area: scope[0], fund: command.Fund, items: command.Items, value: command.Value, place: command.Place, paper: command.Paper,
		name: clipRunes(fold.Clean(command.Name), records.MaxDonor),
	}
	t.on, _ = records.ParseDay(command.On)
	r, _, refused, err := a.take(q, who.Person, t)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	name, err := a.areaName(t.area)
	return &Outcome{Args: map[string]string{"code": r.Code, "things": records.Things(t.items), "fund": fundWords(t.fund), "area": name}}, err
}

// toKeep is the promise that is kept, held by the transaction; nil where there is none.
func (a *applier) toKeep(t taking) (*records.Pledge, string, error) {
	if t.pledge == "" {
		return nil, "", nil
	}
	var found []records.Pledge
	if err := a.forChange().Where("code = ? AND superseded_at IS NULL", t.pledge).Limit(1).Find(&found).Error; err != nil {
		return nil, "", err
	}
	switch {
	case len(found) == 0 || found[0].Area != t.area || found[0].Fund != t.fund || found[0].Kind != records.PledgeMoney:
		return nil, records.RefusedNotFound, nil
	case t.seen != nil && found[0].Received != *t.seen:
		return nil, records.RefusedReceiptMoved, nil
	case found[0].State == records.PledgeReceived:
		return nil, records.RefusedReceived, nil
	}
	return &found[0], "", nil // money that comes for a promise that was taken back counts all the same
}

// takenBefore tells whether the official number or the source of what came is that of another receipt in force.
func (a *applier) takenBefore(book int64, t taking) (string, error) {
	var n int64
	if t.paper != "" {
		if err := a.tx.Model(&records.Receipt{}).Where("book_id = ? AND paper = ? AND reversed_at IS NULL", book, t.paper).Count(&n).Error; err != nil || n > 0 {
			return records.RefusedPaper, err
		}
	}
	if t.sourceKind != "" {
		err := a.tx.Model(&records.Receipt{}).Where("source_kind = ? AND source_key = ? AND reversed_at IS NULL", t.sourceKind, t.sourceKey).Count(&n).Error
		if err != nil || n > 0 {
			return records.RefusedSource, err
		}
	}
	return "", nil
}

// campaignOf is the campaign that what came belongs to: the promise's, or the one that takes pledges for the fund on that day.
func (a *applier) campaignOf(p *records.Pledge, t taking) (*int64, error) {
	if p != nil {
		return &p.CampaignID, nil
	}
	open, err := campaignsOn(a.tx, t.area, t.on)
	for _, c := range open {
		if c.Fund == t.fund {
			return &c.ID, err
		}
	}
	return nil, err
}

// drawFor draws a code that no row of a table has.
func (a *applier) drawFor(table string, codeOf func(uint64) string) (string, error) {
	for {
		code := codeOf(random64(records.CodeSpace))
		var taken int64
		if err := a.tx.Table(table).Where("code = ?", code).Count(&taken).Error; err != nil || taken == 0 {
			return code, err
		}
	}
}

// received ends the row of a promise and writes the next, of which so much came.
func (a *applier) received(q Request, p *records.Pledge, vnd int64) error {
	if err := a.tx.Model(&records.Pledge{}).Where("id = ?", p.ID).Update("superseded_at", stamp(q.At)).Error; err != nil {
		return err
	}
	p.ID, p.Version, p.ValidFrom, p.Received = 0, p.Version+1, stamp(q.At), vnd
	switch {
	case vnd >= p.Amount:
		p.State = records.PledgeReceived
	case vnd > 0:
		p.State = records.PledgePart
	default:
		p.State = records.PledgePromised
	}
	return a.tx.Create(p).Error
}

// tellReceived tells the donor of a promise that money came.
func (a *applier) tellReceived(p records.Pledge, r records.Receipt) error {
	name, err := a.areaName(p.Area)
	if err != nil {
		return err
	}
	line := dialog.Line{Key: "notice.received", Args: map[string]string{
		"amount": strconv.FormatInt(r.Amount, 10), "pledge": p.Code, "code": r.Code, "fund": fundWords(p.Fund), "area": name, "left": strconv.FormatInt(p.Left(), 10),
		"paper": r.Paper,
	}}
	return a.tellDonor(p.PersonID, "receipt "+r.Code, r.Code, line, seeButton("/saoke "+p.Code))
}

// tellDonor puts a notice aside for somebody who did not say that they want no messages.
func (a *applier) tellDonor(person int64, cause, ref string, line dialog.Line, menu ...dialog.Option) error {
	var contacts []string
	err := a.tx.Raw("SELECT c.key FROM contacts c WHERE c.person_id = ? AND "+lastUsed+` AND NOT EXISTS (SELECT 1 FROM consents no
		WHERE no.person_id = c.person_id AND no.purpose = ? AND NOT no.agreed AND no.withdrawn_at IS NULL)`, person, records.PurposeMessages).Scan(&contacts).Error
	if err != nil {
		return err
	}
	return a.tellAll(contacts, cause, ref, a.now, line, menu...)
}

// takeReceipt keeps what a treasurer says came.
func (a *applier) takeReceipt(q Request) (*Outcome, error) {
	var command records.TakeReceipt
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	command.Paper = fold.Clean(command.Paper)
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	if why := command.Check(q.At); why != "" {
		return refuse(why), nil
	}
	t := taking{amount: command.Amount, way: command.Way, paper: command.Paper, name: clipRunes(fold.Clean(command.Name), records.MaxDonor)}
	t.on, _ = records.ParseDay(command.On)
	if refused, err := a.placeTaking(who, command, &t); err != nil || refused != "" {
		return refuse(refused), err
	}
	r, p, refused, err := a.take(q, who.Person, t)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	name, err := a.areaName(t.area)
	args := map[string]string{
		"code": r.Code, "amount": strconv.FormatInt(r.Amount, 10), "words": records.MoneyInWords(r.Amount), "fund": fundWords(t.fund), "area": name, "pledge": t.pledge,
		"state": "", "left": "0",
	}
	if p != nil {
		args["state"], args["left"] = p.State, strconv.FormatInt(p.Left(), 10)
	}
	return &Outcome{Args: args}, err
}

// placeTaking finds the book that money goes to, within the rights of who takes it: that of the promise, or the fund of their own area.
func (a *applier) placeTaking(who *actor, command records.TakeReceipt, t *taking) (refused string, err error) {
	scope := records.Scope(who.Actor, records.KeepBooks)
	if len(scope) == 0 {
		return records.RefusedDenied, nil
	}
	if command.Pledge == "" {
		t.area, t.fund = scope[0], command.Fund
		return "", nil
	}
	code, ok := records.ParseTransferCode(command.Pledge)
	if !ok {
		return records.RefusedNotFound, nil
	}
	var found []records.Pledge
	if err := a.tx.Where("code = ? AND superseded_at IS NULL", code).Limit(1).Find(&found).Error; err != nil {
		return "", err
	}
	if len(found) == 0 || !records.Can(who.Actor, records.KeepBooks, found[0].Area) {
		return records.RefusedNotFound, nil
	}
	t.pledge, t.area, t.fund, t.name, t.seen = code, found[0].Area, found[0].Fund, "", &command.Seen
	return "", nil
}

// undoReceipt takes a receipt back.
func (a *applier) undoReceipt(q Request) (*Outcome, error) {
	var command records.UndoReceipt
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	code, ok := records.ParseReceiptCode(command.Code)
	if err != nil || who == nil || !ok {
		return refuse(records.RefusedNotFound), err
	}
	r, refused, err := a.untake(q, who, code)
	return &Outcome{Refused: refused, Args: map[string]string{"code": r.Code, "amount": strconv.FormatInt(r.Amount, 10), "pledge": r.Pledge}}, err
}

// untake takes a receipt back by an entry that reverses its own, and the promise it kept is open again. One outside the rights of who
// wants it is not found.
func (a *applier) untake(q Request, who *actor, code string) (r records.Receipt, refused string, err error) {
	var found []records.Receipt
	if err := a.tx.Where("code = ?", code).Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return r, records.RefusedNotFound, err
	}
	b, err := a.book(found[0].BookID)
	if err != nil {
		return r, "", err
	}
	if !records.Can(who.Actor, records.KeepBooks, b.Area) {
		return r, records.RefusedNotFound, nil
	}
	if err := a.forChange().Where("code = ?", code).First(&r).Error; err != nil {
		return r, "", err
	}
	if r.ReversedAt != nil {
		return r, records.RefusedReceiptGone, nil
	}
	if _, refused, err = a.reverse(q, who.Person, &b, r.EntryNo); err != nil || refused != "" {
		if refused == records.RefusedShort {
			refused = records.RefusedReceiptSpent
		}
		return r, refused, err
	}
	if err := a.tx.Model(&r).Update("reversed_at", a.now).Error; err != nil {
		return r, "", err
	}
	if err := a.untaken(r); err != nil {
		return r, "", err
	}
	a.audit(q, who.Person, "receipt "+r.Code, b.Area, r.Pledge)
	told, err := a.takeBack(r.Code)
	if err != nil || r.Pledge == "" {
		return r, "", err
	}
	var p records.Pledge
	if err := a.forChange().Where("code = ? AND superseded_at IS NULL", r.Pledge).First(&p).Error; err != nil {
		return r, "", err
	}
	if err := a.received(q, &p, p.Received-r.Amount); err != nil {
		return r, "", err
	}
	line := dialog.Line{Key: "notice.received.undone", Args: map[string]string{"amount": strconv.FormatInt(r.Amount, 10), "pledge": r.Pledge}}
	if err := a.tellAll(told, "receipt "+r.Code+" undone", r.Code, a.now, line, seeButton("/xemgop "+r.Pledge)); err != nil {
		return r, "", err
	}
	return r, "", nil
}
