package storage

import (
	"encoding/json"
	"strconv"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// makePledge keeps what somebody promised, under a code of its own.
func (a *applier) makePledge(q Request) (*Outcome, error) {
	var command records.MakePledge
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	var found []records.Campaign
	if err := a.tx.Where("id = ?", command.Campaign).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	switch {
	case command.Amount < records.MinPledge || command.Amount > records.MaxMoney:
		return refuse(records.RefusedAmount), nil
	case len(found) == 0, !found[0].Takes(records.DayOf(q.At)), found[0].Account != command.Account:
		return refuse(records.RefusedCampaignShut), nil
	}
	var open int64
	err = a.tx.Model(&records.Pledge{}).Where("person_id = ? AND state = ? AND superseded_at IS NULL", who.Person, records.PledgePromised).Count(&open).Error
	switch {
	case err != nil:
		return nil, err
	case open >= records.OpenPledges:
		return refuse(records.RefusedPledges), nil
	}
	c := found[0]
	p := records.Pledge{
		Version: 1, CampaignID: c.ID, Fund: c.Fund, Area: c.Area, Amount: command.Amount, State: records.PledgePromised, PersonID: who.Person, Contact: q.Contact,
		CreatedAt: stamp(q.At), ValidFrom: stamp(q.At),
	}
	if name := clipRunes(fold.Clean(command.Name), records.MaxDonor); name != "" {
		p.Name = a.r.Seal(name)
	}
	if p.Code, err = a.drawTransfer(c.Fund); err != nil {
		return nil, err
	}
	if err := a.tx.Create(&p).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "pledge "+p.Code, p.Area, p.State)
	return a.pledged(p, c)
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
	args := payingArgs(c)
	args["code"], args["amount"], args["area"] = p.Code, strconv.FormatInt(p.Amount, 10), name
	return &Outcome{Args: args}, err
}

// payingArgs say how money comes to a campaign: fund (a locale key), way, bin, bank, holder, account, place.
func payingArgs(c records.Campaign) map[string]string {
	bank, _ := records.BankOf(c.BIN)
	return map[string]string{
		"fund": fundWords(c.Fund), "way": c.Way, "bin": c.BIN, "bank": bank.Short, "holder": c.Holder, "account": c.Account, "place": c.Place,
	}
}

// changePledge promises another amount under the same code, or takes the promise back: the old row ends and a new one is written.
func (a *applier) changePledge(q Request) (*Outcome, error) {
	var command records.ChangePledge // CancelPledge has no amount
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	code, ok := records.ParseTransferCode(command.Code)
	who, err := a.actor(q.Contact)
	if err != nil || who == nil || !ok {
		return refuse(records.RefusedNotFound), err
	}
	var found []records.Pledge
	if err := a.forChange().Where("code = ? AND superseded_at IS NULL", code).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	cancel := q.Kind == records.CmdCancelPledge
	switch {
	case len(found) == 0 || found[0].PersonID != who.Person:
		return refuse(records.RefusedNotFound), nil
	case found[0].State == records.PledgeCancelled:
		return refuse(records.RefusedPledgeGone), nil
	case found[0].State != records.PledgePromised:
		return refuse(records.RefusedReceived), nil
	case !cancel && (command.Amount < records.MinPledge || command.Amount > records.MaxMoney):
		return refuse(records.RefusedAmount), nil
	}
	next := found[0]
	if err := a.tx.Model(&records.Pledge{}).Where("id = ?", next.ID).Update("superseded_at", stamp(q.At)).Error; err != nil {
		return nil, err
	}
	next.ID, next.Version, next.ValidFrom = 0, next.Version+1, stamp(q.At)
	if cancel {
		next.State = records.PledgeCancelled
	} else {
		next.Amount = command.Amount
	}
	if err := a.tx.Create(&next).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "pledge "+next.Code, next.Area, next.State)
	var c records.Campaign
	if err := a.tx.Where("id = ?", next.CampaignID).First(&c).Error; err != nil {
		return nil, err
	}
	return a.pledged(next, c)
}
