package storage

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// offerRow is an offer with what is shown beside it.
type offerRow struct {
	records.Offer
	Code       string // of the household it is matched with
	Head       string
	HomeArea   string
	NeedWords  string
	LastMonth  *time.Time // that the sponsor spoke of
	LastHelped bool
}

const offerSelect = `SELECT offers.*, coalesce(h.code, '') AS code, coalesce(h.head, '') AS head, coalesce(h.area, '') AS home_area, coalesce(n.words, '') AS need_words,
	c.month AS last_month, coalesce(c.helped, false) AS last_helped
	FROM offers LEFT JOIN households h ON h.id = offers.household_id LEFT JOIN needs n ON n.id = offers.need_id
	LEFT JOIN offer_checks c ON c.offer_id = offers.id AND c.month = (SELECT max(month) FROM offer_checks WHERE offer_id = offers.id) `

const offerGoesOn = " AND offers.status IN ('offered', 'asked', 'matched')"

// args of an offer that everybody may see who sees it: offer (its id), kind, wish, what, money, times, giver, status, from, to (its last
// day), month (that the sponsor spoke of last), helped ("1").
func (o offerRow) args() map[string]string {
	args := map[string]string{
		"offer": strconv.FormatInt(o.ID, 10), "kind": o.Kind, "wish": o.Wish, "what": o.What, "money": strconv.FormatInt(o.Money, 10), "times": o.AtTimes, "giver": o.Name,
		"status": o.Status, "from": "", "to": "", "month": "", "helped": "",
	}
	if o.FromOn != nil && o.ToOn != nil {
		args["from"], args["to"] = records.FormatDay(*o.FromOn), records.FormatDay(o.ToOn.AddDate(0, 0, -1))
	}
	if o.LastMonth != nil {
		args["month"] = records.FormatDay(*o.LastMonth)
		if o.LastHelped {
			args["helped"] = "1"
		}
	}
	return args
}

// openOffers lists the offers that go on in the asker's areas, those that wait for a match first, pageSize to a page. Lines offer.line with
// the args of offerRow, and name (of the household). Facts: count.
func (r *Records) openOffers(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.SeeOffers)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("offers.area", scope)
	where += offerGoesOn
	var count int64
	if err := r.db.WithContext(ctx).Raw("SELECT count(*) FROM offers WHERE "+where, args...).Scan(&count).Error; err != nil {
		return err
	}
	var rows []offerRow
	err := r.db.WithContext(ctx).Raw(offerSelect+"WHERE "+where+" ORDER BY CASE offers.status WHEN 'offered' THEN 0 ELSE 1 END, offers.id LIMIT ? OFFSET ?",
		append(args, pageSize+1, max(ask.Page, 0)*pageSize)...).Scan(&rows).Error
	if err != nil {
		return err
	}
	rows = firstPage(rows, pageSize, to)
	for _, o := range rows {
		line := o.args()
		line["name"] = o.Head
		to.Lines = append(to.Lines, dialog.Line{Key: "offer.line", Args: line})
	}
	to.Facts = map[string]string{"count": strconv.FormatInt(count, 10)}
	return nil
}

// oneOffer tells of an offer that the asker may see. Facts: the args of offerRow, phone, place, household (code), name, words (of the need),
// need (its id), area (name of the group or commune), match ("1": the asker may bring it together with others, or end it).
func (r *Records) oneOffer(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	id, err := strconv.ParseInt(ask.Args["offer"], 10, 64)
	if err != nil {
		return errNotFound
	}
	var rows []offerRow
	if err := r.db.WithContext(ctx).Raw(offerSelect+"WHERE offers.id = ?"+offerGoesOn, id).Scan(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 || !records.Can(actor, records.SeeOffers, rows[0].Area) {
		return errNotFound
	}
	o := rows[0]
	names, err := r.areaNames(ctx, []string{o.Area})
	if err != nil {
		return err
	}
	to.Facts = o.args()
	for k, v := range map[string]string{"place": o.Place, "household": o.Code, "name": o.Head, "words": o.NeedWords, "area": names[o.Area], "match": "", "phone": "", "need": ""} {
		to.Facts[k] = v
	}
	if o.NeedID != nil {
		to.Facts["need"] = strconv.FormatInt(*o.NeedID, 10)
	}
	if records.Can(actor, matchAction(o.Offer), o.Area) {
		to.Facts["match"] = "1"
	}
	if o.Phone != "" {
		to.Facts["phone"], err = r.Open(o.Phone)
	}
	return err
}

// needsToMatch lists the open needs that help offered once can be matched with, oldest first, those whose household or words have the
// words q. Options: Key the need's id, Label the household and the words.
func (r *Records) needsToMatch(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.MatchOffers)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("needs.area", scope)
	where += " AND needs.status IN ('received', 'planned') AND h.ended_at IS NULL"
	if key := ask.Args["key"]; key != "" {
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return nil
		}
		where += " AND needs.id = ?"
		args = append(args, id)
	}
	var rows []needRow
	if err := r.db.WithContext(ctx).Raw(needSelect+"WHERE "+where+" ORDER BY needs.id LIMIT 500", args...).Scan(&rows).Error; err != nil {
		return err
	}
	if q := fold.Fold(ask.Args["q"]); q != "" {
		rows = slices.DeleteFunc(rows, func(n needRow) bool { return !strings.Contains(fold.Fold(n.Head+" "+n.Words), q) })
	}
	to.Facts = map[string]string{"count": strconv.Itoa(len(rows))}
	rows = rows[min(max(ask.Page, 0)*pageSize, len(rows)):]
	to.More = len(rows) > pageSize
	for _, n := range rows[:min(len(rows), pageSize)] {
		to.Options = append(to.Options, dialog.Option{Key: strconv.FormatInt(n.ID, 10), Label: clipRunes(n.Head+": "+n.Words, labelMaxRunes)})
	}
	return nil
}

// offersToHome tells a household who would help it and who does. Facts: household. Lines offer.line with the args of offerRow.
func (r *Records) offersToHome(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	home, err := r.ownHome(ctx, actor, ask, records.AnswerOffers)
	if err != nil {
		return err
	}
	var rows []offerRow
	err = r.db.WithContext(ctx).Raw(offerSelect+"WHERE offers.household_id = ? AND offers.status IN ('asked', 'matched') ORDER BY offers.id LIMIT ?", home.ID, pageSize).Scan(&rows).Error
	for _, o := range rows {
		args := o.args()
		args["words"] = o.NeedWords
		to.Lines = append(to.Lines, dialog.Line{Key: "offer.line", Args: args})
	}
	to.Facts = map[string]string{"household": home.Code}
	return err
}

// myOffers tells somebody what they offered that goes on, or ended in the last month, and whom they help: the household's name and group
// only when it agreed, before that nothing of it. Lines offer.line with the args of offerRow, and name, area, open ("1": it goes on).
func (r *Records) myOffers(ctx context.Context, actor records.Actor, now time.Time, to *dialog.Answer) error {
	if actor.Person == 0 {
		return errDenied
	}
	var rows []offerRow
	err := r.db.WithContext(ctx).Raw(offerSelect+"WHERE offers.person_id = ? AND offers.status <> 'withdrawn' AND (offers.ended_at IS NULL OR offers.ended_at > ?) ORDER BY offers.id DESC LIMIT ?",
		actor.Person, stamp(now.AddDate(0, -1, 0)), pageSize).Scan(&rows).Error
	if err != nil {
		return err
	}
	paths := make([]string, len(rows))
	for i, o := range rows {
		paths[i] = o.Area
	}
	names, err := r.areaNames(ctx, paths)
	if err != nil {
		return err
	}
	for _, o := range rows {
		args := o.args()
		args["name"], args["area"], args["open"] = "", "", ""
		if o.EndedAt == nil {
			args["open"] = "1"
		}
		switch {
		case o.Status == records.OfferAsked:
			args["status"] = records.OfferOpen
		case o.Status == records.OfferMatched:
			args["name"], args["area"] = o.Head, names[o.Area]
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "offer.line", Args: args})
	}
	return nil
}
