package storage

import (
	"encoding/json"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// makePledge keeps what somebody promised, under a code of its own, and tells the Front of what is brought to it.
func (a *applier) makePledge(q Request) (*Outcome, error) {
	var command records.MakePledge
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	command.Name, command.What = clipRunes(fold.Clean(command.Name), records.MaxDonor), fold.Clean(command.What)
	if why := command.Check(q.At); why != "" {
		return refuse(why), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	c, refused, err := a.campaignTaking(q, command)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if refused, err := a.maySupport(who, command, c); err != nil || refused != "" {
		return refuse(refused), err
	}
	var open int64
	err = a.tx.Model(&records.Pledge{}).Where("person_id = ? AND state = ? AND superseded_at IS NULL", who.Person, records.PledgePromised).Count(&open).Error
	switch {
	case err != nil:
		return nil, err
	case open >= records.OpenPledges:
		return refuse(records.RefusedPledges), nil
	}
	p, err := a.newPledge(q, who, command, c)
	if err != nil {
		return nil, err
	}
	if err := a.writePledge(&p, command.Items); err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "pledge "+p.Code, p.Area, p.State)
	if p.Kind != records.PledgeMoney {
		if err := a.tellOfComing(q, p); err != nil {
			return nil, err
		}
	}
	return a.pledged(p, c)
}

// campaignTaking is the campaign that a promise is made to, where it takes promises on the day and its account is the one that was shown.
func (a *applier) campaignTaking(q Request, command records.MakePledge) (c records.Campaign, refused string, err error) {
	var found []records.Campaign
	if err := a.tx.Where("id = ?", command.Campaign).Limit(1).Find(&found).Error; err != nil {
		return c, "", err
	}
	if len(found) == 0 || !found[0].Takes(records.DayOf(q.At)) || found[0].Account != command.Account {
		return c, records.RefusedCampaignShut, nil
	}
	if on, ok := records.ParseDay(command.On); ok && found[0].EndsOn != nil && on.After(*found[0].EndsOn) {
		return c, records.RefusedBringDay, nil
	}
	return found[0], "", nil
}

// maySupport tells why a promise cannot be made for what it names, "" where it can: a sponsor's own promise.
func (a *applier) maySupport(who *actor, command records.MakePledge, c records.Campaign) (string, error) {
	if command.Need != 0 {
		return records.RefusedNotFound, nil
	}
	if command.Offer == 0 {
		return "", nil
	}
	var mine int64
	err := a.tx.Model(&records.Offer{}).Where("id = ? AND person_id = ? AND kind = ? AND status = ?", command.Offer, who.Person, records.OfferSponsor, records.OfferMatched).Count(&mine).Error
	if err != nil || mine == 0 {
		return records.RefusedNotFound, err
	}
	return "", nil
}

// newPledge is the first version of a promise.
func (a *applier) newPledge(q Request, who *actor, command records.MakePledge, c records.Campaign) (p records.Pledge, err error) {
	p = records.Pledge{
		Version: 1, CampaignID: c.ID, Fund: c.Fund, Area: c.Area, Kind: command.KindOf(), Amount: command.Amount, What: command.What, Months: max(1, command.Months), Nth: 1,
		GivenAs: command.As, Heads: command.Heads, State: records.PledgePromised, PersonID: who.Person, Contact: q.Contact, CreatedAt: stamp(q.At), ValidFrom: stamp(q.At),
	}
	if on, ok := records.ParseDay(command.On); ok {
		p.BringOn = &on
	}
	if command.Name != "" {
		p.Name = a.r.Seal(command.Name)
		if p.GivenAs == "" {
			p.GivenAs = records.AsPerson
		}
	}
	if command.Phone != "" {
		p.Phone = a.r.Seal(clip(fold.Clean(command.Phone), 20))
	}
	if command.Offer != 0 {
		p.OfferID = &command.Offer
	}
	if p.Code, err = a.drawTransfer(c.Fund); err != nil {
		return p, err
	}
	if p.Months > 1 {
		p.Series = p.Code
	}
	return p, nil
}

// writePledge writes a version of a promise with its things.
func (a *applier) writePledge(p *records.Pledge, items []records.Item) error {
	if err := a.tx.Create(p).Error; err != nil {
		return err
	}
	rows := make([]records.PledgeItem, len(items))
	for n, it := range items {
		rows[n] = records.PledgeItem{Code: p.Code, Version: p.Version, N: n, Qty: it.Qty, Unit: fold.Clean(it.Unit), Name: fold.Clean(it.Name), Value: it.Value}
	}
	if len(rows) == 0 {
		return nil
	}
	return a.tx.Create(&rows).Error
}

// tellOfComing tells the Front of a campaign's area that something is brought: of the first promise of a day, which says where all of them
// are.
func (a *applier) tellOfComing(q Request, p records.Pledge) error {
	contacts, err := a.holders(records.RoleFront, p.Area, q.Contact)
	if err != nil {
		return err
	}
	cause := "pledges " + p.Area + " " + records.FormatDay(records.DayOf(a.now))
	line := dialog.Line{Key: "notice.pledge", Args: map[string]string{"what": p.What, "kind": p.Kind, "bring": bringDay(p)}}
	return a.tellAll(contacts, cause, cause, records.Awake(a.now), line, seeButton("/dohua"))
}

func bringDay(p records.Pledge) string {
	if p.BringOn == nil {
		return ""
	}
	return records.FormatDay(*p.BringOn)
}

// drawTransfer draws a code that no pledge has.
func (a *applier) drawTransfer(fund string) (string, error) {
	for {
		code := records.TransferCodeOf(fund, random64(records.CodeSpace))
		var taken int64
		if err := a.tx.Model(&records.Pledge{}).Where("code = ?", code).Count(&taken).Error; err != nil || taken == 0 {
			return code, err
		}
	}
}

// pledged is what a donor is told of their promise, and how to keep it.
func (a *applier) pledged(p records.Pledge, c records.Campaign) (*Outcome, error) {
	name, err := a.areaName(c.Area)
	if err != nil {
		return nil, err
	}
	ward, err := a.r.wardPhone(a.tx, records.Actor{}, c.Area)
	if err != nil {
		return nil, err
	}
	args := payingArgs(c)
	args["code"], args["amount"], args["area"], args["phone"] = p.Code, strconv.FormatInt(p.Amount, 10), name, ward["phone"]
	args["kind"], args["what"], args["bring"], args["months"] = p.Kind, p.What, bringDay(p), strconv.Itoa(p.Months)
	return &Outcome{Args: args}, nil
}

// payingArgs say how money and things come to a campaign: fund (a locale key), way, bin, bank, holder, account, place, goods.
func payingArgs(c records.Campaign) map[string]string {
	bank, _ := records.BankOf(c.BIN)
	return map[string]string{
		"fund": fundWords(c.Fund), "way": c.Way, "bin": c.BIN, "bank": bank.Short, "holder": c.Holder, "account": c.Account, "place": c.Place, "goods": c.Goods,
	}
}

// changePledge promises something else under the same code, or takes the promise back: the old row ends and a new one is written.
func (a *applier) changePledge(q Request) (*Outcome, error) {
	var command records.ChangePledge // CancelPledge says nothing but the code
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	command.What = fold.Clean(command.What)
	code, ok := records.ParseTransferCode(command.Code)
	who, err := a.actor(q.Contact)
	if err != nil || who == nil || !ok {
		return refuse(records.RefusedNotFound), err
	}
	var found []records.Pledge
	if err := a.forChange().Where("code = ? AND superseded_at IS NULL", code).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	switch {
	case len(found) == 0 || found[0].PersonID != who.Person:
		return refuse(records.RefusedNotFound), nil
	case found[0].State == records.PledgeCancelled:
		return refuse(records.RefusedPledgeGone), nil
	case found[0].State != records.PledgePromised:
		return refuse(records.RefusedReceived), nil
	}
	next := found[0]
	var c records.Campaign
	if err := a.tx.Where("id = ?", next.CampaignID).First(&c).Error; err != nil {
		return nil, err
	}
	var rows []records.PledgeItem
	if err := a.tx.Where("code = ? AND version = ?", code, next.Version).Order("n").Find(&rows).Error; err != nil {
		return nil, err
	}
	items := make([]records.Item, len(rows))
	for i, row := range rows {
		items[i] = records.Item{Qty: row.Qty, Unit: row.Unit, Name: row.Name, Value: row.Value}
	}
	if q.Kind == records.CmdCancelPledge {
		next.State = records.PledgeCancelled
	} else {
		why := ""
		if items, why = changed(&next, items, command, c, q.At); why != "" {
			return refuse(why), nil
		}
	}
	if err := a.tx.Model(&records.Pledge{}).Where("id = ?", next.ID).Update("superseded_at", stamp(q.At)).Error; err != nil {
		return nil, err
	}
	next.ID, next.Version, next.ValidFrom = 0, next.Version+1, stamp(q.At)
	if err := a.writePledge(&next, items); err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "pledge "+next.Code, next.Area, next.State)
	return a.pledged(next, c)
}

// changed changes a promise as its donor says, and returns its things, or why it cannot be done.
func changed(p *records.Pledge, items []records.Item, command records.ChangePledge, c records.Campaign, at time.Time) ([]records.Item, string) {
	if p.Kind == records.PledgeMoney {
		p.Amount = command.Amount
	}
	if p.Kind == records.PledgeGoods && (command.What != "") != (len(command.Items) > 0) {
		return nil, records.RefusedInvalid
	}
	if command.What != "" {
		p.What, items = command.What, command.Items
	}
	m := records.MakePledge{Kind: p.Kind, Amount: p.Amount, What: p.What, Items: items}
	on, moved := records.ParseDay(command.On)
	switch {
	case moved && c.EndsOn != nil && on.After(*c.EndsOn):
		return nil, records.RefusedBringDay
	case moved:
		p.BringOn, m.On = &on, command.On
	case p.Kind != records.PledgeMoney: // the day that was said stays, be it over
		m.On = records.FormatDay(records.DayOf(at))
	}
	return items, m.Check(at)
}
