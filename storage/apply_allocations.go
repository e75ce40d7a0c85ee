package storage

import (
	"encoding/json"
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// allocate means money or things of a fund for households. Much money waits for a second person; the rest is set aside at once.
func (a *applier) allocate(q Request) (*Outcome, error) {
	var command records.Allocate
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	scope := records.Scope(who.Actor, records.AllocateFund)
	if len(scope) == 0 {
		return refuse(records.RefusedDenied), nil
	}
	cleanItems(command.Items)
	if why := command.Check(q.At); why != "" {
		return refuse(why), nil
	}
	homes, refused, err := a.homesFor(who, command)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	b, err := a.bookOf(scope[0], command.Fund, records.VND)
	if err != nil {
		return nil, err
	}
	if short, err := a.short(b, command.Money, command.Items, int64(len(homes))); err != nil || short {
		return refuse(records.RefusedShort), err
	}
	list, err := a.makeAllocations(q, who, b, command, homes)
	if err != nil {
		return nil, err
	}
	total := command.Money * int64(len(homes))
	args := map[string]string{
		"code": list[0].Code, "count": strconv.Itoa(len(homes)), "amount": strconv.FormatInt(total, 10), "fund": fundWords(b.Fund), "state": records.AllocationOpen, "told": "0",
	}
	if total <= records.AllocateAlone {
		return &Outcome{Args: args}, a.setAside(q, who, &b, list, nil)
	}
	told, err := a.tellApprovers(q, b, list[0])
	args["state"], args["told"] = records.AllocationWaits, strconv.Itoa(told)
	return &Outcome{Args: args}, err
}

func cleanItems(items []records.Item) {
	for i := range items {
		items[i].Unit, items[i].Name = fold.Clean(items[i].Unit), fold.Clean(items[i].Name)
	}
}

// homesFor are the households that something is allocated to, all within the rights of who decides, and the need's own where it is for one.
func (a *applier) homesFor(who *actor, command records.Allocate) (homes []records.Household, refused string, err error) {
	for _, code := range cleanAll(command.Households) {
		var found []records.Household
		if err := a.tx.Where("code = ?", code).Limit(1).Find(&found).Error; err != nil {
			return nil, "", err
		}
		if len(found) == 0 || found[0].EndedAt != nil || !records.Can(who.Actor, records.AllocateFund, found[0].Path()) {
			return nil, records.RefusedNotFound, nil
		}
		homes = append(homes, found[0])
	}
	if command.Need == 0 {
		return homes, "", nil
	}
	var needs []records.Need
	if err := a.tx.Where("id = ?", command.Need).Limit(1).Find(&needs).Error; err != nil {
		return nil, "", err
	}
	if len(needs) == 0 || needs[0].HouseholdID != homes[0].ID {
		return nil, records.RefusedNotFound, nil
	}
	return homes, "", nil
}

// short reports whether the pool of a book has less than what is meant for so many households.
func (a *applier) short(b records.Book, money int64, items []records.Item, homes int64) (bool, error) {
	wanted := map[balanceKey]int64{}
	if money > 0 {
		wanted[balanceKey{account: records.AccountPool, unit: b.Currency}] = money * homes
	}
	for _, it := range items {
		wanted[balanceKey{account: records.AccountPool, item: records.ItemKey(it.Name), unit: it.Unit}] += it.Qty * homes
	}
	for k, want := range wanted {
		free, err := a.balanceOf(b.ID, k)
		if err != nil || free < want {
			return true, err
		}
	}
	return false, nil
}

func (a *applier) balanceOf(book int64, k balanceKey) (amount int64, err error) {
	err = a.tx.Raw("SELECT coalesce(sum(amount), 0) FROM balances WHERE book_id = ? AND account = ? AND ref = ? AND item = ? AND unit = ?", book, k.account, k.ref, k.item, k.unit).
		Scan(&amount).Error
	return amount, err
}

// makeAllocations writes the rows of what is decided together; all wait.
func (a *applier) makeAllocations(q Request, who *actor, b records.Book, command records.Allocate, homes []records.Household) ([]records.Allocation, error) {
	list := make([]records.Allocation, len(homes))
	for i, home := range homes {
		code, err := a.drawFor("allocations", records.AllocationCodeOf)
		if err != nil {
			return nil, err
		}
		list[i] = records.Allocation{
			Code: code, BookID: b.ID, HouseholdID: home.ID, Area: home.Path(), Kind: command.Kind, Money: command.Money, State: records.AllocationWaits,
			MadeBy: who.Person, Contact: q.Contact, CreatedAt: a.now,
		}
		list[i].Batch = list[0].Code
		if command.Need != 0 {
			list[i].NeedID = &command.Need
		}
		if err := a.tx.Create(&list[i]).Error; err != nil {
			return nil, err
		}
		items := make([]records.AllocationItem, len(command.Items))
		for n, it := range command.Items {
			items[n] = records.AllocationItem{AllocationID: list[i].ID, N: n, Qty: it.Qty, Unit: it.Unit, Name: it.Name}
		}
		if err := insert(a.tx, items); err != nil {
			return nil, err
		}
	}
	a.audit(q, who.Person, "allocation "+list[0].Code, b.Area, strconv.Itoa(len(list)))
	return list, nil
}

// setAside posts allocations, all or none of which the pool has enough for, and tells the leaders. second is who approved them, nil where
// nobody had to.
func (a *applier) setAside(q Request, who *actor, b *records.Book, list []records.Allocation, second *int64) error {
	for i := range list {
		l := &list[i]
		lines, err := a.allocationLines(*b, *l)
		if err != nil {
			return err
		}
		e, refused, err := a.post(b, records.JournalEntry{
			Kind: records.EntryAllocate, On: records.DayOf(q.At), Ref: l.Code, PersonID: who.Person, Contact: q.Contact,
		}, lines)
		if err != nil {
			return err
		}
		if refused != "" { // it was looked at before: the pool has enough, and today is not closed
			return errShortAfterAll
		}
		l.State, l.EntryNo, l.ApprovedBy, l.ApprovedAt = records.AllocationOpen, &e.No, second, &a.now
		if err := a.tx.Save(l).Error; err != nil {
			return err
		}
	}
	return a.tellToHandOver(q, list)
}

// allocationLines move what an allocation needs from the pool to itself, and from where it lies to what is handed over.
func (a *applier) allocationLines(b records.Book, l records.Allocation) (lines []records.JournalLine, err error) {
	var items []records.AllocationItem
	if err := a.tx.Where("allocation_id = ?", l.ID).Order("n").Find(&items).Error; err != nil {
		return nil, err
	}
	wanted := []records.JournalLine{}
	if l.Money > 0 {
		wanted = append(wanted, records.JournalLine{Unit: b.Currency, Amount: l.Money})
	}
	for _, it := range items {
		key := records.JournalLine{Item: records.ItemKey(it.Name), Unit: it.Unit, Amount: it.Qty}
		if at := sameItem(wanted, key); at >= 0 {
			wanted[at].Amount += it.Qty
			continue
		}
		wanted = append(wanted, key)
	}
	for _, w := range wanted {
		from, err := a.drawn(b, w)
		if err != nil {
			return nil, err
		}
		lines = append(lines,
			records.JournalLine{Account: records.AccountPool, Item: w.Item, Unit: w.Unit, Amount: w.Amount},
			records.JournalLine{Account: records.AccountAllocated, Ref: l.Code, Item: w.Item, Unit: w.Unit, Amount: -w.Amount},
			records.JournalLine{Account: records.AccountIssued, Ref: l.Code, Item: w.Item, Unit: w.Unit, Amount: w.Amount})
		lines = append(lines, from...)
	}
	return lines, nil
}

func sameItem(list []records.JournalLine, l records.JournalLine) int {
	for i := range list {
		if list[i].Item == l.Item && list[i].Unit == l.Unit {
			return i
		}
	}
	return -1
}

// drawn takes so much of an item from where it lies: cash before what is in accounts, and of a store that has all of it, or else the fullest.
func (a *applier) drawn(b records.Book, w records.JournalLine) (lines []records.JournalLine, err error) {
	var from []records.Balance
	err = a.tx.Where("book_id = ? AND item = ? AND unit = ? AND amount > 0 AND account IN ?", b.ID, w.Item, w.Unit,
		[]string{records.WayCash, records.WayBank, records.WayTreasury, records.AccountStock}).
		Order("CASE WHEN account = 'cash' THEN 0 WHEN account = 'bank' THEN 1 ELSE 2 END, amount DESC, ref").Find(&from).Error
	if err != nil {
		return nil, err
	}
	left := w.Amount
	for _, f := range from { // one that has all of it
		if f.Amount >= left {
			return []records.JournalLine{{Account: f.Account, Ref: f.Ref, Item: w.Item, Unit: w.Unit, Amount: -left}}, nil
		}
	}
	for _, f := range from {
		if take := min(left, f.Amount); take > 0 {
			lines = append(lines, records.JournalLine{Account: f.Account, Ref: f.Ref, Item: w.Item, Unit: w.Unit, Amount: -take})
			left -= take
		}
	}
	if left > 0 {
		return nil, errShortAfterAll
	}
	return lines, nil
}

// tellApprovers puts a notice aside for those who may agree to what was allocated, and returns how many there are.
func (a *applier) tellApprovers(q Request, b records.Book, first records.Allocation) (int, error) {
	name, err := a.areaName(b.Area)
	if err != nil {
		return 0, err
	}
	before := len(a.rows.messages)
	line := dialog.Line{Key: "notice.allocated.waiting", Args: map[string]string{"fund": fundWords(b.Fund), "area": name}}
	err = a.tellHolders(q, []records.Grant{{Role: records.RoleFront, Area: b.Area}, {Role: records.RoleTreasurer, Area: b.Area}},
		"allocation "+first.Code+" waits", first.Code, line, seeButton("/duyetquy "+first.Code))
	return len(a.rows.messages) - before, err
}

// tellToHandOver tells the leaders of groups that something is there to be handed over: not for whom.
func (a *applier) tellToHandOver(q Request, list []records.Allocation) error {
	told := map[string]bool{}
	for _, l := range list {
		group := records.Parent(l.Area)
		if told[group] {
			continue
		}
		told[group] = true
		name, err := a.areaName(group)
		if err != nil {
			return err
		}
		line := dialog.Line{Key: "notice.allocated", Args: map[string]string{"group": name}}
		if err := a.tellHolders(q, []records.Grant{{Role: records.RoleLeader, Area: group}}, "allocation "+l.Code+" open", l.Code, line, seeButton("/trao")); err != nil {
			return err
		}
	}
	return nil
}

// batchFor is what was allocated together with a code, with its book, both held; outside the rights of who asks it is not found.
func (a *applier) batchFor(q Request, code string, action records.Action) (who *actor, b records.Book, list []records.Allocation, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, b, nil, records.RefusedDenied, err
	}
	parsed, _ := records.ParseAllocationCode(code)
	var found []records.Allocation
	if err := a.tx.Where("code = ?", parsed).Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, b, nil, records.RefusedNotFound, err
	}
	if b, err = a.book(found[0].BookID); err != nil {
		return nil, b, nil, "", err
	}
	if !records.Can(who.Actor, action, found[0].Area) {
		return nil, b, nil, records.RefusedNotFound, nil
	}
	return who, b, list, "", a.forChange().Where("batch = ?", found[0].Batch).Order("id").Find(&list).Error
}

// approveAllocated sets aside what waited for a second person.
func (a *applier) approveAllocated(q Request) (*Outcome, error) {
	var command records.DecideAllocation
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, b, list, refused, err := a.batchFor(q, command.Code, records.ApproveFund)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	first := list[0]
	switch {
	case first.State != records.AllocationWaits:
		return refuse(records.RefusedAllocGone), nil
	case first.MadeBy == who.Person:
		return refuse(records.RefusedSecond), nil
	}
	var items []records.AllocationItem
	if err := a.tx.Where("allocation_id = ?", first.ID).Find(&items).Error; err != nil {
		return nil, err
	}
	each := make([]records.Item, len(items))
	for i, it := range items {
		each[i] = records.Item{Qty: it.Qty, Unit: it.Unit, Name: it.Name}
	}
	if short, err := a.short(b, first.Money, each, int64(len(list))); err != nil || short {
		return refuse(records.RefusedShort), err
	}
	if err := a.setAside(q, who, &b, list, &who.Person); err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "allocation "+first.Code, b.Area, records.AllocationOpen)
	return a.decided(first, len(list), "notice.allocated.approved")
}

// decided tells who made an allocation what came of it, and no longer those who could decide.
func (a *applier) decided(first records.Allocation, count int, key string) (*Outcome, error) {
	if _, err := a.takeBack(first.Code); err != nil {
		return nil, err
	}
	args := map[string]string{"code": first.Code, "count": strconv.Itoa(count)}
	return &Outcome{Args: args}, a.tellPerson(first.MadeBy, "allocation "+first.Code+" "+key, dialog.Line{Key: key, Args: args})
}

// cancelAllocated takes back what was allocated: all that waits together, or one that was not handed over yet.
func (a *applier) cancelAllocated(q Request) (*Outcome, error) {
	var command records.DecideAllocation
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, b, list, refused, err := a.batchFor(q, command.Code, records.AllocateFund)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	code, _ := records.ParseAllocationCode(command.Code)
	ended := 0
	for i := range list {
		l := &list[i]
		switch {
		case l.State == records.AllocationWaits:
		case l.State == records.AllocationOpen && l.Code == code:
			if _, refused, err := a.reverse(q, who.Person, &b, *l.EntryNo); err != nil || refused != "" {
				return refuse(refused), err
			}
		default:
			continue
		}
		l.State, l.EndedBy, l.EndedAt = records.AllocationCancelled, &who.Person, &a.now
		if err := a.tx.Save(l).Error; err != nil {
			return nil, err
		}
		ended++
	}
	if ended == 0 {
		return refuse(records.RefusedAllocGone), nil
	}
	a.audit(q, who.Person, "allocation "+code, b.Area, records.AllocationCancelled)
	if list[0].MadeBy == who.Person {
		_, err := a.takeBack(list[0].Code)
		return &Outcome{Args: map[string]string{"code": code, "count": strconv.Itoa(ended)}}, err
	}
	return a.decided(list[0], ended, "notice.allocated.cancelled")
}
