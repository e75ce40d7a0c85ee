package storage

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// broadcasts lists those of the asker's areas, the newest first, pageSize to a page. Lines broadcast.line, args broadcast (its number),
// words (how it begins), status, at.
func (r *Records) broadcasts(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.SendBroadcasts)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("area", scope)
	var found []records.Broadcast
	err := r.db.WithContext(ctx).Where(where, args...).Where("status <> ? OR author_id = ?", records.BroadcastDraft, actor.Person).Order("id DESC").
		Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	for _, b := range firstPage(found, pageSize, to) {
		at := b.CreatedAt
		if b.DueAt != nil {
			at = *b.DueAt
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "broadcast.line", Args: map[string]string{
			"broadcast": strconv.FormatInt(b.ID, 10), "words": clipRunes(strings.Join(strings.Fields(b.Text), " "), 30), "status": b.Status, "at": at.In(records.Local).Format("02/01"),
		}})
	}
	return nil
}

// broadcastArgs of a broadcast: broadcast, text, who, where, from, status, storm, mine, count (people when it was sent), due, file.
func (r *Records) broadcastArgs(ctx context.Context, actor records.Actor, b records.Broadcast) (map[string]string, error) {
	areas := b.InAreas()
	names, err := r.areaNames(ctx, areas)
	if err != nil {
		return nil, err
	}
	where := make([]string, 0, len(areas))
	for _, area := range areas {
		where = append(where, names[area])
	}
	args := map[string]string{
		"broadcast": strconv.FormatInt(b.ID, 10), "text": b.Text, "who": b.Who, "where": strings.Join(where, ", "), "from": b.Signed, "status": b.Status,
		"storm": urgentArg(b.Storm), "mine": "", "count": strconv.Itoa(b.People), "due": "", "photo": b.Photo, "file": b.File, "file_name": b.FileName, "asked": "",
		"reach": "", "telegram": "", "zalo": "", "out": "", "second": "",
	}
	if b.AuthorID == actor.Person {
		args["mine"] = "1"
	}
	if b.AskedAt != nil && b.ApprovedAt == nil {
		args["asked"] = "1"
	}
	if b.DueAt != nil {
		args["due"] = b.DueAt.In(records.Local).Format(jobTime)
	}
	return args, nil
}

// oneBroadcast: facts of broadcastArgs; how far it is: sent, waiting, failed, doubt, gone (stopped the bot), off (not told for another
// reason); of one that is not sent yet reach, telegram, zalo (people it would reach now); and "1" for each of records.BroadcastActs that
// the asker may do now.
func (r *Records) oneBroadcast(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	id, err := strconv.ParseInt(ask.Args["broadcast"], 10, 64)
	if err != nil {
		return errNotFound
	}
	db := r.db.WithContext(ctx)
	var found []records.Broadcast
	if err := db.Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 || !mayBroadcast(actor, found[0]) {
		return errNotFound
	}
	b := found[0]
	if to.Facts, err = r.broadcastArgs(ctx, actor, b); err != nil {
		return err
	}
	if b.Status == records.BroadcastDraft || b.Status == records.BroadcastAsked || b.Status == records.BroadcastReady {
		if err := r.reachFacts(db, reachOf(b), now, to); err != nil {
			return err
		}
	}
	n, err := progressOf(db, b.ID)
	if err != nil {
		return err
	}
	for name, count := range n.args() {
		to.Facts[name] = count
	}
	for _, act := range b.Acts() {
		if act == records.BroadcastAgain && n.failed+n.doubt == 0 {
			continue
		}
		if act != records.BroadcastApprove || b.AuthorID != actor.Person {
			to.Facts[act] = "1"
		}
	}
	return nil
}

// progress is how far a broadcast is.
type progress struct{ sent, waiting, failed, doubt, gone, off, cancelled int }

func (n progress) args() map[string]string {
	number := strconv.Itoa
	return map[string]string{
		"sent": number(n.sent), "waiting": number(n.waiting), "failed": number(n.failed), "doubt": number(n.doubt), "gone": number(n.gone), "off": number(n.off),
	}
}

func progressOf(db *gorm.DB, id int64) (n progress, err error) {
	rows, err := db.Raw("SELECT status, reason, count(*) FROM messages WHERE broadcast_id = ? GROUP BY status, reason", id).Rows()
	if err != nil {
		return n, err
	}
	defer rows.Close()
	for rows.Next() {
		var status, reason string
		var some int
		if err := rows.Scan(&status, &reason, &some); err != nil {
			return n, err
		}
		switch {
		case status == records.MessageSent:
			n.sent += some
		case status == records.MessageDoubt:
			n.doubt += some
		case status == records.MessageCancelled:
			n.cancelled += some
		case status != records.MessageFailed:
			n.waiting += some
		case reason == records.NotToldGone:
			n.gone += some
		case slices.Contains([]string{records.NotToldOff, records.NotToldQuiet, records.NotToldMany}, reason):
			n.off += some
		default:
			n.failed += some
		}
	}
	return n, rows.Err()
}

// broadcastReach: how many people a broadcast would reach now; facts of reachFacts.
func (r *Records) broadcastReach(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	scope := records.Scope(actor, records.SendBroadcasts)
	if len(scope) == 0 {
		return errDenied
	}
	areas := strings.Fields(ask.Args["areas"])
	if len(areas) == 0 {
		areas = scope
	}
	for _, area := range areas {
		if !records.Can(actor, records.SendBroadcasts, area) {
			return errDenied
		}
	}
	campaign, _ := strconv.ParseInt(ask.Args["campaign"], 10, 64)
	names, err := r.areaNames(ctx, areas)
	if err != nil {
		return err
	}
	to.Facts = map[string]string{}
	var where []string
	for _, area := range areas {
		where = append(where, names[area])
	}
	to.Facts["where"] = strings.Join(where, ", ")
	return r.reachFacts(r.db.WithContext(ctx), reach{who: ask.Args["who"], areas: areas, campaign: campaign}, now, to)
}

// reachFacts adds reach (people told), telegram and zalo of them, out (of the audience, not told), second (set where a second officer must
// agree).
func (r *Records) reachFacts(db *gorm.DB, who reach, now time.Time, to *dialog.Answer) error {
	n, err := who.count(db, now, r.bulkAWeek)
	if err != nil {
		return err
	}
	to.Facts["reach"], to.Facts["telegram"], to.Facts["zalo"] = strconv.Itoa(n.told), strconv.Itoa(n.channels["telegram"]), strconv.Itoa(n.channels["zalo"])
	to.Facts["out"], to.Facts["second"] = strconv.Itoa(n.all-n.told), ""
	if records.NeedsSecond(n.told, who.areas) {
		to.Facts["second"] = "1"
	}
	return nil
}

// broadcastAreas lists the areas the asker may write to, or those that q names. Options: Key the path, Label the name.
func (r *Records) broadcastAreas(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.SendBroadcasts)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("path", scope)
	find := r.db.WithContext(ctx).Where("valid_to IS NULL").Where(where, args...).Order("path")
	q, page := fold.Clean(ask.Args["q"]), max(ask.Page, 0)
	switch key := fold.Clean(ask.Args["key"]); {
	case key != "":
		find = find.Where("path = ?", key)
	case q == "":
		find = find.Limit(listPage + 1).Offset(page * listPage)
	}
	var areas []records.Area
	if err := find.Find(&areas).Error; err != nil {
		return err
	}
	if q != "" {
		areas = slices.DeleteFunc(areas, func(a records.Area) bool { return !namedArea(a, q) })
		areas = areas[min(page*listPage, len(areas)):]
	}
	for _, a := range firstPage(areas, listPage, to) {
		to.Options = append(to.Options, dialog.Option{Key: a.Path, Label: clipRunes(a.Name, labelMaxRunes)})
	}
	return nil
}
