package storage

import (
	"encoding/json"
	"errors"
	"time"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// errShortAfterAll says that the books do not have what they were seen to have in the same transaction: it is given up.
var errShortAfterAll = errors.New("storage: journal: less than it was a moment ago")

// handOver says that an allocation was handed over: an entry of the journal and an entry of help, which are one event and count once.
func (a *applier) handOver(q Request) (*Outcome, error) {
	var command records.HandOver
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, b, list, refused, err := a.batchFor(q, command.Code, records.LogTheHelp)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	code, _ := records.ParseAllocationCode(command.Code)
	l := allocationOf(list, code)
	if l.State != records.AllocationOpen {
		return refuse(records.RefusedAllocGone), nil
	}
	p, refused, err := a.giftOf(q, b, l, command)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	lines, err := a.handedLines(l, b)
	if err != nil {
		return nil, err
	}
	e, refused, err := a.post(&b, records.JournalEntry{Kind: records.EntryHandover, On: p.on, Ref: l.Code, PersonID: who.Person, Contact: q.Contact}, lines)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if err := a.placeGift(q, p); err != nil {
		return nil, err
	}
	l.State, l.HandedNo, l.Help, l.HandedBy, l.HandedAt = records.AllocationHanded, &e.No, p.codes[0], &who.Person, &a.now
	if err := a.tx.Save(&l).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "allocation "+l.Code, records.Parent(l.Area), p.codes[0])
	return &Outcome{Args: map[string]string{"code": p.codes[0], "allocation": l.Code}}, a.needHanded(q, who, l)
}

func allocationOf(list []records.Allocation, code string) records.Allocation {
	for _, l := range list {
		if l.Code == code {
			return l
		}
	}
	return records.Allocation{}
}

// giftOf is the entry of help that a handover is.
func (a *applier) giftOf(q Request, b records.Book, l records.Allocation, command records.HandOver) (*pendingLog, string, error) {
	var homes []records.Household
	if err := a.tx.Where("id = ?", l.HouseholdID).Limit(1).Find(&homes).Error; err != nil || len(homes) == 0 {
		return nil, records.RefusedNotFound, err
	}
	var items []records.AllocationItem
	if err := a.tx.Where("allocation_id = ?", l.ID).Order("n").Find(&items).Error; err != nil {
		return nil, "", err
	}
	log := records.LogHelp{
		Households: []string{homes[0].Code}, Kind: l.Kind, Money: l.Money, GiverKind: records.GiverFund, On: command.On, Photos: command.Photos, Consent: command.Consent,
		Note: command.Note, Source: "fund",
	}
	if b.Fund != records.FundPoor { // GiverFund is the fund for the poor
		log.GiverKind, log.Giver = records.GiverOrganisation, map[string]string{records.FundRelief: "Quỹ cứu trợ", records.FundOther: "Mặt trận"}[b.Fund]
	}
	for _, it := range items {
		log.Items = append(log.Items, records.Item{Qty: it.Qty, Unit: it.Unit, Name: it.Name})
	}
	a.homes[homes[0].Code] = &homes[0]
	return a.checkLog(q, log)
}

// placeGift makes the rows of the entry of help, and tells the household.
func (a *applier) placeGift(q Request, p *pendingLog) (err error) {
	if p.codes, err = drawCodes(a.tx, records.CodeEntry, 1); err != nil {
		return err
	}
	home := p.homes[0]
	entry := p.entry(q, home, a.now)
	entry.Code, entry.Version, entry.CreatedAt = p.codes[0], 1, stamp(q.At)
	a.putEntry(entry, p.log)
	if a.rows.uses == nil {
		a.rows.uses = map[[2]int64]time.Time{}
	}
	a.rows.uses[[2]int64{p.who.Person, home.ID}] = stamp(q.At)
	a.audit(q, p.who.Person, "help "+p.codes[0], home.Area, "")
	return a.tellHouseholds([]pendingLog{*p}, "")
}

// handedLines take what was set aside out of the books.
func (a *applier) handedLines(l records.Allocation, b records.Book) ([]records.JournalLine, error) {
	var held []records.Balance
	err := a.tx.Where("book_id = ? AND ref = ? AND account IN ? AND amount > 0", b.ID, l.Code, []string{records.AccountAllocated, records.AccountIssued}).
		Order("account, item, unit").Find(&held).Error
	lines := make([]records.JournalLine, len(held))
	for i, h := range held {
		lines[i] = records.JournalLine{Account: h.Account, Ref: h.Ref, Item: h.Item, Unit: h.Unit, Amount: -h.Amount * records.Sign(h.Account)}
	}
	return lines, err
}

// needHanded says of the need that an allocation was for that it is met.
func (a *applier) needHanded(q Request, who *actor, l records.Allocation) error {
	if l.NeedID == nil {
		return nil
	}
	var needs []records.Need
	if err := a.forChange().Where("id = ?", *l.NeedID).Limit(1).Find(&needs).Error; err != nil || len(needs) == 0 || !needs[0].Open() {
		return err
	}
	err := a.tx.Model(&records.Need{}).Where("id = ?", needs[0].ID).Updates(map[string]any{
		"status": records.NeedMet, "answer": "", "planned_on": nil, "answered_at": stamp(q.At), "answered_by": who.Person,
	}).Error
	if err != nil {
		return err
	}
	return a.answeredTask(q, who, needs[0])
}

// unhand opens the allocations anew whose handovers are taken out of the books with their entries of help.
func (a *applier) unhand(q Request, who *actor, codes []string) error {
	var list []records.Allocation
	if err := a.tx.Where("help IN ?", codes).Order("id").Find(&list).Error; err != nil {
		return err
	}
	for _, l := range list {
		b, err := a.book(l.BookID)
		if err != nil {
			return err
		}
		if _, refused, err := a.reverse(q, who.Person, &b, *l.HandedNo); err != nil || refused != "" {
			return errors.Join(err, errors.New(refused))
		}
		err = a.tx.Model(&l).Updates(map[string]any{"state": records.AllocationOpen, "handed_no": nil, "help": "", "handed_by": nil, "handed_at": nil}).Error
		if err != nil {
			return err
		}
		a.audit(q, who.Person, "allocation "+l.Code, records.Parent(l.Area), records.AllocationOpen)
	}
	return nil
}

// handedOver reports whether a correction would change what a handover gave.
func (a *applier) handedOver(old records.Help, p *pendingLog) (bool, error) {
	var n int64
	if err := a.tx.Model(&records.Allocation{}).Where("help = ?", old.Code).Count(&n).Error; err != nil || n == 0 {
		return false, err
	}
	rows := []helpRow{{Help: old}}
	if err := fillItems(a.tx, rows); err != nil {
		return false, err
	}
	same := old.Money == p.log.Money && old.Kind == p.log.Kind && old.HouseholdID == p.homes[0].ID && len(rows[0].Items) == len(p.log.Items)
	for i := range rows[0].Items {
		if !same {
			break
		}
		x, y := rows[0].Items[i], p.log.Items[i]
		same = x.Qty == y.Qty && x.Unit == y.Unit && fold.Clean(x.Name) == fold.Clean(y.Name)
	}
	return !same, nil
}
