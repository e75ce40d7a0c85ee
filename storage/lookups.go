package storage

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// mayLookUp refuses a person who looked up more than records.LookupsADay names within 24 hours. Nobody else is kept from anything, least
// of all the household.
func (r *Records) mayLookUp(ctx context.Context, actor records.Actor, now time.Time) error {
	var n int64
	err := r.db.WithContext(ctx).Model(&records.Audit{}).
		Where("person_id = ? AND at > ? AND action IN ?", actor.Person, stamp(now).AddDate(0, 0, -1), records.NamedLookups).Count(&n).Error
	if err == nil && n >= records.LookupsADay {
		return errTooMany
	}
	return err
}

// saysWhy reports somebody who looks after more than a group: they say why they look households up.
func saysWhy(actor records.Actor) bool {
	return slices.ContainsFunc(records.Scope(actor, records.FindHouseholds), func(path string) bool { return records.KindOfPath(path) != records.AreaGroup })
}

// reasonOf is the reason that somebody gave lately, "" for none.
func (r *Records) reasonOf(ctx context.Context, actor records.Actor, now time.Time) (string, error) {
	var why []string
	err := r.db.WithContext(ctx).Model(&records.Audit{}).Where("person_id = ? AND at > ? AND action = ?", actor.Person, stamp(now).Add(-records.ReasonGood), records.LookReasonLine).
		Order("at DESC, id DESC").Limit(1).Pluck("why", &why).Error
	return append(why, "")[0], err
}

// lookReason tells whether the asker is to say why they look households up.
func (r *Records) lookReason(ctx context.Context, actor records.Actor, now time.Time, to *dialog.Answer) error {
	to.Facts = map[string]string{}
	if !saysWhy(actor) {
		return nil
	}
	why, err := r.reasonOf(ctx, actor, now)
	if why == "" {
		to.Facts["need"] = "1"
	}
	return err
}

// noteLookup writes into the log who looked up which household, or the list of which group, and why.
func (r *Records) noteLookup(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, why string, found *dialog.Answer) error {
	line := records.Audit{At: stamp(now), PersonID: &actor.Person, Action: ask.Query, Subject: "group", Area: found.Facts["group_path"], Why: why}
	if code := found.Facts["household"]; code != "" {
		line.Subject = "household " + code
	}
	lines := []records.Audit{line}
	if ask.Args["why"] == why && why != "" {
		lines = append(lines, records.Audit{At: stamp(now), PersonID: &actor.Person, Action: records.LookReasonLine, Subject: "households", Why: why})
	}
	return r.change(ctx, func(db *gorm.DB) error { return db.Create(&lines).Error })
}
