package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// ErrNoBlob: nothing is kept under that key.
var ErrNoBlob = errors.New("storage: no such blob")

// PutBlob keeps bytes under a key. A key that is taken keeps its bytes: storing a file again is harmless.
func (r *Records) PutBlob(ctx context.Context, key, mime string, data []byte) (err error) {
	defer r.observe("put_blob", time.Now(), &err)
	return explain("put blob", r.change(ctx, func(db *gorm.DB) error { return r.putBlob(db, key, mime, data) }))
}

func (r *Records) putBlob(db *gorm.DB, key, mime string, data []byte) error {
	sum := sha256.Sum256(data)
	kind := "document"
	if strings.HasPrefix(mime, "image/") {
		kind = "photo"
	}
	if data == nil {
		data = []byte{}
	}
	blob := records.Blob{Key: key, Kind: kind, Mime: fold.Clean(mime), Size: int64(len(data)), Hash: hex.EncodeToString(sum[:]), Data: data, CreatedAt: r.instant()}
	return db.Clauses(clause.OnConflict{DoNothing: true}).Create(&blob).Error
}

// putOut keeps a file that a command made for who gave it, and returns its key: the same for the same command.
func (a *applier) putOut(q Request, kind, mime string, data []byte) (key string, err error) {
	key = "out/" + a.r.keyed(kind, q.Contact+" "+q.Form+" "+strconv.Itoa(q.N))
	return key, a.r.putBlob(a.tx, key, mime, data)
}

// Blob brings back what PutBlob kept, or ErrNoBlob.
func (r *Records) Blob(ctx context.Context, key string) (data []byte, mime string, err error) {
	defer r.observe("blob", time.Now(), &err)
	var blob records.Blob
	err = r.db.WithContext(ctx).Where("key = ?", key).Take(&blob).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, "", ErrNoBlob
	}
	return blob.Data, blob.Mime, explain("blob", err)
}
