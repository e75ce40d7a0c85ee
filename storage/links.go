package storage

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// What can be wrong with a file link.
var (
	ErrNoLink    = errors.New("storage: no such link, or its time is over")
	ErrLinkUsed  = errors.New("storage: the link was opened before, or guessed at too often")
	ErrWrongCode = errors.New("storage: not the link's code")
)

// MakeFileLink keeps content behind a token of 128 random bits, to be opened with a code of six digits within
// records.FileLinkLife. Links that ended a day ago are taken away.
func (r *Records) MakeFileLink(ctx context.Context, content string) (token, code string, err error) {
	defer r.observe("make_file_link", time.Now(), &err)
	token, code = token128(), fmt.Sprintf("%06d", random64(1_000_000))
	now := r.instant()
	link := records.FileLink{
		TokenHash: r.keyed("file", token), CodeHash: r.keyed("file code", token+code), Content: r.Seal(content), ExpiresAt: now.Add(records.FileLinkLife),
	}
	return token, code, explain("make file link", r.change(ctx, func(db *gorm.DB) error {
		if err := db.Where("expires_at < ?", now.AddDate(0, 0, -1)).Delete(&records.FileLink{}).Error; err != nil {
			return err
		}
		return db.Create(&link).Error
	}))
}

// FileLink tells whether a link waits for its code: nil, ErrNoLink or ErrLinkUsed.
func (r *Records) FileLink(ctx context.Context, token string) (err error) {
	defer r.observe("file_link", time.Now(), &err)
	_, err = r.fileLink(ctx, token)
	return err
}

func (r *Records) fileLink(ctx context.Context, token string) (link records.FileLink, err error) {
	err = r.db.WithContext(ctx).Where("token_hash = ?", r.keyed("file", token)).Take(&link).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), err == nil && !r.instant().Before(link.ExpiresAt):
		return link, ErrNoLink
	case err != nil:
		return link, explain("file link", err)
	case link.OpenedAt != nil || link.Tries >= records.FileLinkTries:
		return link, ErrLinkUsed
	}
	return link, nil
}

// OpenFileLink opens a link with its code, once: pass is what the browser shows from then on. A wrong code gives ErrWrongCode
// and how many tries are left; after the last of them the link is as good as used.
func (r *Records) OpenFileLink(ctx context.Context, token, code string) (pass string, left int, err error) {
	defer r.observe("open_file_link", time.Now(), &err)
	if _, err := r.fileLink(ctx, token); err != nil {
		return "", 0, err
	}
	hash, codeHash := r.keyed("file", token), r.keyed("file code", token+code)
	pass = token128()
	opened := false
	err = explain("open file link", r.change(ctx, func(db *gorm.DB) error {
		still := func() *gorm.DB {
			return db.Model(&records.FileLink{}).Where("token_hash = ? AND opened_at IS NULL AND tries < ?", hash, records.FileLinkTries)
		}
		done := still().Where("code_hash = ?", codeHash).Updates(map[string]any{"opened_at": r.instant(), "pass_hash": r.keyed("file pass", pass)})
		if done.Error != nil || done.RowsAffected == 1 {
			opened = done.Error == nil
			return done.Error
		}
		return still().Where("code_hash <> ?", codeHash).Update("tries", gorm.Expr("tries + 1")).Error
	}))
	if err != nil || opened {
		return pass, 0, err
	}
	link, err := r.fileLink(ctx, token)
	if err != nil {
		return "", 0, err
	}
	return "", records.FileLinkTries - link.Tries, ErrWrongCode
}

// FileLinkContent is what the browser with that pass may have, until the link ends; else ErrNoLink.
func (r *Records) FileLinkContent(ctx context.Context, token, pass string) (content string, err error) {
	defer r.observe("file_link_content", time.Now(), &err)
	link, err := r.fileLink(ctx, token)
	if err != nil && !errors.Is(err, ErrLinkUsed) {
		return "", err
	}
	if pass == "" || link.OpenedAt == nil || link.PassHash != r.keyed("file pass", pass) {
		return "", ErrNoLink
	}
	return r.Open(link.Content)
}

// token128 is 128 random bits, as an address takes them.
func token128() string {
	random := make([]byte, 16)
	rand.Read(random)
	return base64.RawURLEncoding.EncodeToString(random)
}
