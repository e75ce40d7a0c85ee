package storage

import (
	"context"
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

// noteLookup writes into the log who looked up which household, or the list of which group.
func (r *Records) noteLookup(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, found *dialog.Answer) error {
	line := records.Audit{At: stamp(now), PersonID: &actor.Person, Action: ask.Query, Subject: "group", Area: found.Facts["group_path"]}
	if code := found.Facts["household"]; code != "" {
		line.Subject = "household " + code
	}
	return r.change(ctx, func(db *gorm.DB) error { return db.Create(&line).Error })
}
