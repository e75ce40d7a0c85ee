package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// sealedColumn is a column whose texts are sealed with the DATA_KEY. Key tells its rows apart and orders them.
type sealedColumn struct {
	table, key, column string
	hash               string // column with the keyed hash of what is sealed, where there is one
}

// sealedColumns are all columns that hold what is sealed. A test finds those that are missing.
var sealedColumns = []sealedColumn{
	{"people", "id", "phone", "phone_hash"},
	{"contacts", "key", "address", ""},
	{"tasks", "id", "phone", ""},
	{"file_links", "token_hash", "content", ""},
	{"offers", "id", "phone", ""},
	{"pledges", "id", "name", ""},
	{"pledges", "id", "phone", ""},
	{"receipts", "id", "name", ""},
	{"transfers", "id", "content", ""},
}

// rotateAtOnce is how many rows are sealed anew in a transaction.
const rotateAtOnce = 500

// RotateReport is what Rotate found.
type RotateReport struct {
	Sealed int // anew
	Left   int // sealed with neither key: nobody can read them
}

// Rotate seals with the DATA_KEY what an older one sealed, and makes the hashes anew by which it is found. A bot may run meanwhile, with
// both keys; a row that changes under way is left to it. Stopped at any point it loses nothing: run again, it goes over what is done.
// done is told after each transaction, how many rows were sealed so far; its error ends Rotate.
func (r *Records) Rotate(ctx context.Context, done func(sealed int) error) (report RotateReport, err error) {
	defer r.observe("rotate", time.Now(), &err)
	return r.rotate(ctx, rotateAtOnce, done)
}

func (r *Records) rotate(ctx context.Context, atOnce int, done func(sealed int) error) (report RotateReport, err error) {
	for _, c := range sealedColumns {
		for last := any(nil); ; {
			if err := ctx.Err(); err != nil {
				return report, err
			}
			n := 0
			err := r.in(ctx, func(tx *gorm.DB) (err error) {
				n, last, err = r.rotateSome(tx, c, last, atOnce, &report)
				return err
			})
			if err != nil {
				return report, explain("rotate", err)
			}
			if err := done(report.Sealed); err != nil {
				return report, err
			}
			if n < atOnce {
				break
			}
		}
	}
	return report, explain("rotate", r.rotateSheets(ctx, &report))
}

// rotateSheets seals the sheets of cards anew, which are few and kept for days.
func (r *Records) rotateSheets(ctx context.Context, report *RotateReport) error {
	var keys []string
	if err := r.db.WithContext(ctx).Model(&records.Blob{}).Where("mime = ?", sheetMime).Order("key").Pluck("key", &keys).Error; err != nil {
		return err
	}
	for _, key := range keys {
		err := r.in(ctx, func(tx *gorm.DB) error {
			var blob records.Blob
			if err := tx.Where("key = ?", key).Limit(1).Find(&blob).Error; err != nil || blob.Key == "" {
				return err
			}
			plain, older, err := r.open(string(blob.Data))
			switch {
			case errors.Is(err, ErrSealed):
				report.Left++
				return nil
			case err != nil || !older:
				return err
			}
			data := []byte(r.Seal(plain))
			sum := sha256.Sum256(data)
			report.Sealed++
			return tx.Model(&blob).Updates(map[string]any{"data": data, "size": len(data), "hash": hex.EncodeToString(sum[:])}).Error
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rotateSome goes over the next rows of a column after one, and returns how many there were and the last of them.
func (r *Records) rotateSome(tx *gorm.DB, c sealedColumn, after any, atOnce int, report *RotateReport) (n int, last any, err error) {
	find := tx.Table(c.table).Select(c.key+" AS id", c.column+" AS sealed").Where(c.column + " <> ''").Order(c.key).Limit(atOnce)
	if c.hash != "" {
		find = find.Select(c.key+" AS id", c.column+" AS sealed", "coalesce("+c.hash+", '') AS hash")
	}
	if after != nil {
		find = find.Where(c.key+" > ?", after)
	}
	var rows []map[string]any
	if err := find.Find(&rows).Error; err != nil {
		return 0, nil, err
	}
	sealed, left := 0, 0
	for _, row := range rows {
		last = row["id"]
		old := fmt.Sprint(row["sealed"])
		plain, older, err := r.open(old)
		if errors.Is(err, ErrSealed) {
			left++
			continue
		}
		if err != nil {
			return 0, nil, err
		}
		set := map[string]any{}
		if older {
			set[c.column] = r.Seal(plain)
		}
		if hash := r.PhoneHash(plain); c.hash != "" && row["hash"] != "" && row["hash"] != hash {
			set[c.hash] = hash
		}
		if len(set) == 0 {
			continue
		}
		changed := tx.Table(c.table).Where(c.key+" = ? AND "+c.column+" = ?", row["id"], old).Updates(set)
		if changed.Error != nil {
			return 0, nil, changed.Error
		}
		sealed += int(changed.RowsAffected)
	}
	report.Sealed += sealed
	report.Left += left
	return len(rows), last, nil
}
