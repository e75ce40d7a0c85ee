package storage

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Telling is the message in the chat of a broadcast's author that says how far it is. It is said once, and changed where the channel can.
type Telling struct {
	Contact, Channel string
	Address          string // sealed
	Lang             string
	Ref              string    // the platform's name of the message; "" while it was not said
	At               time.Time // when it was last changed; zero: never
	Line             dialog.Line
	Over             bool // the broadcast is
}

// progressKey is the line of a Telling.
const progressKey = "notice.broadcast.progress"

// TellingOf brings the telling of a broadcast as it is to be now; without its line where it was changed less than every ago and the broadcast
// is not over.
func (r *Records) TellingOf(ctx context.Context, id int64, every time.Duration) (t Telling, err error) {
	defer r.observe("telling", time.Now(), &err)
	db := r.db.WithContext(ctx)
	var found []struct {
		records.Broadcast
		Channel, Address, Lang string
	}
	err = db.Table("broadcasts").Select("broadcasts.*, c.channel, c.address, p.lang").Joins("JOIN contacts c ON c.key = broadcasts.contact").
		Joins("JOIN people p ON p.id = c.person_id").Where("broadcasts.id = ?", id).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return t, explain("telling", err)
	}
	b := found[0]
	t = Telling{Contact: b.Contact, Channel: b.Channel, Address: b.Address, Lang: b.Lang, Ref: b.ToldRef, Over: b.Status == records.BroadcastDone || b.Status == records.BroadcastCancelled}
	if b.ToldAt != nil {
		if t.At = *b.ToldAt; !t.Over && r.instant().Sub(t.At) < every {
			return t, nil
		}
	}
	n, err := progressOf(db, id)
	t.Line = progressLine(b.Broadcast, n, r.instant())
	return t, explain("telling", err)
}

func progressLine(b records.Broadcast, n progress, now time.Time) dialog.Line {
	args := n.args()
	args["broadcast"], args["status"], args["minutes"] = strconv.FormatInt(b.ID, 10), b.Status, ""
	if b.StartedAt != nil && n.sent > 0 && n.waiting > 0 && b.Status == records.BroadcastSending {
		left := now.Sub(*b.StartedAt) / time.Duration(n.sent) * time.Duration(n.waiting)
		args["minutes"] = strconv.Itoa(int(left/time.Minute) + 1)
	}
	return dialog.Line{Key: progressKey, Args: args}
}

// StartTelling writes the notice that says for the first time how far a broadcast is.
func (r *Records) StartTelling(ctx context.Context, id int64, t Telling) (err error) {
	defer r.observe("telling", time.Now(), &err)
	say, err := json.Marshal(dialog.Say{
		Lines: []dialog.Line{t.Line}, Track: broadcastRef(id), Loose: true,
		Menu: []dialog.Option{{Key: "see", Label: "cacthongbao.see", Do: "/cacthongbao " + strconv.FormatInt(id, 10)}},
	})
	if err != nil {
		return err
	}
	now := r.instant()
	return explain("telling", r.in(ctx, func(tx *gorm.DB) error {
		m := records.Message{Dedupe: broadcastRef(id) + " progress", Contact: t.Contact, Say: string(say), Here: true, Status: records.MessageWaiting, DueAt: now, CreatedAt: now}
		if err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "dedupe"}}, DoNothing: true}).Create(&m).Error; err != nil {
			return err
		}
		return tx.Model(&records.Broadcast{ID: id}).Update("told_at", now).Error
	}))
}

// NoteTelling notes the platform's name of the message that says how far a broadcast is (Say.Track), and that it was changed now.
func (r *Records) NoteTelling(ctx context.Context, track, ref string) (err error) {
	defer r.observe("telling", time.Now(), &err)
	id, err := strconv.ParseInt(strings.TrimPrefix(track, "broadcast "), 10, 64)
	if err != nil {
		return nil
	}
	return explain("telling", r.change(ctx, func(db *gorm.DB) error {
		return db.Model(&records.Broadcast{ID: id}).Updates(map[string]any{"told_ref": ref, "told_at": r.instant()}).Error
	}))
}

// tellEnd writes the notice that a broadcast is over, with what can be done then.
func (r *Records) tellEnd(tx *gorm.DB, b records.Broadcast, now time.Time) error {
	n, err := progressOf(tx, b.ID)
	if err != nil {
		return err
	}
	b.Status = records.BroadcastDone
	line := progressLine(b, n, now)
	line.Key = "notice.broadcast.over"
	id := strconv.FormatInt(b.ID, 10)
	say := dialog.Say{Lines: []dialog.Line{line}, Columns: 1, Menu: []dialog.Option{{Key: "report", Label: "cacthongbao.report", Do: "/baocaothongbao " + id}}}
	if n.failed+n.doubt > 0 {
		say.Menu = append(say.Menu, dialog.Option{Key: "again", Label: "cacthongbao.again", Do: "/doithongbao " + id + " again"})
	}
	text, err := json.Marshal(say)
	if err != nil {
		return err
	}
	m := records.Message{Dedupe: broadcastRef(b.ID) + " over " + now.Format(time.RFC3339), Contact: b.Contact, Say: string(text), Status: records.MessageWaiting, DueAt: now, CreatedAt: now}
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "dedupe"}}, DoNothing: true}).Create(&m).Error
}
