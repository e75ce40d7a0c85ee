package storage

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The cost of a PIN's hash: 19 MiB once over, some ten milliseconds.
const (
	pinTimes  = 1
	pinMemory = 19 << 10 // KiB
)

// hashPin is the slow hash of what a contact typed.
func (r *Records) hashPin(typed, salt string) string {
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, typed)
	return base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(r.keyed("pin", digits)), []byte(salt), pinTimes, pinMemory, 1, 32))
}

// checkPin tells whether a person knows their PIN. Each try is counted before it is looked at, so that many at once are no more than many.
func (r *Records) checkPin(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	if actor.Person == 0 {
		return errDenied
	}
	typed, err := r.Open(ask.Args["secret"])
	if err != nil {
		return errNotFound
	}
	now = stamp(now)
	var pins []records.Pin
	db := r.db.WithContext(ctx)
	if err := db.Where("person_id = ?", actor.Person).Find(&pins).Error; err != nil {
		return err
	}
	if len(pins) == 0 {
		to.Problem = records.ProblemPinNone
		return nil
	}
	taken := int64(0)
	err = r.change(ctx, func(db *gorm.DB) error {
		did := db.Exec(`UPDATE pins SET wrong = CASE WHEN wrong >= ? THEN 1 ELSE wrong + 1 END, locked_until = NULL
			WHERE person_id = ? AND (locked_until IS NULL AND wrong < ? OR locked_until <= ?)`, records.PinTries, actor.Person, records.PinTries, now)
		taken = did.RowsAffected
		return did.Error
	})
	if err != nil {
		return err
	}
	if err := db.Where("person_id = ?", actor.Person).Find(&pins).Error; err != nil || len(pins) == 0 {
		return err
	}
	pin := pins[0]
	if taken == 0 {
		to.Problem, to.Facts = records.ProblemPinLocked, pinFacts(pin, now)
		return nil
	}
	set := map[string]any{"wrong": 0, "locks": 0, "locked_until": nil}
	right := subtle.ConstantTimeCompare([]byte(r.hashPin(typed, pin.Salt)), []byte(pin.Hash)) == 1
	switch {
	case right:
		to.Facts = map[string]string{"pass": r.pinPass(actor.Person, ask.Form, now)}
	case pin.Wrong < records.PinTries:
		to.Problem, to.Facts = records.ProblemPinWrong, map[string]string{"left": strconv.Itoa(records.PinTries - pin.Wrong)}
		return nil
	default:
		until := now.Add(records.PinLockFor(pin.Locks + 1))
		set = map[string]any{"locks": pin.Locks + 1, "locked_until": until}
		pin.Until = &until
		to.Problem, to.Facts = records.ProblemPinLocked, pinFacts(pin, now)
	}
	line := records.Audit{At: now, PersonID: &actor.Person, Action: records.AskPin, Subject: "person " + strconv.FormatInt(actor.Person, 10), Why: "locked"}
	return r.change(ctx, func(db *gorm.DB) error {
		if err := db.Model(&records.Pin{}).Where("person_id = ?", actor.Person).Updates(set).Error; err != nil || right {
			return err
		}
		return db.Create(&line).Error
	})
}

// pinFacts tells until when a PIN is locked: there is nothing to ask again meanwhile.
func pinFacts(pin records.Pin, now time.Time) map[string]string {
	until := now.Add(records.PinLock)
	if pin.Until != nil {
		until = *pin.Until
	}
	return map[string]string{"lifts": until.UTC().Format(time.RFC3339), "stop": "1"}
}

// pinState tells whether a person has a PIN.
func (r *Records) pinState(ctx context.Context, actor records.Actor, to *dialog.Answer) error {
	var n int64
	err := r.db.WithContext(ctx).Model(&records.Pin{}).Where("person_id = ?", actor.Person).Count(&n).Error
	to.Facts = map[string]string{}
	if n > 0 {
		to.Facts["set"] = "1"
	}
	return err
}

// pinPass shows that a person typed their PIN in a form at an instant.
func (r *Records) pinPass(person int64, form string, at time.Time) string {
	return r.Seal(strings.Join([]string{"pin", strconv.FormatInt(person, 10), dialog.FormHash(form), strconv.FormatInt(at.Unix(), 10)}, " "))
}

// pinGiven reports whether a request comes from a form in which its person typed the PIN that they have, lately.
func (a *applier) pinGiven(q Request, person int64) (bool, error) {
	plain, err := a.r.Open(q.Pass)
	part := strings.Fields(plain)
	if err != nil || len(part) != 4 || part[0] != "pin" || part[1] != strconv.FormatInt(person, 10) || part[2] != dialog.FormHash(q.Form) {
		return false, nil
	}
	unix, err := strconv.ParseInt(part[3], 10, 64)
	at := time.Unix(unix, 0)
	if err != nil || q.At.Before(at.Add(-records.PinGood)) || q.At.After(at.Add(records.PinGood)) {
		return false, nil
	}
	var n int64
	err = a.tx.Model(&records.Pin{}).Where("person_id = ? AND set_at <= ?", person, at.Add(time.Second)).Count(&n).Error
	return n > 0, err
}

// setPin keeps the PIN that somebody chose. Who has one proves it first.
func (a *applier) setPin(q Request) (*Outcome, error) {
	var command records.SetPin
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	typed, err := a.r.Open(command.Pin)
	if err != nil || !dialog.MaybeSecret(typed) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	var had []records.Pin
	if err := a.forChange().Where("person_id = ?", who.Person).Find(&had).Error; err != nil {
		return nil, err
	}
	if len(had) > 0 {
		if ok, err := a.pinGiven(q, who.Person); err != nil || !ok {
			return refuse(records.RefusedPin), err
		}
	}
	salt := base64.RawStdEncoding.EncodeToString([]byte(rand.Text()))
	pin := records.Pin{PersonID: who.Person, Salt: salt, Hash: a.r.hashPin(typed, salt), SetAt: stamp(q.At)}
	if err := a.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, UpdateAll: true}).Create(&pin).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "person "+strconv.FormatInt(who.Person, 10), "", strconv.Itoa(len(had)))
	return &Outcome{}, nil
}

// resetPin takes the PIN away of somebody who forgot it and came to the ward, and tells them.
func (a *applier) resetPin(q Request) (*Outcome, error) {
	var command records.ResetPin
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, person, refused, err := a.lockFor(q, command.Person)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if err := a.tx.Where("person_id = ?", person.ID).Delete(&records.Pin{}).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "person "+strconv.FormatInt(person.ID, 10), "", "")
	return &Outcome{Args: map[string]string{"name": person.Name}}, a.tellPerson(person.ID, "pin "+q.Contact+" "+q.Form, dialog.Line{Key: "notice.pin.reset"})
}
