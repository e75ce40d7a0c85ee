package storage

import (
	"encoding/json"
	"strconv"

	"gorm.io/gorm/clause"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// sheetMime is what a sealed sheet is kept as: what stands on a paper, until somebody takes the paper.
const sheetMime = "application/vnd.chungtay.sheet"

// makeCards makes cards for a whole group, and keeps what stands on them, sealed, until the paper is drawn.
func (a *applier) makeCards(q Request) (*Outcome, error) {
	var command records.MakeCards
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	path := fold.Clean(command.Group)
	if records.KindOfPath(path) != records.AreaGroup || !records.Can(who.Actor, records.LinkHouseholds, path) {
		return refuse(records.RefusedNotFound), nil
	}
	homes, cards, linked, err := a.homesWithoutCard(q, path, command.Again)
	if err != nil {
		return nil, err
	}
	group, err := a.areaName(path)
	if err != nil {
		return nil, err
	}
	args := map[string]string{"group": group, "cards": strconv.Itoa(cards), "linked": strconv.Itoa(linked)}
	if len(homes) == 0 {
		return &Outcome{Refused: records.RefusedAllHaveCards, Args: args}, nil
	}
	if command.Again { // their places are free again
		if err := a.endCards(q, homes); err != nil {
			return nil, err
		}
	}
	most := records.MaxCardSheet
	if a.r.plan.Channel != "" && a.r.plan.Users > 0 {
		free, _, err := a.r.freeSeats(a.tx, 0, q.At)
		if err != nil {
			return nil, err
		}
		if free < 1 {
			return refuse(records.RefusedNoSeats), nil
		}
		most = min(most, free)
	}
	short := max(0, len(homes)-most)
	sheet, err := a.cardsFor(q, who, homes[:len(homes)-short], group)
	if err != nil {
		return nil, err
	}
	file, err := a.keepSheet(q, sheet)
	if err != nil {
		return nil, err
	}
	args["file"], args["count"], args["short"], args["until"], args["path"] = file, strconv.Itoa(len(sheet.Cards)), strconv.Itoa(short), sheet.Until, path
	return &Outcome{Args: args}, nil
}

// homesWithoutCard are the households of a group in the order of its list that have neither a card that waits nor a person; with again
// those whose card waits, too. cards and linked count the others.
func (a *applier) homesWithoutCard(q Request, path string, again bool) (homes []records.Household, cards, linked int, err error) {
	var rows []struct {
		records.Household
		Waits  bool
		Linked bool
	}
	err = a.tx.Raw(`SELECT h.*,
			EXISTS (SELECT 1 FROM cards c WHERE c.household_id = h.id AND c.used_at IS NULL AND c.expires_at > ?) AS waits,
			EXISTS (SELECT 1 FROM household_links l WHERE l.household_id = h.id AND l.ended_at IS NULL) AS linked
		FROM households h WHERE h.area = ? AND h.ended_at IS NULL ORDER BY h.sort, h.id`, stamp(q.At), path).Scan(&rows).Error
	for _, row := range rows {
		switch {
		case row.Linked:
			linked++
		case row.Waits && !again:
			cards++
		default:
			homes = append(homes, row.Household)
		}
	}
	return homes, cards, linked, err
}

// endCards ends the cards of households that nobody used.
func (a *applier) endCards(q Request, homes []records.Household) error {
	for some := range portions(homes) {
		ids := make([]int64, len(some))
		for i, h := range some {
			ids[i] = h.ID
		}
		err := a.tx.Model(&records.Card{}).Where("household_id IN ? AND used_at IS NULL AND expires_at > ?", ids, stamp(q.At)).Update("expires_at", stamp(q.At)).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// cardsFor makes a card for each household.
func (a *applier) cardsFor(q Request, who *actor, homes []records.Household, group string) (records.CardSheet, error) {
	sheet := records.CardSheet{Group: group, Made: stamp(q.At), Until: records.FormatDay(records.DayOf(stamp(q.At).Add(records.CardLife)))}
	for _, home := range homes {
		card, code, err := a.newCard(q, who, home)
		if err != nil {
			return sheet, err
		}
		sheet.Cards = append(sheet.Cards, struct {
			Code string `json:"code"`
			Who  string `json:"who"`
		}{code, records.PartOfName(home.Head)})
		a.audit(q, who.Person, "card "+strconv.FormatInt(card.ID, 10), home.Path(), "sheet")
	}
	return sheet, nil
}

// newCard makes a card for a household. A code that an earlier card had is drawn again.
func (a *applier) newCard(q Request, who *actor, home records.Household) (card records.Card, code string, err error) {
	card = records.Card{
		HouseholdID: home.ID, Area: home.Path(), MadeBy: who.Person, CreatedAt: stamp(q.At), ExpiresAt: stamp(q.At).Add(records.CardLife),
	}
	for card.ID == 0 {
		code = records.ShortCodeOf(random64(records.CodeSpace8))
		digits, _ := records.ParseShortCode(code)
		var joins int64
		if err := a.tx.Model(&records.JoinCode{}).Where("code_hash = ?", a.r.keyed("join", digits)).Count(&joins).Error; err != nil {
			return card, "", err
		}
		if joins > 0 { // it joins two chats
			continue
		}
		card.CodeHash = a.r.keyed("card", digits)
		err := a.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "code_hash"}}, DoNothing: true}).Create(&card).Error
		if err != nil {
			return card, "", err
		}
	}
	return card, code, nil
}

// keepSheet keeps what stands on a paper, sealed, and returns the blob's key.
func (a *applier) keepSheet(q Request, sheet any) (string, error) {
	plain, err := json.Marshal(sheet)
	if err != nil {
		return "", err
	}
	return a.putOut(q, "sheet", sheetMime, []byte(a.r.Seal(string(plain))))
}
