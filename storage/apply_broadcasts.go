package storage

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// makeBroadcast keeps a draft. The same text to the same people within a day is the broadcast that is there.
func (a *applier) makeBroadcast(q Request) (*Outcome, error) {
	var m records.MakeBroadcast
	if err := json.Unmarshal(q.Data, &m); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	m.Text, m.FileName = fold.Clean(m.Text), fold.Clean(m.FileName)
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	scope := records.Scope(who.Actor, records.SendBroadcasts)
	if len(scope) == 0 {
		return refuse(records.RefusedDenied), nil
	}
	if why := m.Check(); why != "" {
		return refuse(why), nil
	}
	if len(m.Areas) == 0 {
		m.Areas = scope
	}
	for _, area := range m.Areas {
		if !records.Can(who.Actor, records.SendBroadcasts, area) {
			return refuse(records.RefusedDenied), nil
		}
	}
	b := records.Broadcast{
		AuthorID: who.Person, Contact: q.Contact, Area: writesFor(scope, m.Areas[0]), Text: m.Text, Photo: m.Photo, File: m.File, FileName: m.FileName, Who: m.Who,
		Areas: strings.Join(m.Areas, " "), Status: records.BroadcastDraft, CreatedAt: stamp(q.At),
	}
	if m.Campaign != 0 {
		if refused, err := a.campaignIn(m.Campaign, m.Areas); err != nil || refused != "" {
			return refuse(refused), err
		}
		b.CampaignID = &m.Campaign
	}
	if b.Signed, err = a.areaName(b.Area); err != nil {
		return nil, err
	}
	b.Hash = broadcastHash(b)
	var same []records.Broadcast
	err = a.tx.Where("hash = ? AND created_at > ? AND status NOT IN ?", b.Hash, stamp(q.At.Add(-records.SameBroadcast)),
		[]string{records.BroadcastEnding, records.BroadcastCancelled}).Order("id DESC").Limit(1).Find(&same).Error
	if err != nil {
		return nil, err
	}
	if len(same) > 0 {
		return &Outcome{Args: map[string]string{"code": strconv.FormatInt(same[0].ID, 10), "status": same[0].Status}}, nil
	}
	if err := a.tx.Create(&b).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, broadcastRef(b.ID), b.Area, b.Who)
	return &Outcome{Args: map[string]string{"code": strconv.FormatInt(b.ID, 10), "status": b.Status}}, nil
}

// writesFor is the area of the scope in whose name somebody writes to an area.
func writesFor(scope []string, area string) string {
	for _, s := range scope {
		if records.Within(area, s) {
			return s
		}
	}
	return scope[0]
}

// campaignIn refuses a campaign that is not of one of areas, of their wards, or of the city above them.
func (a *applier) campaignIn(id int64, areas []string) (refused string, err error) {
	var of []string
	if err := a.tx.Model(&records.Campaign{}).Where("id = ?", id).Pluck("area", &of).Error; err != nil {
		return "", err
	}
	if len(of) == 0 || !slices.ContainsFunc(areas, func(area string) bool { return records.Within(of[0], area) || records.Within(area, of[0]) }) {
		return records.RefusedNotFound, nil
	}
	return "", nil
}

func broadcastRef(id int64) string { return "broadcast " + strconv.FormatInt(id, 10) }

// broadcastHash is of what is sent by whom to whom.
func broadcastHash(b records.Broadcast) string {
	campaign := ""
	if b.CampaignID != nil {
		campaign = strconv.FormatInt(*b.CampaignID, 10)
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{strconv.FormatInt(b.AuthorID, 10), b.Text, b.Photo, b.File, b.Who, b.Areas, campaign}, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// broadcastFor is a broadcast that who asks may send: all of its areas are within their rights. Another is not found.
func (a *applier) broadcastFor(q Request, id int64) (who *actor, b records.Broadcast, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, b, records.RefusedDenied, err
	}
	var found []records.Broadcast
	if err := a.forChange().Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, b, "", err
	}
	if len(found) == 0 || !mayBroadcast(who.Actor, found[0]) {
		return nil, b, records.RefusedBroadcastGone, nil
	}
	return who, found[0], "", nil
}

// mayBroadcast reports whether somebody may send a broadcast, or agree to it.
func mayBroadcast(who records.Actor, b records.Broadcast) bool {
	for _, area := range b.InAreas() {
		if !records.Can(who, records.SendBroadcasts, area) {
			return false
		}
	}
	return b.Areas != ""
}

// tryBroadcast says a broadcast in the chats of who asks, each as often as they ask.
func (a *applier) tryBroadcast(q Request) (*Outcome, error) {
	var command records.TryBroadcast
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, b, refused, err := a.broadcastFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	var contacts []string
	if err := a.tx.Raw("SELECT key FROM contacts WHERE person_id = ? AND NOT blocked AND cut_at IS NULL ORDER BY key", who.Person).Scan(&contacts).Error; err != nil {
		return nil, err
	}
	say, err := json.Marshal(broadcastSay(b))
	if err != nil {
		return nil, err
	}
	for _, contact := range contacts {
		a.rows.messages = append(a.rows.messages, records.Message{
			Dedupe: "try " + q.Form + " " + strconv.Itoa(q.N) + " " + contact, Contact: contact, Say: string(say), Ref: broadcastRef(b.ID), Here: true,
			Status: records.MessageWaiting, DueAt: a.now, CreatedAt: a.now,
		})
	}
	return &Outcome{Args: map[string]string{"code": strconv.FormatInt(b.ID, 10), "status": b.Status}}, nil
}

// broadcastSay is what everybody is told.
func broadcastSay(b records.Broadcast) dialog.Say {
	return dialog.Say{
		Lines: []dialog.Line{{Key: "notice.broadcast", Args: map[string]string{"text": b.Text, "from": b.Signed}}},
		Photo: b.Photo, File: b.File, FileName: b.FileName, Bulk: true, Rich: true,
		Loose: true, Menu: []dialog.Option{
			{Key: "reply", Label: "notice.broadcast.answer", Do: "/nhanlai " + strconv.FormatInt(b.ID, 10)},
			{Key: "topics", Label: "notice.broadcast.topics", Do: "/nhantin"},
		},
	}
}

// broadcastAgain gives another turn to the rows of a broadcast that failed, but for those of people who do not want it or can have none, and
// to those of which it is not known whether they arrived. They come as other events.
func (a *applier) broadcastAgain(b records.Broadcast) (n int64, err error) {
	done := a.tx.Model(&records.Message{}).Where("broadcast_id = ? AND (status = ? OR status = ? AND reason NOT IN ?)", b.ID, records.MessageDoubt, records.MessageFailed,
		[]string{records.NotToldGone, records.NotToldOff, records.NotToldQuiet, records.NotToldMany}).
		Updates(map[string]any{"status": records.MessageQueued, "reason": "", "put_off": gorm.Expr("put_off + 1"), "attempts": 0, "done_at": nil})
	return done.RowsAffected, done.Error
}

// replyBroadcast tells who wrote a broadcast what somebody answers, and makes it a task of its area.
func (a *applier) replyBroadcast(q Request) (*Outcome, error) {
	var command records.ReplyBroadcast
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	words := clipRunes(fold.Clean(command.Words), records.MaxNote)
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	var found []records.Broadcast
	err = a.tx.Where("id = ? OR ? = 0", command.ID, command.ID).Where(`EXISTS (SELECT 1 FROM messages m JOIN contacts c ON c.key = m.contact WHERE m.broadcast_id = broadcasts.id AND c.person_id = ?
		AND m.status IN ?)`, who.Person, []string{records.MessageHanded, records.MessageSent, records.MessageDoubt}).Order("id DESC").Limit(1).Find(&found).Error
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return refuse(records.RefusedNotTold), nil
	case words == "":
		return refuse(records.RefusedInvalid), nil
	}
	b := found[0]
	old, err := a.openedBefore(q, records.OpenTask{Reason: records.TaskReply})
	if err != nil {
		return nil, err
	}
	if len(old) >= records.TasksADay {
		return refuse(records.RefusedTasks), nil
	}
	task := records.Task{
		Reason: records.TaskReply, Area: b.Area, Contact: q.Contact, PersonID: &who.Person, Ref: broadcastRef(b.ID), Words: words, Status: records.TaskOpen, CreatedAt: stamp(q.At),
	}
	if err := a.tx.Create(&task).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(task.ID, 10)
	a.audit(q, who.Person, "task "+id, task.Area, task.Reason)
	line := dialog.Line{Key: "notice.broadcast.reply", Args: map[string]string{"broadcast": strconv.FormatInt(b.ID, 10), "words": words}}
	return &Outcome{Args: map[string]string{"from": b.Signed}}, a.tellPerson(b.AuthorID, "reply "+id, line, seeButton("/viec "+id))
}

// sendBroadcast has a draft sent, or asks a second officer where one must agree. A storm warning goes first, and they are asked to look it
// over after.
func (a *applier) sendBroadcast(q Request) (*Outcome, error) {
	var command records.SendBroadcast
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, b, refused, err := a.broadcastFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if b.Status != records.BroadcastDraft {
		return refuse(records.RefusedBroadcastGone), nil
	}
	due := a.now
	if command.At != "" {
		at, err := time.Parse(time.RFC3339, command.At)
		if err != nil {
			return refuse(records.RefusedInvalid), nil
		}
		if at.Before(a.now) {
			return refuse(records.RefusedBroadcastPast), nil
		}
		due = stamp(at)
	}
	b.Storm = command.Storm
	n, err := reachOf(b).count(a.tx, a.now, a.r.bulkAWeek)
	if err != nil {
		return nil, err
	}
	if n.told == 0 {
		return refuse(records.RefusedNobody), nil
	}
	args := map[string]string{"code": strconv.FormatInt(b.ID, 10), "count": strconv.Itoa(n.told), "status": records.BroadcastReady, "told": "", "city": ""}
	set := map[string]any{"status": records.BroadcastReady, "storm": b.Storm, "people": n.told, "due_at": due, "asked_at": nil}
	if records.NeedsSecond(n.told, b.InAreas()) {
		b.People = n.told
		told, city, err := a.askSecond(q, b)
		if err != nil {
			return nil, err
		}
		args["told"] = strconv.Itoa(told)
		if city {
			args["city"] = "1"
		}
		set["asked_at"] = a.now
		if !b.Storm {
			set["status"], args["status"] = records.BroadcastAsked, records.BroadcastAsked
		}
	}
	if err := a.tx.Model(&b).Updates(set).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, broadcastRef(b.ID), b.Area, args["status"])
	return &Outcome{Args: args}, nil
}

// askSecond tells those who may agree to a broadcast: others of its ward or city, and where there is nobody, or for after CampaignWait, those
// of the city above.
func (a *applier) askSecond(q Request, b records.Broadcast) (told int, city bool, err error) {
	line := dialog.Line{Key: "notice.broadcast.second", Args: map[string]string{"from": b.Signed, "count": strconv.Itoa(b.People), "storm": urgentArg(b.Storm)}}
	see := seeButton("/cacthongbao " + strconv.FormatInt(b.ID, 10))
	due := a.now
	for _, level := range []string{b.Area, records.Parent(b.Area)} {
		var contacts []string
		err := a.tx.Raw(`SELECT DISTINCT c.key FROM roles r JOIN contacts c ON c.person_id = r.person_id WHERE r.area = ? AND r.name IN ? AND `+lastUsed+` AND `+notHere+` AND `+roleGives+
			` ORDER BY c.key`, level, []string{records.RoleFront, records.RoleOfficer, records.RoleCity}, q.Contact, a.now).Scan(&contacts).Error
		if err != nil || level == "" {
			return told, city, err
		}
		if told == 0 && len(contacts) > 0 {
			told, city = len(contacts), level != b.Area
		} else if level != b.Area {
			due = a.now.Add(records.CampaignWait)
		}
		if err := a.tellAll(contacts, broadcastRef(b.ID)+" asked", broadcastRef(b.ID)+" second", due, line, see); err != nil {
			return told, city, err
		}
	}
	return told, city, nil
}

// setBroadcast pauses, resumes, cancels a broadcast, or agrees to it as the second officer.
func (a *applier) setBroadcast(q Request) (*Outcome, error) {
	var command records.SetBroadcast
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, b, refused, err := a.broadcastFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if !slices.Contains(b.Acts(), command.Act) {
		return refuse(records.RefusedBroadcastGone), nil
	}
	set := map[string]any{"lease_until": nil}
	switch command.Act {
	case records.BroadcastApprove:
		if b.AuthorID == who.Person {
			return refuse(records.RefusedBroadcastOwn), nil
		}
		set["status"], set["approved_by"], set["approved_at"] = records.BroadcastReady, who.Person, a.now
		if b.Status != records.BroadcastAsked { // it goes already
			delete(set, "status")
		}
		line := dialog.Line{Key: "notice.broadcast.agreed", Args: map[string]string{"broadcast": strconv.FormatInt(b.ID, 10)}}
		if err := a.tellPerson(b.AuthorID, broadcastRef(b.ID)+" agreed", line); err != nil {
			return nil, err
		}
	case records.BroadcastPause:
		set["status"] = records.BroadcastPaused
	case records.BroadcastResume:
		set["status"] = records.BroadcastReady
	case records.BroadcastAgain:
		again, err := a.broadcastAgain(b)
		if err != nil {
			return nil, err
		}
		if again == 0 {
			return refuse(records.RefusedNobody), nil
		}
		set["status"], set["due_at"], set["done_at"] = records.BroadcastReady, a.now, nil
	case records.BroadcastCancel:
		set["status"], set["done_at"] = records.BroadcastEnding, a.now
	}
	if err := a.tx.Model(&b).Updates(set).Error; err != nil {
		return nil, err
	}
	if _, err := a.takeBack(broadcastRef(b.ID) + " second"); err != nil {
		return nil, err
	}
	if command.Act == records.BroadcastPause || command.Act == records.BroadcastCancel { // what waits for a process is few
		err := a.tx.Model(&records.Message{}).Where("broadcast_id = ? AND status = ?", b.ID, records.MessageWaiting).Update("status", records.MessageQueued).Error
		if err != nil {
			return nil, err
		}
	}
	a.audit(q, who.Person, broadcastRef(b.ID), b.Area, command.Act)
	return &Outcome{Args: map[string]string{"code": strconv.FormatInt(b.ID, 10), "act": command.Act}}, nil
}
