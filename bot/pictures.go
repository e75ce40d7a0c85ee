package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"chungtay/bot/paper"
	"chungtay/bot/web"
	"chungtay/flows/dialog"
	"chungtay/storage"
)

const (
	pictureLife = 10 * time.Minute // of an address that shows a picture
	linkWorth   = 8 * time.Minute  // a link that waited longer to be sent is made anew
)

// picture is what an address under /p/ shows, all of it within the address: nothing is kept of it.
type picture struct {
	Blob  string          `json:"b,omitempty"`
	Draw  *dialog.Drawing `json:"d,omitempty"`
	Until int64           `json:"u"` // Unix seconds
}

// attach gets what goes with a Say into the form that a channel takes. What cannot be had is left out, with an alert and,
// where it was the point, with a line that says so; an error means that it may be had later.
func (a *App) attach(ctx context.Context, l *lane, e *entry, caps Caps, say dialog.Say) (Attached, error) {
	e.good = time.Time{}
	with, err := a.attachPicture(ctx, l, e, caps, say)
	if err != nil {
		return Attached{}, err
	}
	if say.File != "" {
		if err := a.attachFile(ctx, l, e, caps, say, &with); err != nil {
			return Attached{}, err
		}
	}
	if say.Want != "" && !caps.Receive {
		addr, err := a.open(l)
		if err != nil {
			return with, nil
		}
		lines, err := a.fileLink(ctx, parcel{Want: say.Want, Contact: l.contact, Address: Address(addr.channel, addr.chat)}, keyUploadLink, keyNoUploads)
		if err != nil {
			return Attached{}, err
		}
		with.Lines = append(with.Lines, lines...)
		e.good = a.o.Now().Add(linkGood)
	}
	return with, nil
}

// attachFile gets the file that goes with a Say, or the page where it can be had.
func (a *App) attachFile(ctx context.Context, l *lane, e *entry, caps Caps, say dialog.Say, with *Attached) error {
	if !caps.Document {
		lines, err := a.fileLink(ctx, parcel{Blob: say.File, Print: say.Print, Name: say.FileName}, keyFileLink, keyNoFiles)
		with.Lines = append(with.Lines, lines...)
		e.good = a.o.Now().Add(linkGood)
		return err
	}
	data, mime, err := a.file(ctx, say.File, say.Print)
	if noPicture(err) {
		a.alert("file", "contact", l.contact, "entry", e.id)
		with.Lines = append(with.Lines, dialog.Line{Key: keyNoFiles})
		return nil
	}
	with.File, with.FileName, with.FileMime = data, say.FileName, mime
	return err
}

// attachPicture gets the picture that goes with a Say.
func (a *App) attachPicture(ctx context.Context, l *lane, e *entry, caps Caps, say dialog.Say) (Attached, error) {
	if say.Photo == "" && say.Draw == nil {
		return Attached{}, nil
	}
	var missing Attached
	if say.Draw != nil || len(say.Lines) == 0 {
		missing.Lines = []dialog.Line{{Key: keyNoPicture}}
	}
	switch p := (picture{Blob: say.Photo, Draw: say.Draw}); {
	case !caps.Photo:
		return missing, nil
	case caps.PhotoLink:
		if a.o.PublicURL == "" {
			return missing, nil
		}
		if say.Private {
			lines, err := a.fileLink(ctx, parcel{Blob: say.Photo, Draw: say.Draw}, keyFileLink, keyNoFiles)
			e.good = a.o.Now().Add(linkGood)
			return Attached{Lines: lines}, err
		}
		e.good = a.o.Now().Add(linkWorth)
		return Attached{PhotoURL: a.pictureURL(p)}, nil
	default:
		data, mime, err := a.show(ctx, p)
		if noPicture(err) {
			a.alert("picture", "contact", l.contact, "entry", e.id)
			return missing, nil
		}
		return Attached{Photo: data, Mime: mime}, err
	}
}

// pictureURL is an address that shows a picture for the next minutes.
func (a *App) pictureURL(p picture) string {
	p.Until = a.o.Now().Add(pictureLife).Unix()
	if p.Blob != "" {
		p.Draw = nil
	}
	b, err := json.Marshal(p)
	if err != nil {
		return ""
	}
	return a.o.PublicURL + "/p/" + a.records.SealLink(string(b))
}

// picture is what a token of pictureURL shows; web.ErrNone when its time is over, or it is no such token.
func (a *App) picture(ctx context.Context, token string) ([]byte, error) {
	plain, err := a.records.OpenLink(token)
	if err != nil {
		return nil, web.ErrNone
	}
	var p picture
	if err := json.Unmarshal([]byte(plain), &p); err != nil || a.o.Now().Unix() >= p.Until {
		return nil, web.ErrNone
	}
	data, _, err := a.show(ctx, p)
	if noPicture(err) {
		return nil, web.ErrNone
	}
	return data, err
}

// file reads a file, or draws the paper on which stands what it keeps.
func (a *App) file(ctx context.Context, blob string, print *dialog.Drawing) (data []byte, mime string, err error) {
	data, mime, err = a.records.Blob(ctx, blob)
	if err != nil || print == nil {
		return data, mime, err
	}
	plain, err := a.records.Open(string(data))
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", paper.ErrDrawing, err)
	}
	return paper.Print(print.Kind, print.Args, []byte(plain))
}

// show reads a picture, or draws it.
func (a *App) show(ctx context.Context, p picture) (data []byte, mime string, err error) {
	switch {
	case p.Blob != "":
		return a.records.Blob(ctx, p.Blob)
	case p.Draw != nil:
		return paper.Draw(p.Draw.Kind, p.Draw.Args)
	}
	return nil, "", storage.ErrNoBlob
}

// noPicture reports that there is nothing to show, now or later.
func noPicture(err error) bool {
	return errors.Is(err, storage.ErrNoBlob) || errors.Is(err, paper.ErrDrawing)
}
