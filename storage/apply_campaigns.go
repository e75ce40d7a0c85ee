package storage

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// proposeCampaign keeps a campaign that waits for a second person, and tells those who may agree: the others of its Front at once, and
// those of the city when nobody answered for a while.
func (a *applier) proposeCampaign(q Request) (*Outcome, error) {
	var p records.ProposeCampaign
	if err := json.Unmarshal(q.Data, &p); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	p.Plan, p.Holder, p.Place, p.Goods = fold.Clean(p.Plan), fold.Clean(p.Holder), fold.Clean(p.Place), fold.Clean(p.Goods)
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	scope := records.Scope(who.Actor, records.RunCampaigns)
	if len(scope) == 0 {
		return refuse(records.RefusedDenied), nil
	}
	if why := p.Check(records.DayOf(q.At)); why != "" {
		return refuse(why), nil
	}
	if refused, err := a.mayFollow(p, scope[0]); err != nil || refused != "" {
		return refuse(refused), err
	}
	from, _ := records.ParseDay(p.From)
	c := records.Campaign{
		Fund: p.Fund, Area: scope[0], Plan: p.Plan, StartsOn: from, State: records.CampaignProposed, Way: p.Way, BIN: p.BIN, Account: p.Account, Holder: p.Holder, Place: p.Place, Goods: p.Goods,
		Goal: p.Goal, MadeBy: who.Person, Contact: q.Contact, CreatedAt: stamp(q.At),
	}
	if p.Template != 0 {
		c.TemplateID = &p.Template
	}
	if to, ok := records.ParseDay(p.To); ok {
		c.EndsOn = &to
	}
	if err := a.tx.Create(&c).Error; err != nil {
		return nil, err
	}
	for n, it := range p.Needs {
		goal := records.CampaignGoal{CampaignID: c.ID, N: n, Qty: it.Qty, Unit: fold.Clean(it.Unit), Name: fold.Clean(it.Name)}
		if err := a.tx.Create(&goal).Error; err != nil {
			return nil, err
		}
	}
	a.audit(q, who.Person, campaignRef(c.ID), c.Area, c.Fund)
	told, err := a.tellSeconds(q, c)
	return &Outcome{Args: map[string]string{"campaign": strconv.FormatInt(c.ID, 10), "fund": c.Fund, "told": strconv.Itoa(told)}}, err
}

func campaignRef(id int64) string { return "campaign " + strconv.FormatInt(id, 10) }

// tellSeconds puts notices aside for those who may agree to a campaign, and returns how many of its own Front there are.
func (a *applier) tellSeconds(q Request, c records.Campaign) (told int, err error) {
	names, err := a.areaName(c.Area)
	if err != nil {
		return 0, err
	}
	line := dialog.Line{Key: "notice.campaign", Args: map[string]string{"fund": fundWords(c.Fund), "area": names}}
	see := seeButton("/chiendich " + strconv.FormatInt(c.ID, 10))
	for _, level := range []struct {
		role, area string
		due        time.Time
	}{{records.RoleFront, c.Area, a.now}, {records.RoleCity, records.Parent(c.Area), a.now.Add(records.CampaignWait)}} {
		contacts, err := a.holders(level.role, level.area, q.Contact)
		if err != nil {
			return 0, err
		}
		if level.role == records.RoleFront {
			told = len(contacts)
		}
		if err := a.tellAll(contacts, campaignRef(c.ID)+" proposed", campaignRef(c.ID), level.due, line, see); err != nil {
			return 0, err
		}
	}
	return told, nil
}

// holders are the chats of those who hold a role in an area, but for one.
func (a *applier) holders(role, area, but string) (contacts []string, err error) {
	err = a.tx.Raw(`SELECT c.key FROM roles r JOIN contacts c ON c.person_id = r.person_id
		WHERE r.area = ? AND r.name = ? AND r.valid_to IS NULL AND NOT c.blocked AND c.key <> ? ORDER BY c.key`, area, role, but).Scan(&contacts).Error
	return contacts, err
}

// approveCampaign opens a campaign as its second person, who typed its account.
func (a *applier) approveCampaign(q Request) (*Outcome, error) {
	var command records.ApproveCampaign
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, c, refused, err := a.campaignFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	today := records.DayOf(q.At)
	switch {
	case c.State != records.CampaignProposed, c.EndsOn != nil && c.EndsOn.Before(today):
		return refuse(records.RefusedCampaignGone), nil
	case c.MadeBy == who.Person:
		return refuse(records.RefusedSamePerson), nil
	case !ofItsOwn(who.Actor, c) && q.At.Sub(c.CreatedAt) < records.CampaignWait:
		return refuse(records.RefusedTooEarly), nil
	case command.Account != c.Account:
		return refuse(records.RefusedAccount), nil
	}
	err = a.tx.Model(&c).Updates(map[string]any{"state": records.CampaignOpen, "approved_by": who.Person, "approved_at": stamp(q.At)}).Error
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, campaignRef(c.ID), c.Area, records.CampaignOpen)
	if _, err := a.takeBack(campaignRef(c.ID)); err != nil {
		return nil, err
	}
	name, err := a.areaName(c.Area)
	if err != nil {
		return nil, err
	}
	line := dialog.Line{Key: "notice.campaign.open", Args: map[string]string{"fund": fundWords(c.Fund), "area": name}}
	return &Outcome{Args: map[string]string{"fund": fundWords(c.Fund), "area": name}}, a.tellPerson(c.MadeBy, campaignRef(c.ID)+" open", line)
}

// ofItsOwn reports whether somebody may agree to a campaign by a role in its very area, and not by one above.
func ofItsOwn(who records.Actor, c records.Campaign) bool {
	return slices.ContainsFunc(who.Grants, func(g records.Grant) bool {
		return g.Area == c.Area && records.Can(records.Actor{Grants: []records.Grant{g}}, records.RunCampaigns, c.Area)
	})
}

// mayFollow tells why a proposal of an area cannot follow the campaign that it names, "" where it can or names none: one of the city above, for
// the same fund, that was opened and is not closed.
func (a *applier) mayFollow(p records.ProposeCampaign, area string) (string, error) {
	if p.Template == 0 {
		return "", nil
	}
	var found []records.Campaign
	if err := a.tx.Where("id = ? AND fund = ? AND state IN ?", p.Template, p.Fund, []string{records.CampaignOpen, records.CampaignPaused}).Limit(1).Find(&found).Error; err != nil {
		return "", err
	}
	if len(found) == 0 || records.Parent(area) != found[0].Area {
		return records.RefusedCampaignGone, nil
	}
	return "", nil
}

// shareCampaign asks the Fronts of a city's communes to follow its campaign, each person once.
func (a *applier) shareCampaign(q Request) (*Outcome, error) {
	var command records.ShareCampaign
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Goal < 0 || command.Goal > records.MaxMoney {
		return refuse(records.RefusedInvalid), nil
	}
	who, c, refused, err := a.campaignFor(q, command.ID)
	switch {
	case err != nil || refused != "":
		return refuse(refused), err
	case records.CommuneOf(c.Area) != "" || !records.Can(who.Actor, records.ShareCampaigns, c.Area):
		return refuse(records.RefusedNotFound), nil
	case c.State != records.CampaignOpen:
		return refuse(records.RefusedCampaignGone), nil
	}
	if err := a.tx.Model(&c).Update("unit_goal", command.Goal).Error; err != nil {
		return nil, err
	}
	where, args := within("r.area", []string{c.Area})
	var fronts []struct{ Key, Area string }
	err = a.tx.Raw(`SELECT c.key, min(r.area) AS area FROM roles r JOIN contacts c ON c.person_id = r.person_id
		WHERE r.name = ? AND r.area <> ? AND r.valid_to IS NULL AND NOT c.blocked AND `+where+` AND NOT EXISTS (SELECT 1 FROM campaigns f WHERE f.template_id = ? AND f.area = r.area)
		GROUP BY c.key ORDER BY c.key`, append(append([]any{records.RoleFront, c.Area}, args...), c.ID)...).Scan(&fronts).Error
	if err != nil {
		return nil, err
	}
	name, err := a.areaName(c.Area)
	if err != nil {
		return nil, err
	}
	line := dialog.Line{Key: "notice.campaign.follow", Args: map[string]string{"fund": fundWords(c.Fund), "area": name}}
	follow := dialog.Option{Key: "follow", Label: "notice.campaign.follow.button", Do: "/lapchiendich theo " + strconv.FormatInt(c.ID, 10)}
	for _, front := range fronts {
		if err := a.tell(front.Key, campaignRef(c.ID)+" follow", campaignRef(c.ID), records.Awake(a.now), line, follow); err != nil {
			return nil, err
		}
	}
	a.audit(q, who.Person, campaignRef(c.ID), c.Area, "follow")
	return &Outcome{Args: map[string]string{"told": strconv.Itoa(len(fronts)), "fund": fundWords(c.Fund)}}, nil
}

// setCampaignState pauses, resumes or closes a campaign.
func (a *applier) setCampaignState(q Request) (*Outcome, error) {
	var command records.SetCampaignState
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, c, refused, err := a.campaignFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if !slices.Contains(c.Next(), command.State) {
		return refuse(records.RefusedCampaignGone), nil
	}
	if err := a.tx.Model(&c).Update("state", command.State).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, campaignRef(c.ID), c.Area, command.State)
	if command.State == records.CampaignClosed {
		_, err = a.takeBack(campaignRef(c.ID))
	}
	return &Outcome{Args: map[string]string{"state": command.State}}, err
}

// campaignFor is a campaign that who asks may run. One outside their rights is not found.
func (a *applier) campaignFor(q Request, id int64) (who *actor, c records.Campaign, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, c, records.RefusedDenied, err
	}
	var found []records.Campaign
	if err := a.forChange().Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, c, "", err
	}
	if len(found) == 0 || !records.Can(who.Actor, records.RunCampaigns, found[0].Area) {
		return nil, c, records.RefusedNotFound, nil
	}
	return who, found[0], "", nil
}

// fundWords is the locale key of a fund's name.
func fundWords(fund string) string { return "fund." + fund }
