package storage

import (
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Usage is how much of its plan a bot has used.
type Usage struct {
	Month     string
	Sent      int       // messages of the month
	Users     int       // people who ever wrote
	PutOff    int       // notices that wait for the next month
	HeldUntil time.Time // the platform takes no more until then; zero: it does, as far as known
}

// Plan is the plan that the records were opened with.
func (r *Records) Plan() records.Plan { return r.plan }

// CountSent adds n messages (fewer than none takes back) to what the bot sent in a month, and returns what it is then. All
// processes count in the same row.
func (r *Records) CountSent(ctx context.Context, month string, n int) (sent int, err error) {
	defer r.observe("count_sent", time.Now(), &err)
	err = r.change(ctx, func(db *gorm.DB) error {
		return db.Raw(`INSERT INTO quota_months (channel, bot, month, sent) VALUES (?, ?, ?, ?)
			ON CONFLICT (channel, bot, month) DO UPDATE SET sent = quota_months.sent + excluded.sent RETURNING sent`,
			r.plan.Channel, r.plan.Bot, month, n).Scan(&sent).Error
	})
	return sent, explain("count sent", err)
}

// HoldPlan notes that the platform takes no more messages until a time; the zero time: that it does again.
func (r *Records) HoldPlan(ctx context.Context, month string, until time.Time) (err error) {
	defer r.observe("hold_plan", time.Now(), &err)
	var held any
	if !until.IsZero() {
		held = stamp(until)
	}
	return explain("hold plan", r.change(ctx, func(db *gorm.DB) error {
		return db.Exec(`INSERT INTO quota_months (channel, bot, month, held_until) VALUES (?, ?, ?, ?)
			ON CONFLICT (channel, bot, month) DO UPDATE SET held_until = excluded.held_until`, r.plan.Channel, r.plan.Bot, month, held).Error
	}))
}

// Usage is what the bot used of its plan in a month.
func (r *Records) Usage(ctx context.Context, month string) (u Usage, err error) {
	defer r.observe("usage", time.Now(), &err)
	u.Month = month
	db := r.db.WithContext(ctx)
	var rows []records.QuotaMonth
	if err := db.Where("channel = ? AND bot = ? AND month = ?", r.plan.Channel, r.plan.Bot, month).Limit(1).Find(&rows).Error; err != nil {
		return u, explain("usage", err)
	}
	if len(rows) > 0 {
		u.Sent = rows[0].Sent
		if rows[0].HeldUntil != nil {
			u.HeldUntil = *rows[0].HeldUntil
		}
	}
	var users, waiting int64
	if err := db.Model(&records.Contact{}).Where("channel = ? AND bot IN ?", r.plan.Channel, r.ownBot()).Count(&users).Error; err != nil {
		return u, explain("usage", err)
	}
	err = db.Model(&records.Message{}).Where("status = ? AND reason = ?", records.MessageWaiting, records.QuotaReason).Count(&waiting).Error
	u.Users, u.PutOff = int(users), int(waiting)
	return u, explain("usage", err)
}

// PutOff lets a notice wait until due, as the month's messages are used up; or it goes to another chat of the person, on a channel that
// has no such limit. It comes to its inbox again as another event. One that is not on its way any more, or may have arrived, is left as it is.
func (r *Records) PutOff(ctx context.Context, id string, due time.Time) (err error) {
	defer r.observe("put_off", time.Now(), &err)
	n, ok := noticeNumber(id)
	if !ok {
		return nil
	}
	return explain("put off", r.change(ctx, func(db *gorm.DB) error {
		var free int64
		err := db.Raw(`SELECT count(*) FROM messages x JOIN contacts m ON m.key = x.contact JOIN contacts c ON c.person_id = m.person_id
			WHERE x.id = ? AND NOT c.blocked AND c.cut_at IS NULL AND c.channel <> ?`, n, r.plan.Channel).Scan(&free).Error
		if err == nil && free > 0 {
			var moved bool
			moved, err = moveNotice(db, n, []string{records.MessageWaiting, records.MessageHanded})
			if moved {
				return err
			}
		}
		if err != nil {
			return err
		}
		return db.Model(&records.Message{}).
			Where("id = ? AND status IN ? AND due_at < ?", n, []string{records.MessageWaiting, records.MessageHanded}, stamp(due)).
			Updates(map[string]any{
				"status": records.MessageWaiting, "reason": records.QuotaReason, "due_at": stamp(due), "owner": "", "lease_until": nil, "put_off": gorm.Expr("put_off + 1"),
			}).Error
	}))
}

// TakeUp makes due what was put off: the plan has room again.
func (r *Records) TakeUp(ctx context.Context) (err error) {
	defer r.observe("take_up", time.Now(), &err)
	return explain("take up", r.change(ctx, func(db *gorm.DB) error {
		return db.Model(&records.Message{}).Where("status = ? AND reason = ?", records.MessageWaiting, records.QuotaReason).
			Updates(map[string]any{"due_at": r.instant(), "reason": ""}).Error
	}))
}

// TellAdmins tells every admin something at once, once for a cause, in the chat they used last.
func (r *Records) TellAdmins(ctx context.Context, cause string, say dialog.Say) error {
	var contacts []string
	err := r.db.WithContext(ctx).Raw(`SELECT DISTINCT c.key FROM roles r JOIN contacts c ON c.person_id = r.person_id
		WHERE r.name = ? AND `+lastUsed+` AND `+roleGives+` ORDER BY c.key`, records.RoleAdmin, r.instant()).Scan(&contacts).Error
	if err != nil || len(contacts) == 0 {
		return explain("tell admins", err)
	}
	return r.Notify(ctx, cause, contacts, say, r.instant())
}

// ownBot is what contacts of the plan's bot say of theirs: its name, or nothing where they were last seen before that was kept. People
// of a bot that was there before it have no seat of this one's.
func (r *Records) ownBot() []string { return []string{"", r.plan.Bot} }

// roleSeats counts the people on the plan's channel who hold one of the roles in area or below it; no area: anywhere.
func (r *Records) roleSeats(db *gorm.DB, area string, roles ...string) (n int, err error) {
	q := `SELECT count(DISTINCT c.key) FROM contacts c JOIN roles r ON r.person_id = c.person_id
		WHERE c.channel = ? AND c.bot IN ? AND r.valid_to IS NULL AND r.name IN ?`
	args := []any{r.plan.Channel, r.ownBot(), roles}
	if area != "" {
		where, in := within("r.area", []string{area})
		q += " AND " + where
		args = append(args, in...)
	}
	return n, db.Raw(q, args...).Scan(&n).Error
}

// staffRoles look after households, or the program: their seats come first.
var staffRoles = []string{records.RoleLeader, records.RoleOfficer, records.RoleFront, records.RoleTreasurer, records.RoleCity, records.RoleAdmin}

// freeSeats is how many people of households can still come: the plan's seats, less those taken, those kept for who looks after
// households (at least as many as are invited) and those of cards that wait. household: not counting its own card. Without a plan
// it is one.
func (r *Records) freeSeats(db *gorm.DB, household int64, at time.Time) (free, kept int, err error) {
	if r.plan.Channel == "" || r.plan.Users <= 0 {
		return 1, 0, nil
	}
	var users, invited, cards int64
	staff, err := r.roleSeats(db, "", staffRoles...)
	if err != nil {
		return 0, 0, err
	}
	if err := db.Model(&records.Contact{}).Where("channel = ? AND bot IN ?", r.plan.Channel, r.ownBot()).Count(&users).Error; err != nil {
		return 0, 0, err
	}
	if err := db.Model(&records.Invite{}).Where("used_at IS NULL AND expires_at > ? AND role IN ?", stamp(at), staffRoles).Count(&invited).Error; err != nil {
		return 0, 0, err
	}
	err = db.Model(&records.Card{}).Where("used_at IS NULL AND expires_at > ? AND household_id <> ?", stamp(at), household).Distinct("household_id").Count(&cards).Error
	if err != nil {
		return 0, 0, err
	}
	kept = max(r.plan.Staff-staff, int(invited), 0)
	return r.plan.Users - int(users) - kept - int(cards), kept, nil
}

// quota: on the bot's plan: used, limit, left, percent, reset (a day), users, seats, free, kept, waiting, full; and in the asked area leaders, staff,
// homes, others. Without a plan there are no facts.
func (r *Records) quota(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	area := ask.Args["area"]
	if !records.Can(actor, records.SeeQuota, area) {
		return errDenied
	}
	if r.plan.Channel == "" {
		return nil
	}
	u, err := r.Usage(ctx, records.Month(now))
	if err != nil {
		return err
	}
	db := r.db.WithContext(ctx)
	leaders, err := r.roleSeats(db, area, records.RoleLeader)
	if err != nil {
		return err
	}
	staff, err := r.roleSeats(db, area, staffRoles...)
	if err != nil {
		return err
	}
	homes, err := r.roleSeats(db, area, records.RoleHousehold)
	if err != nil {
		return err
	}
	free, kept, err := r.freeSeats(db, 0, now)
	if err != nil {
		return err
	}
	number := strconv.Itoa
	to.Facts = map[string]string{
		"used": number(u.Sent), "reset": records.FormatDay(records.DayOf(records.NextMonth(now))), "users": number(u.Users),
		"leaders": number(leaders), "staff": number(max(0, staff-leaders)), "homes": number(homes), "others": number(max(0, u.Users-staff-homes)),
	}
	if r.plan.Messages > 0 {
		to.Facts["limit"], to.Facts["left"] = number(r.plan.Messages), number(max(0, r.plan.Messages-u.Sent))
		to.Facts["percent"] = number(records.Percent(u.Sent, r.plan.Messages))
	}
	if r.plan.Users > 0 {
		to.Facts["seats"], to.Facts["free"], to.Facts["kept"] = number(r.plan.Users), number(max(0, free)), number(kept)
	}
	if u.PutOff > 0 {
		to.Facts["waiting"] = number(u.PutOff)
	}
	if u.HeldUntil.After(now) {
		to.Facts["full"] = "1"
	}
	return nil
}
