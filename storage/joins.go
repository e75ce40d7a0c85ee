package storage

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// personColumn is where rows say whose they are.
type personColumn struct {
	table, column string
	staff         bool // written only by who looks after households
}

// personColumns follow somebody who turns out to be another, and so do all other columns that refer to people: see ofPeople. The
// audit log is not among them: it tells what was so at the time.
var personColumns = []personColumn{
	{"contacts", "person_id", false},
	{"roles", "person_id", false},
	{"invites", "used_by", false},
	{"household_uses", "person_id", true},
	{"help_batches", "author_id", true},
	{"help", "author_id", true},
	{"help", "voided_by", true},
	{"tasks", "person_id", false},
	{"tasks", "taken_by", true},
	{"tasks", "done_by", true},
	{"ward_phones", "set_by", true},
	{"cards", "made_by", true},
	{"cards", "used_by", false},
	{"household_links", "person_id", false},
	{"household_links", "ended_by", false},
	{"consents", "person_id", false},
	{"consents", "entered_by", false},
	{"help_answers", "person_id", false},
	{"visits", "person_id", true},
	{"proposals", "person_id", true},
	{"proposals", "decided_by", true},
	{"needs", "person_id", false},
	{"needs", "answered_by", true},
	{"rises", "person_id", false},
	{"rise_checks", "person_id", false},
	{"offers", "person_id", false},
	{"offers", "matched_by", true},
	{"offers", "agreed_by", false},
	{"offer_checks", "person_id", false},
	{"pledges", "person_id", false},
	{"allocations", "made_by", true},
	{"allocations", "approved_by", true},
	{"allocations", "handed_by", true},
	{"allocations", "ended_by", true},
	{"journal", "person_id", true},
	{"receipts", "person_id", true},
	{"reminders", "person_id", false},
	{"job_changes", "changed_by", true},
	{"transfers", "decided_by", true},
	{"campaigns", "made_by", true},
	{"campaigns", "approved_by", true},
	{"topics_off", "person_id", false},
	{"broadcasts", "author_id", true},
	{"broadcasts", "approved_by", true},
	{"join_codes", "person_id", false},
	{"data_requests", "person_id", false},
	{"data_requests", "done_by", true},
	{"invites", "for_person", false},
	{"pins", "person_id", false},
	{"home_moves", "made_by", true},
	{"person_locks", "person_id", false},
	{"person_locks", "locked_by", true},
	{"person_locks", "unlocked_by", true},
	{"lock_reviews", "by", true},
	{"handovers", "person_id", true},
	{"handovers", "successor_id", true},
	{"handovers", "started_by", true},
	{"handover_answers", "person_id", true},
	{"people", "joined_to", false},
}

// makeJoinCode makes a code by which another chat becomes one of the person's. An older one that was not used is void.
func (a *applier) makeJoinCode(q Request) (*Outcome, error) {
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	if n, err := a.contactsCount(who.Person); err != nil || n >= records.JoinMost {
		return refuse(records.RefusedJoinMany), err
	}
	now := stamp(q.At)
	err = a.tx.Where("used_at IS NULL AND (person_id = ? OR expires_at < ?)", who.Person, now.AddDate(0, 0, -1)).Delete(&records.JoinCode{}).Error
	if err != nil {
		return nil, err
	}
	row := records.JoinCode{PersonID: who.Person, Contact: q.Contact, CreatedAt: now, ExpiresAt: now.Add(records.JoinCodeLife)}
	code := ""
	for row.ID == 0 { // a code that was drawn before, for a card too, is drawn again
		code = records.ShortCodeOf(random64(records.CodeSpace8))
		digits, _ := records.ParseShortCode(code)
		var cards int64
		if err := a.tx.Model(&records.Card{}).Where("code_hash = ?", a.r.keyed("card", digits)).Count(&cards).Error; err != nil {
			return nil, err
		}
		if cards > 0 {
			continue
		}
		row.CodeHash = a.r.keyed("join", digits)
		if err := a.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "code_hash"}}, DoNothing: true}).Create(&row).Error; err != nil {
			return nil, err
		}
	}
	a.audit(q, who.Person, "person "+strconv.FormatInt(who.Person, 10), "", "")
	return &Outcome{Args: map[string]string{"code": code}}, nil
}

func (a *applier) contactsCount(people ...int64) (n int64, err error) {
	return n, a.tx.Model(&records.Contact{}).Where("person_id IN ?", people).Count(&n).Error
}

// joinCode is the one code that a condition finds, if a contact of person may use it.
func (a *applier) joinCode(q Request, person int64, where string, arg any) (code records.JoinCode, refused string, err error) {
	var codes []records.JoinCode
	if err := a.forChange().Where(where, arg).Limit(1).Find(&codes).Error; err != nil {
		return code, "", err
	}
	if len(codes) == 0 {
		return code, records.RefusedInviteUnknown, nil
	}
	code = codes[0]
	switch {
	case code.Contact == q.Contact:
		return code, records.RefusedJoinHere, nil
	case code.PersonID == person:
		return code, records.RefusedJoined, nil
	case code.UsedAt != nil:
		return code, records.RefusedInviteUsed, nil
	case !q.At.Before(code.ExpiresAt):
		return code, records.RefusedInviteExpired, nil
	}
	var maker int64 // the chat may have been taken away since, or its person locked
	err = a.tx.Raw(`SELECT count(*) FROM contacts c JOIN people p ON p.id = c.person_id
		WHERE c.key = ? AND p.id = ? AND c.cut_at IS NULL AND p.locked_at IS NULL`, code.Contact, code.PersonID).Scan(&maker).Error
	if err != nil || maker == 0 {
		return code, records.RefusedInviteUnknown, err
	}
	n, err := a.contactsCount(code.PersonID, person)
	if err == nil && n > records.JoinMost {
		refused = records.RefusedJoinMany
	}
	return code, refused, err
}

// openJoinCode looks up a short code that no card has, and remembers it for the contact that typed it.
func (a *applier) openJoinCode(q Request, who *actor, digits string) (*Outcome, error) {
	code, refused, err := a.joinCode(q, who.Person, "code_hash = ?", a.r.keyed("join", digits))
	switch refused {
	case "":
	case records.RefusedInviteUnknown, records.RefusedInviteUsed, records.RefusedInviteExpired:
		if err != nil {
			return nil, err
		}
		return a.wrongCode(q, refused)
	default:
		return refuse(refused), err
	}
	if err != nil {
		return nil, err
	}
	var maker struct{ Name, Channel string }
	err = a.tx.Raw("SELECT p.name, c.channel FROM people p JOIN contacts c ON c.person_id = p.id WHERE c.key = ?", code.Contact).Scan(&maker).Error
	if err != nil {
		return nil, err
	}
	opened := records.CodeOpen{Contact: q.Contact, Kind: records.CodeKindJoin, Ref: code.ID, At: stamp(q.At)}
	err = a.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "contact"}}, UpdateAll: true}).Create(&opened).Error
	return &Outcome{Args: map[string]string{
		"kind": opened.Kind, "who": records.PartOfName(maker.Name), "group": "", "channel": channelName(maker.Channel),
	}}, err
}

// joinContact makes the contact another one of the person whose code it opened, with all that its own person had. The chat in which the
// code was made is told, whatever was used last.
func (a *applier) joinContact(q Request) (*Outcome, error) {
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	var opened []records.CodeOpen
	err = a.tx.Where("contact = ? AND kind = ? AND at > ?", q.Contact, records.CodeKindJoin, stamp(q.At).Add(-records.JoinCodeLife)).Limit(1).Find(&opened).Error
	if err != nil {
		return nil, err
	}
	if len(opened) == 0 {
		return refuse(records.RefusedNoCard), nil
	}
	code, refused, err := a.joinCode(q, who.Person, "id = ?", opened[0].Ref)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	other, err := a.actor(code.Contact)
	if err != nil || other == nil {
		return refuse(records.RefusedInviteUnknown), err
	}
	if manyHomes(records.Actor{Grants: slices.Concat(other.Grants, who.Grants)}) {
		return refuse(records.RefusedJoinHomes), nil
	}
	if err := a.tx.Where("contact = ?", q.Contact).Delete(&records.CodeOpen{}).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Model(&code).Update("used_at", stamp(q.At)).Error; err != nil {
		return nil, err
	}
	if err := a.becomes(q, who.Person, code.PersonID); err != nil {
		return nil, err
	}
	a.audit(q, code.PersonID, "person "+strconv.FormatInt(code.PersonID, 10), "", "person "+strconv.FormatInt(who.Person, 10))
	var channels []string
	if err := a.tx.Model(&records.Contact{}).Where("key = ?", code.Contact).Pluck("channel", &channels).Error; err != nil {
		return nil, err
	}
	var mine []string
	if err := a.tx.Model(&records.Contact{}).Where("key = ?", q.Contact).Pluck("channel", &mine).Error; err != nil {
		return nil, err
	}
	told := dialog.Say{Lines: []dialog.Line{{Key: "notice.joined", Args: map[string]string{"channel": channelName(append(mine, "")[0])}}}}
	return &Outcome{Args: map[string]string{"channel": channelName(append(channels, "")[0])}}, a.tellHere(code.Contact, "join "+strconv.FormatInt(code.ID, 10), told)
}

// manyHomes reports somebody who looks after a group in which they would have several households: one alone can be their own.
func manyHomes(who records.Actor) bool {
	homes := ownHomes(who)
	slices.Sort(homes)
	homes = slices.Compact(homes)
	helped := 0
	for _, path := range homes {
		if len(homes) > 1 && records.Can(who, records.LinkHouseholds, path) {
			helped++
		}
	}
	return helped > 1
}

// becomes gives all that is one person's to another: gone turned out to be kept. What both have is kept once.
func (a *applier) becomes(q Request, gone, kept int64) error {
	now := stamp(q.At)
	var staff int64
	if err := a.tx.Model(&records.Role{}).Where("person_id = ? AND name IN ?", gone, staffRoles).Count(&staff).Error; err != nil {
		return err
	}
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE roles SET suspended_at = ? WHERE person_id = ? AND valid_to IS NULL AND suspended_at IS NULL AND EXISTS (SELECT 1 FROM roles g
			WHERE g.person_id = ? AND g.name = roles.name AND g.area = roles.area AND g.valid_to IS NULL AND g.suspended_at IS NOT NULL)`, []any{now, kept, gone}},
		{`UPDATE roles SET valid_to = ? WHERE person_id = ? AND valid_to IS NULL AND EXISTS (SELECT 1 FROM roles k
			WHERE k.person_id = ? AND k.name = roles.name AND k.area = roles.area AND k.valid_to IS NULL)`, []any{now, gone, kept}},
		{`UPDATE household_links SET ended_at = ?, ended_by = ? WHERE person_id = ? AND ended_at IS NULL AND EXISTS (SELECT 1 FROM household_links k
			WHERE k.person_id = ? AND k.household_id = household_links.household_id AND k.ended_at IS NULL)`, []any{now, kept, gone, kept}},
		{`DELETE FROM household_uses WHERE person_id = ? AND household_id IN (SELECT k.household_id FROM household_uses k WHERE k.person_id = ?)`, []any{gone, kept}},
		{`UPDATE invites SET created_by = ? WHERE created_by = ?`, []any{records.InvitedBy(kept), records.InvitedBy(gone)}},
		{`UPDATE campaigns SET state = CASE WHEN state = 'closed' THEN state ELSE 'proposed' END, approved_by = NULL, approved_at = NULL
			WHERE made_by IN (?, ?) AND approved_by IN (?, ?)`, []any{gone, kept, gone, kept}}, // both of its two people are one
		{`DELETE FROM join_codes WHERE person_id = ? AND used_at IS NULL`, []any{gone}},
		{`DELETE FROM pins WHERE person_id = ? AND EXISTS (SELECT 1 FROM pins k WHERE k.person_id = ?)`, []any{gone, kept}},
	} {
		if err := a.tx.Exec(s.sql, s.args...).Error; err != nil {
			return err
		}
	}
	columns, err := ofPeople(a.tx, a.r.pg)
	if err != nil {
		return err
	}
	for _, c := range columns {
		if c.staff && staff == 0 {
			continue
		}
		if err := a.tx.Table(c.table).Where(c.column+" = ?", gone).Update(c.column, kept).Error; err != nil {
			return err
		}
	}
	if err := a.sameSelf(gone, kept, now); err != nil {
		return err
	}
	if err := a.flagHomes(kept); err != nil {
		return err
	}
	a.actors = map[string]*actor{} // several have other roles now
	return a.tellOnce(kept)
}

// ofPeople are personColumns and all columns that refer to people by a foreign key.
func ofPeople(tx *gorm.DB, pg bool) ([]personColumn, error) {
	find := `SELECT t.name, f."from" FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND f."table" = 'people' ORDER BY 1, 2`
	if pg {
		find = `SELECT c.conrelid::regclass::text, a.attname::text FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
			WHERE c.contype = 'f' AND c.confrelid = 'people'::regclass ORDER BY 1, 2`
	}
	rows, err := tx.Raw(find).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := slices.Clone(personColumns)
	for rows.Next() {
		var c personColumn
		if err := rows.Scan(&c.table, &c.column); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(k personColumn) bool { return k.table == c.table && k.column == c.column }) {
			all = append(all, c)
		}
	}
	return all, rows.Err()
}

// sameSelf keeps what somebody said of themselves, where the other said nothing.
func (a *applier) sameSelf(gone, kept int64, now time.Time) error {
	var both []records.Person
	if err := a.tx.Where("id IN ?", []int64{gone, kept}).Find(&both).Error; err != nil {
		return err
	}
	if len(both) != 2 {
		return gorm.ErrRecordNotFound
	}
	if both[0].ID != gone {
		both[0], both[1] = both[1], both[0]
	}
	old, set := both[0], map[string]any{"updated_at": now}
	for _, p := range []struct{ column, mine, theirs string }{
		{"name", both[1].Name, old.Name}, {"address", both[1].Address, old.Address}, {"lang", both[1].Lang, old.Lang}, {"phone", both[1].Phone, old.Phone},
	} {
		if p.mine == "" && p.theirs != "" {
			set[p.column] = p.theirs
		}
	}
	if set["phone"] != nil {
		set["phone_hash"] = old.PhoneHash
	}
	if err := a.tx.Model(&records.Person{ID: kept}).Updates(set).Error; err != nil {
		return err
	}
	return a.tx.Model(&records.Person{ID: gone}).Updates(map[string]any{
		"name": "", "phone": "", "phone_hash": nil, "joined_to": kept, "joined_at": now, "updated_at": now,
	}).Error
}

// flagHomes notes what is to be looked at of a person's households now: that they look after its group too, that they belong to several.
// What they said of help in groups they look after was said by a helper.
func (a *applier) flagHomes(person int64) error {
	who := records.Actor{Person: person}
	if err := a.tx.Model(&records.Role{}).Select("name AS role", "area").Where("person_id = ? AND valid_to IS NULL", person).Order("id").Find(&who.Grants).Error; err != nil {
		return err
	}
	if scope := records.Scope(who, records.LogTheHelp); len(scope) > 0 {
		where, args := within("area", scope)
		err := a.tx.Model(&records.HelpAnswer{}).Where("person_id = ? AND superseded_at IS NULL", person).
			Where("household_id IN (SELECT id FROM households WHERE "+where+")", args...).Update("helper", true).Error
		if err != nil {
			return err
		}
	}
	type membership struct {
		ID              int64
		Helper, Several bool
		Code, Area      string
	}
	var links []membership
	err := a.tx.Raw(`SELECT l.id, l.helper, l.several, h.code, h.area FROM household_links l JOIN households h ON h.id = l.household_id
		WHERE l.person_id = ? AND l.ended_at IS NULL ORDER BY l.id`, person).Scan(&links).Error
	if err != nil {
		return err
	}
	flagged := slices.ContainsFunc(links, func(l membership) bool { return l.Several })
	for i, l := range links {
		helper := l.Helper || records.Can(who, records.LinkHouseholds, records.Join(l.Area, l.Code))
		several := l.Several || i > 0
		if helper == l.Helper && several == l.Several {
			continue
		}
		if err := a.tx.Model(&records.HouseholdLink{ID: l.ID}).Updates(map[string]any{"helper": helper, "several": several}).Error; err != nil {
			return err
		}
		if several && !flagged {
			a.rows.tasks = append(a.rows.tasks, records.Task{
				Reason: records.TaskSeveral, Area: records.Parent(l.Area), PersonID: &person, Ref: l.Code, Status: records.TaskOpen, CreatedAt: a.now,
			})
		}
	}
	return nil
}

// tellOnce cancels what waits to be told to a person twice, as two of their chats were those of two people.
func (a *applier) tellOnce(person int64) error {
	return a.tx.Exec(`UPDATE messages SET status = ?, done_at = ? WHERE status = ? AND NOT here AND contact IN (SELECT key FROM contacts WHERE person_id = ?)
		AND EXISTS (SELECT 1 FROM contacts c JOIN messages m ON m.dedupe = replace(messages.dedupe, messages.contact, c.key)
			WHERE c.person_id = ? AND c.key <> messages.contact AND m.id < messages.id)`,
		records.MessageCancelled, a.now, records.MessageWaiting, person, person).Error
}

// partContact takes another chat away from a person: whoever writes there is somebody new. What waits to be told there is told to the
// person elsewhere. That chat is told, and what was open in it is dropped.
func (a *applier) partContact(q Request) (*Outcome, error) {
	var command records.PartContact
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	key := fold.Clean(command.Contact)
	var found []records.Contact
	if err := a.tx.Where("key = ? AND person_id = ? AND key <> ?", key, who.Person, q.Contact).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return refuse(records.RefusedNotFound), nil
	}
	var lang []string
	if err := a.tx.Model(&records.Person{}).Where("id = ?", who.Person).Pluck("lang", &lang).Error; err != nil {
		return nil, err
	}
	fresh := records.Person{Lang: append(lang, "")[0], CreatedAt: a.now, UpdatedAt: a.now}
	if err := a.tx.Create(&fresh).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Model(&records.Contact{Key: key}).Update("person_id", fresh.ID).Error; err != nil {
		return nil, err
	}
	for _, gone := range []any{&records.CodeOpen{}, &records.JoinCode{}} {
		if err := a.tx.Where("contact = ?", key).Delete(gone).Error; err != nil {
			return nil, err
		}
	}
	err = a.tx.Model(&records.Message{}).Where("contact = ? AND status IN ?", key, []string{records.MessageWaiting, records.MessageHanded}).
		Updates(map[string]any{
			"contact": q.Contact, "status": records.MessageWaiting, "put_off": gorm.Expr("put_off + 1"), "attempts": 0, "owner": "", "lease_until": nil,
		}).Error
	if err != nil {
		return nil, err
	}
	if err := a.tx.Model(&records.Message{}).Where("contact = ?", key).Update("contact", q.Contact).Error; err != nil { // what came of it is told here
		return nil, err
	}
	delete(a.actors, key)
	a.audit(q, who.Person, "person "+strconv.FormatInt(who.Person, 10), "", "person "+strconv.FormatInt(fresh.ID, 10))
	told := dialog.Say{Lines: []dialog.Line{{Key: "notice.parted"}}, Fresh: true}
	return &Outcome{Args: map[string]string{"channel": channelName(found[0].Channel)}}, a.tellHere(key, "part "+strconv.FormatInt(fresh.ID, 10), told)
}

// tellHere puts a notice aside for just this chat, whatever others its person has: by night, too, and in the middle of a form, as
// somebody may have to undo what it tells.
func (a *applier) tellHere(contact, cause string, say dialog.Say) error {
	say.Urgent = true
	text, err := json.Marshal(say)
	a.rows.messages = append(a.rows.messages, records.Message{
		Dedupe: cause + " " + contact, Contact: contact, Say: string(text), Urgent: true, Here: true, Status: records.MessageWaiting, DueAt: a.now, CreatedAt: a.now,
	})
	return err
}

// contactsOfMine tells of the asker's chats, the one used last first. Facts: count of the others, and of the one that is asked for its
// channel and day. Lines contact.mine.line with args n, channel, on. Options are the others: Key, Label "Zalo, 12/11/2026".
func (r *Records) contactsOfMine(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	var all []records.Contact
	err := r.db.WithContext(ctx).Where("person_id = ?", actor.Person).Order("seen_at DESC, key DESC").Find(&all).Error
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"count": strconv.Itoa(max(0, len(all)-1)), "more": ""}
	if len(all) < records.JoinMost {
		to.Facts["more"] = "1"
	}
	one := fold.Clean(ask.Args["contact"])
	for i, c := range all {
		on := c.SeenAt.In(records.Local)
		if one == "" {
			to.Lines = append(to.Lines, dialog.Line{Key: "contact.mine.line", Args: map[string]string{
				"n": strconv.Itoa(i + 1), "channel": channelName(c.Channel), "on": records.FormatDay(records.DayOf(c.SeenAt)),
			}})
		}
		if i == 0 || one != "" && one != c.Key {
			continue
		}
		label := channelName(c.Channel) + ", " + on.Format("02/01/2006")
		if one != "" {
			to.Facts["label"] = label
			continue
		}
		to.Options = append(to.Options, dialog.Option{Key: c.Key, Label: label})
	}
	return nil
}

// channelName is a channel as people write it.
func channelName(channel string) string {
	for i, r := range channel {
		return string(unicode.ToUpper(r)) + strings.TrimPrefix(channel[i:], string(r))
	}
	return ""
}
