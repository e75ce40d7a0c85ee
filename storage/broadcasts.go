package storage

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// prepareAtOnce is how many people are written down in one transaction: all that a SQLite file's writer gives to bulk work, more where
// others write beside it.
func (r *Records) prepareAtOnce() int {
	if r.pg {
		return 5_000
	}
	return 1_000
}

// NextBroadcast gives owner a broadcast that has something to do now, the one looked at longest ago, and keeps it from others for lease;
// nil when there is none. One that is due begins to be sent.
func (r *Records) NextBroadcast(ctx context.Context, owner string, lease time.Duration) (b *records.Broadcast, err error) {
	defer r.observe("next_broadcast", time.Now(), &err)
	now, held := r.instant(), stamp(time.Now())
	free := "(status IN ('sending', 'ending') OR status = 'ready' AND due_at <= ?) AND (lease_until IS NULL OR lease_until < ?)"
	var waits []int64
	if err := r.db.WithContext(ctx).Raw("SELECT id FROM broadcasts WHERE "+free+" ORDER BY lease_until, id LIMIT 1", now, held).Scan(&waits).Error; err != nil || len(waits) == 0 {
		return nil, explain("next broadcast", err)
	}
	var found []records.Broadcast
	err = r.change(ctx, func(db *gorm.DB) error {
		return db.Raw(`UPDATE broadcasts SET owner = ?, lease_until = ?, started_at = coalesce(started_at, ?),
			status = CASE WHEN status = 'ready' THEN 'sending' ELSE status END WHERE id = ? AND `+free+` RETURNING *`, owner, held.Add(lease), now, waits[0], now, held).Scan(&found).Error
	})
	if err != nil || len(found) == 0 {
		return nil, explain("next broadcast", err)
	}
	return &found[0], nil
}

// RunBroadcast goes on with a broadcast that owner has: it writes rows for the next people of the audience, gives rows to be handed over so
// that window of them wait, and ends a broadcast of which nothing waits. again reports that there is more to do at once. Another process
// may do the same at the same time without harm: a person has one row, and a row one turn.
func (r *Records) RunBroadcast(ctx context.Context, b records.Broadcast, window int) (again bool, err error) {
	defer r.observe("run_broadcast", time.Now(), &err)
	switch {
	case b.Status == records.BroadcastEnding:
		again, err = r.takeBackBroadcast(ctx, b)
	case !b.Prepared:
		if again, err = r.prepareBroadcast(ctx, &b); err == nil {
			_, err = r.feedBroadcast(ctx, b, window)
		}
	default:
		again, err = r.feedBroadcast(ctx, b, window)
	}
	return again, explain("run broadcast", err)
}

// LetBroadcast lets others have a broadcast.
func (r *Records) LetBroadcast(ctx context.Context, b records.Broadcast) (err error) {
	defer r.observe("let_broadcast", time.Now(), &err)
	return explain("let broadcast", r.change(ctx, func(db *gorm.DB) error {
		return db.Exec("UPDATE broadcasts SET lease_until = ? WHERE id = ? AND owner = ?", stamp(time.Now()), b.ID, b.Owner).Error
	}))
}

// prepareBroadcast writes rows for the next people of the audience, by their numbers: whoever comes meanwhile has a higher one. It reports
// whether there are more.
func (r *Records) prepareBroadcast(ctx context.Context, b *records.Broadcast) (more bool, err error) {
	to, now := reachOf(*b), r.instant()
	where, args := to.people(now)
	why, first := to.notTold(now, r.bulkAWeek)
	err = r.in(ctx, func(tx *gorm.DB) error {
		var next struct {
			Last int64
			N    int
		}
		limit := r.prepareAtOnce()
		err := tx.Raw("SELECT coalesce(max(id), 0) AS last, count(*) AS n FROM (SELECT p.id FROM people p WHERE p.id > ? AND "+where+" ORDER BY p.id LIMIT ?) x",
			append(append([]any{b.NextPerson}, args...), limit)...).Scan(&next).Error
		if err != nil {
			return err
		}
		if next.N > 0 {
			at := "?"
			if r.pg {
				at = "CAST(? AS timestamptz)"
			}
			err := tx.Exec(`INSERT INTO messages (dedupe, contact, say, urgent, ref, status, reason, due_at, created_at, done_at, broadcast_id)
				SELECT dedupe, key, '', ?, '', CASE WHEN why = '' THEN 'queued' ELSE 'failed' END, why, `+at+`, `+at+`, CASE WHEN why = '' THEN NULL ELSE `+at+` END, CAST(? AS bigint)
				FROM (SELECT CAST(? AS text) || p.id AS dedupe, c.key, `+why+` AS why, p.id FROM `+reachedFrom+` WHERE p.id > ? AND p.id <= ? AND `+where+` ORDER BY p.id) x
				WHERE true ON CONFLICT (dedupe) DO NOTHING`,
				slices.Concat([]any{b.Storm, now, now, now, b.ID, broadcastRef(b.ID) + " "}, first, []any{b.NextPerson, next.Last}, args)...).Error
			if err != nil {
				return err
			}
		}
		b.NextPerson, b.Prepared, more = max(next.Last, b.NextPerson), next.N < limit, next.N == limit
		return tx.Model(&records.Broadcast{ID: b.ID}).Updates(map[string]any{"next_person": b.NextPerson, "prepared": b.Prepared}).Error
	})
	return more, err
}

// feedBroadcast gives rows their turn so that window of them wait to be handed over. When nothing is left it looks once more for people
// who came meanwhile, and ends the broadcast where there are none.
func (r *Records) feedBroadcast(ctx context.Context, b records.Broadcast, window int) (again bool, err error) {
	now := r.instant()
	if !b.Prepared && window <= 0 || records.Awake(now) != now && !(b.Storm && (b.AskedAt == nil || b.ApprovedAt != nil)) {
		return false, nil
	}
	err = r.in(ctx, func(tx *gorm.DB) error {
		var waiting int64
		if err := tx.Model(&records.Message{}).Where("broadcast_id = ? AND status = ?", b.ID, records.MessageWaiting).Count(&waiting).Error; err != nil {
			return err
		}
		free := window - int(waiting)
		if free <= 0 {
			return nil
		}
		fed := tx.Exec(`UPDATE messages SET status = 'waiting', due_at = ? WHERE id IN (SELECT id FROM messages WHERE broadcast_id = ? AND status = 'queued' ORDER BY id LIMIT ?)
			AND EXISTS (SELECT 1 FROM broadcasts WHERE id = ? AND status = 'sending')`, now, b.ID, free, b.ID)
		if fed.Error != nil {
			return fed.Error
		}
		if fed.RowsAffected > 0 {
			return tx.Model(&records.Broadcast{ID: b.ID}).Update("fed_at", now).Error
		}
		if waiting > 0 || !b.Prepared {
			return nil
		}
		again, err = r.endBroadcast(tx, b, now)
		return err
	})
	return again, err
}

// endBroadcast ends a broadcast of which no row waits for its turn: unless somebody came meanwhile, who is written down, or somebody is about
// to be told.
func (r *Records) endBroadcast(tx *gorm.DB, b records.Broadcast, now time.Time) (again bool, err error) {
	where, args := reachOf(b).people(now)
	var late []int64
	err = tx.Raw("SELECT p.id FROM people p WHERE EXISTS (SELECT 1 FROM contacts o WHERE o.person_id = p.id) AND "+where+
		" AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.dedupe = CAST(? AS text) || p.id) ORDER BY p.id LIMIT 1", append(args, broadcastRef(b.ID)+" ")...).Scan(&late).Error
	if err != nil {
		return false, err
	}
	if len(late) > 0 {
		return true, tx.Model(&records.Broadcast{ID: b.ID}).Where("status = 'sending'").Updates(map[string]any{"next_person": late[0] - 1, "prepared": false}).Error
	}
	var handed int64
	err = tx.Model(&records.Message{}).Where("broadcast_id = ? AND status IN ?", b.ID, []string{records.MessageHanded, records.MessageDoubt}).
		Where("status = ? OR done_at > ?", records.MessageHanded, now.Add(-doubtFor)).Count(&handed).Error
	if err != nil || handed > 0 && b.FedAt != nil && now.Sub(*b.FedAt) < broadcastPatience {
		return false, err
	}
	ended := tx.Model(&records.Broadcast{ID: b.ID}).Where("status = 'sending'").Updates(map[string]any{"status": records.BroadcastDone, "done_at": now})
	if ended.Error != nil || ended.RowsAffected == 0 {
		return false, ended.Error
	}
	return false, r.tellEnd(tx, b, now)
}

// doubtFor is how long a row may be in doubt because it is being sent: after that nobody knows.
const doubtFor = time.Minute

// broadcastPatience is how long a broadcast of which all is handed over waits for those in the middle of a conversation before it is
// called done. They are told all the same when theirs ends.
const broadcastPatience = 30 * time.Minute

// takeBackBroadcast cancels some of the rows of a cancelled broadcast that wait for their turn, and reports whether there may be more.
func (r *Records) takeBackBroadcast(ctx context.Context, b records.Broadcast) (more bool, err error) {
	now, limit := r.instant(), r.prepareAtOnce()
	err = r.in(ctx, func(tx *gorm.DB) error {
		done := tx.Exec(`UPDATE messages SET status = 'cancelled', done_at = ? WHERE id IN (SELECT id FROM messages WHERE broadcast_id = ? AND status IN ('queued', 'waiting') ORDER BY id LIMIT ?)`,
			now, b.ID, limit)
		if more = done.RowsAffected == int64(limit); done.Error != nil || more {
			return done.Error
		}
		return tx.Model(&records.Broadcast{ID: b.ID}).Update("status", records.BroadcastCancelled).Error
	})
	return more, err
}
