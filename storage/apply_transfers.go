package storage

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"chungtay/storage/records"
)

// readStatementFile takes a statement in, to be read.
func (a *applier) readStatementFile(q Request) (*Outcome, error) {
	var command records.ReadStatementFile
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Blob == "" || !storable(command.Blob) || !storable(command.Account) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	scope := records.Scope(who.Actor, records.KeepBooks)
	if len(scope) == 0 {
		return refuse(records.RefusedDenied), nil
	}
	var busy int64
	err = a.tx.Model(&records.StatementFile{}).Where("person_id = ? AND status IN ?", who.Person, []string{records.StatementReading, records.StatementKeeping}).
		Count(&busy).Error
	if err != nil || busy > 0 {
		return refuse(records.RefusedStatementBusy), err
	}
	s := records.StatementFile{
		PersonID: who.Person, Contact: q.Contact, Area: scope[0], Account: clip(records.AccountKey(command.Account), 40), Blob: command.Blob,
		Status: records.StatementReading, CreatedAt: stamp(q.At),
	}
	if err := a.tx.Create(&s).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(s.ID, 10)
	a.audit(q, who.Person, "statement "+id, s.Area, "")
	return &Outcome{Args: map[string]string{"statement": id}}, nil
}

// keepStatement has a statement kept that was read, once, or drops it.
func (a *applier) keepStatement(q Request) (*Outcome, error) {
	var command records.KeepStatement
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	var found []records.StatementFile
	if err := a.forChange().Where("id = ?", command.ID).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	switch {
	case len(found) == 0 || !records.Can(who.Actor, records.KeepBooks, found[0].Area):
		return refuse(records.RefusedNotFound), nil
	case found[0].Status != records.StatementRead:
		return refuse(records.RefusedStatementGone), nil
	}
	set := map[string]any{"status": records.StatementDropped}
	if command.Keep {
		set = map[string]any{"status": records.StatementKeeping, "person_id": who.Person, "contact": q.Contact, "lease_until": nil}
	}
	id := strconv.FormatInt(command.ID, 10)
	a.audit(q, who.Person, "statement "+id, found[0].Area, set["status"].(string))
	if !command.Keep { // it names people who gave
		if err := a.tx.Exec("DELETE FROM blobs WHERE key = ?", found[0].Blob).Error; err != nil {
			return nil, err
		}
	}
	return &Outcome{Args: map[string]string{"statement": id}}, a.tx.Model(&found[0]).Updates(set).Error
}

// transferOf is a transfer of the books that who asks keeps, held by the transaction, and with it its book.
func (a *applier) transferOf(q Request, id int64) (t records.Transfer, who *actor, refused string, err error) {
	who, err = a.actor(q.Contact)
	if err != nil || who == nil {
		return t, nil, records.RefusedDenied, err
	}
	var found []records.Transfer
	if err := a.tx.Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return t, who, "", err
	}
	if len(found) == 0 || !records.Can(who.Actor, records.KeepBooks, found[0].Area) {
		return t, who, records.RefusedNotFound, nil
	}
	if _, err := a.bookOf(found[0].Area, found[0].Fund, records.VND); err != nil {
		return t, who, "", err
	}
	return t, who, "", a.forChange().Where("id = ?", id).First(&t).Error
}

func waits(t records.Transfer) bool { return slices.Contains(records.OpenTransfers, t.State) }

// acceptTransfer says what a transfer is for, and enters it.
func (a *applier) acceptTransfer(q Request) (*Outcome, error) {
	var command records.AcceptTransfer
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	t, who, refused, err := a.transferOf(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	code := ""
	switch {
	case !waits(t):
		return refuse(records.RefusedTransferGone), nil
	case command.Free:
	case command.Code != "":
		parsed, ok := records.ParseTransferCode(command.Code)
		if !ok {
			return refuse(records.RefusedNotMeant), nil
		}
		code = parsed
	case t.Code != "":
		code = t.Code
	default:
		return refuse(records.RefusedNotMeant), nil
	}
	receipt, refused, err := a.enterTransfer(q, who.Person, t, code)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	more, err := a.othersWait(who)
	return &Outcome{Args: map[string]string{
		"code": receipt, "amount": strconv.FormatInt(t.Amount, 10), "pledge": code, "transfer": strconv.FormatInt(t.ID, 10), "more": oneIf(more > 0),
	}}, err
}

// enterTransfer takes the receipt of a transfer, for the promise with code or none.
func (a *applier) enterTransfer(q Request, person int64, t records.Transfer, code string) (receipt, refused string, err error) {
	way, err := a.wayOf(t)
	if err != nil {
		return "", "", err
	}
	r, _, refused, err := a.take(q, person, taking{
		area: t.Area, fund: t.Fund, pledge: code, amount: t.Amount, way: way, on: t.On,
		sourceKind: records.ReceiptOfTransfer, sourceKey: strconv.FormatInt(t.ID, 10),
	})
	switch {
	case refused == records.RefusedNotFound:
		return "", records.RefusedNotMeant, err
	case err != nil || refused != "":
		return "", refused, err
	}
	return r.Code, "", a.tx.Model(&t).Updates(map[string]any{
		"state": records.TransferAccepted, "why": "", "code": code, "receipt": r.Code, "decided_by": person, "decided_at": a.now,
	}).Error
}

// wayOf is how money came: by the campaign's account, of a bank or of the Treasury.
func (a *applier) wayOf(t records.Transfer) (string, error) {
	var list []records.Campaign
	if err := a.tx.Select("account", "way").Where("area = ? AND fund = ? AND account <> ''", t.Area, t.Fund).Order("id DESC").Find(&list).Error; err != nil {
		return "", err
	}
	for _, c := range list {
		if records.AccountKey(c.Account) == t.Account {
			return c.Way, nil
		}
	}
	return records.WayBank, nil
}

// acceptMatched enters those that name a promise and have its amount.
func (a *applier) acceptMatched(q Request) (*Outcome, error) {
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	scope := records.Scope(who.Actor, records.KeepBooks)
	if len(scope) == 0 {
		return refuse(records.RefusedDenied), nil
	}
	where, args := within("area", scope)
	entered, err := a.enterMatched(q, who.Person, records.MatchedAtOnce, where, args...)
	if err != nil {
		return nil, err
	}
	if entered.count == 0 && entered.failed == 0 {
		return refuse(records.RefusedTransferGone), nil
	}
	left, err := a.othersWait(who)
	number := strconv.Itoa
	return &Outcome{Args: map[string]string{
		"accepted": number(entered.count), "amount": strconv.FormatInt(entered.amount, 10), "failed": number(entered.failed), "left": strconv.FormatInt(left, 10),
	}}, err
}

// paidIn counts transfers that have their receipts now, and those that could not have them.
type paidIn struct {
	count, failed int
	amount        int64 // VND
}

// enterMatched enters the matched transfers that a condition finds. One that can no longer be entered as it is, is left for a person.
func (a *applier) enterMatched(q Request, person int64, most int, where string, args ...any) (e paidIn, err error) {
	var list []records.Transfer
	err = a.tx.Where("state = ?", records.TransferMatched).Where(where, args...).Order("id").Limit(most).Find(&list).Error
	if err != nil {
		return e, err
	}
	for _, t := range list {
		if _, err := a.bookOf(t.Area, t.Fund, records.VND); err != nil {
			return e, err
		}
		var now []records.Transfer
		if err := a.forChange().Where("id = ? AND state = ?", t.ID, records.TransferMatched).Limit(1).Find(&now).Error; err != nil {
			return e, err
		}
		if len(now) == 0 { // somebody was faster
			continue
		}
		_, refused, err := a.enterTransfer(q, person, t, t.Code)
		switch {
		case err != nil:
			return e, err
		case refused != "":
			e.failed++
			if err := a.tx.Model(&t).Updates(map[string]any{"state": records.TransferUnclear, "why": refused}).Error; err != nil {
				return e, err
			}
		default:
			e.count++
			e.amount += t.Amount
		}
	}
	return e, nil
}

// othersWait is how many transfers wait for who keeps the books.
func (a *applier) othersWait(who *actor) (n int64, err error) {
	where, args := within("area", records.Scope(who.Actor, records.KeepBooks))
	return n, a.tx.Model(&records.Transfer{}).Where("state IN ?", records.OpenTransfers).Where(where, args...).Count(&n).Error
}

// asideTransfer sets a transfer aside that is no gift.
func (a *applier) asideTransfer(q Request) (*Outcome, error) {
	var command records.AsideTransfer
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	t, who, refused, err := a.transferOf(q, command.ID)
	switch {
	case err != nil || refused != "":
		return refuse(refused), err
	case !waits(t):
		return refuse(records.RefusedTransferGone), nil
	}
	set := map[string]any{"state": records.TransferAside, "decided_by": who.Person, "decided_at": a.now}
	if err := a.tx.Model(&t).Updates(set).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(t.ID, 10)
	a.audit(q, who.Person, "transfer "+id, t.Area, records.TransferAside)
	more, err := a.othersWait(who)
	return &Outcome{Args: map[string]string{"transfer": id, "amount": strconv.FormatInt(t.Amount, 10), "more": oneIf(more > 0)}}, err
}

// undoTransfer takes back what was decided on a transfer.
func (a *applier) undoTransfer(q Request) (*Outcome, error) {
	var command records.UndoTransfer
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	t, who, refused, err := a.transferOf(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	out := &Outcome{Args: map[string]string{"transfer": strconv.FormatInt(t.ID, 10), "amount": strconv.FormatInt(t.Amount, 10)}}
	switch t.State {
	case records.TransferAccepted:
		_, out.Refused, err = a.untake(q, who, t.Receipt) // which has the transfer wait again
		return out, err
	case records.TransferAside:
		a.audit(q, who.Person, "transfer "+out.Args["transfer"], t.Area, records.TransferUnclear)
		return out, a.reopenTransfer(t.ID)
	}
	return refuse(records.RefusedTransferGone), nil
}

// reopenTransfer has a transfer wait for a person again.
func (a *applier) reopenTransfer(id int64) error {
	return a.tx.Model(&records.Transfer{}).Where("id = ?", id).
		Updates(map[string]any{"state": records.TransferUnclear, "why": records.WhyUndone, "receipt": "", "decided_by": nil, "decided_at": nil}).Error
}

// untaken has the transfer wait again by which a receipt came that was taken back.
func (a *applier) untaken(r records.Receipt) error {
	if r.SourceKind != records.ReceiptOfTransfer {
		return nil
	}
	id, err := strconv.ParseInt(strings.TrimSpace(r.SourceKey), 10, 64)
	if err != nil {
		return err
	}
	return a.reopenTransfer(id)
}
