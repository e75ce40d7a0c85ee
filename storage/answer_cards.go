package storage

import (
	"context"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// openedCode tells what the short code stands for that the asker typed last. Facts: kind; of a card who (the household's name in
// part) and group; of one that joins two chats who (the person's name in part) and channel. No facts: no code was typed lately.
func (r *Records) openedCode(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	var found []struct {
		Kind, Head, Area, Name, Channel string
	}
	err := r.db.WithContext(ctx).Raw(`SELECT o.kind, coalesce(h.head, '') AS head, coalesce(h.area, '') AS area, coalesce(p.name, '') AS name, coalesce(m.channel, '') AS channel
		FROM code_opens o JOIN contacts c ON c.key = o.contact
		LEFT JOIN cards d ON o.kind = ? AND d.id = o.ref LEFT JOIN households h ON h.id = d.household_id
		LEFT JOIN join_codes j ON o.kind = ? AND j.id = o.ref LEFT JOIN people p ON p.id = j.person_id LEFT JOIN contacts m ON m.key = j.contact
		WHERE c.person_id = ? AND (o.kind = ? AND o.at > ? OR o.kind = ? AND o.at > ?) ORDER BY o.at DESC LIMIT 1`,
		records.CodeKindCard, records.CodeKindJoin, actor.Person, records.CodeKindJoin, stamp(now).Add(-records.JoinCodeLife),
		records.CodeKindCard, stamp(now).Add(-records.CodeOpenLife)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return err
	}
	if found[0].Kind == records.CodeKindJoin {
		to.Facts = map[string]string{"kind": records.CodeKindJoin, "who": records.PartOfName(found[0].Name), "channel": channelName(found[0].Channel)}
		return nil
	}
	names, err := r.areaNames(ctx, []string{found[0].Area})
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"kind": found[0].Kind, "who": records.PartOfName(found[0].Head), "group": names[found[0].Area]}
	return nil
}

// householdMembers lists who is linked to a household, or with link (an id) that one only. Options: Key the link's id, Label the name
// where it is known, the day and the channel. Facts: household, name, count, and of one link its label.
func (r *Records) householdMembers(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	code, one := ask.Args["household"], ask.Args["link"]
	if one != "" {
		id, err := strconv.ParseInt(one, 10, 64)
		if err != nil {
			return errNotFound
		}
		var codes []string
		err = r.db.WithContext(ctx).Raw("SELECT h.code FROM household_links l JOIN households h ON h.id = l.household_id WHERE l.id = ? AND l.ended_at IS NULL", id).Scan(&codes).Error
		if err != nil {
			return err
		}
		if len(codes) == 0 {
			return errNotFound
		}
		code = codes[0]
	}
	home, err := r.household(ctx, actor, code)
	if err != nil {
		return err
	}
	if !records.Can(actor, records.LinkHouseholds, home.Path()) {
		return errDenied
	}
	var links []struct {
		ID        int64
		Name      string
		Channel   string
		CreatedAt time.Time
	}
	err = r.db.WithContext(ctx).Raw(`SELECT l.id, p.name, c.channel, l.created_at FROM household_links l JOIN people p ON p.id = l.person_id
		JOIN contacts c ON c.key = l.contact WHERE l.household_id = ? AND l.ended_at IS NULL ORDER BY l.id LIMIT ?`, home.ID, membersShown).Scan(&links).Error
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"household": home.Code, "name": home.Head, "count": strconv.Itoa(len(links))}
	for _, l := range links {
		label := l.CreatedAt.In(records.Local).Format("02/01/2006") + ", " + l.Channel
		if l.Name != "" {
			label = l.Name + ", " + label
		}
		o := dialog.Option{Key: strconv.FormatInt(l.ID, 10), Label: clipRunes(label, labelMaxRunes)}
		if o.Key == one {
			to.Facts["label"] = o.Label
		}
		if one == "" {
			to.Options = append(to.Options, o)
		}
	}
	return nil
}

// membersShown is how many people of a household are listed; few have more.
const membersShown = 20
