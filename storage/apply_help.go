package storage

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// usesRemembered: a gift to more households than this says nothing about which of them its author works with.
const usesRemembered = 10

// pendingLog is help that was checked and waits for its codes.
type pendingLog struct {
	request int
	log     records.LogHelp
	on      time.Time
	who     *actor
	homes   []*records.Household
	codes   []string // of the entries
	batch   string   // of the batch, "" for a single entry
}

// householdsOf lists the household codes a request names, so that they can be read for the whole batch at once.
func householdsOf(q Request) []string {
	switch q.Kind {
	case records.CmdLogHelp:
		var log records.LogHelp
		if json.Unmarshal(q.Data, &log) == nil && len(log.Households) <= records.MaxHouseholds {
			return cleanAll(log.Households)
		}
	case records.CmdCorrectHelp:
		var correct records.CorrectHelp
		if json.Unmarshal(q.Data, &correct) == nil && len(correct.Log.Households) <= records.MaxHouseholds {
			return cleanAll(correct.Log.Households)
		}
	}
	return nil
}

func (a *applier) logHelp(i int) (*Outcome, error) {
	q := a.batch[i]
	var log records.LogHelp
	if err := json.Unmarshal(q.Data, &log); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	p, refused, err := a.checkLog(q, log)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	p.request = i
	a.logs = append(a.logs, *p)
	return nil, nil
}

// checkLog cleans and checks help against the rules, the households and the rights of who logs it.
func (a *applier) checkLog(q Request, log records.LogHelp) (p *pendingLog, refused string, err error) {
	who, err := a.actor(q.Contact)
	if err != nil {
		return nil, "", err
	}
	if who == nil {
		return nil, records.RefusedDenied, nil
	}
	cleanLog(&log)
	if refused := log.Check(q.At); refused != "" {
		return nil, refused, nil
	}
	p = &pendingLog{log: log, who: who}
	p.on, _ = records.ParseDay(log.On)
	for _, code := range log.Households {
		home := a.homes[code]
		switch {
		case home == nil || home.EndedAt != nil:
			return nil, records.RefusedNotFound, nil
		case !records.Can(who.Actor, records.LogTheHelp, home.Path()):
			return nil, records.RefusedDenied, nil
		}
		p.homes = append(p.homes, home)
	}
	return p, "", nil
}

func cleanLog(l *records.LogHelp) {
	l.Households, l.Photos = cleanAll(l.Households), cleanAll(l.Photos)
	for _, s := range []*string{&l.Kind, &l.GiverKind, &l.Giver, &l.On, &l.Consent, &l.Note, &l.Source} {
		*s = fold.Clean(*s)
	}
	for i := range l.Items {
		l.Items[i].Unit, l.Items[i].Name = fold.Clean(l.Items[i].Unit), fold.Clean(l.Items[i].Name)
	}
}

func cleanAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fold.Clean(s)
	}
	return out
}

// placeLogs gives the help put aside its codes, and makes its rows.
func (a *applier) placeLogs() error {
	if len(a.logs) == 0 {
		return nil
	}
	entries, batches := 0, 0
	for _, p := range a.logs {
		entries += len(p.homes)
		if len(p.homes) > 1 {
			batches++
		}
	}
	codes, err := drawCodes(a.tx, records.CodeEntry, entries)
	if err != nil {
		return err
	}
	batchCodes, err := drawCodes(a.tx, records.CodeBatch, batches)
	if err != nil {
		return err
	}
	logs := a.logs
	a.logs = nil
	for i := range logs {
		p := &logs[i]
		p.codes, codes = codes[:len(p.homes)], codes[len(p.homes):]
		if len(p.homes) > 1 {
			p.batch, batchCodes = batchCodes[0], batchCodes[1:]
		}
		a.place(p)
	}
	return a.tellHouseholds(logs, "")
}

// place makes the rows of one gift.
func (a *applier) place(p *pendingLog) {
	q := a.batch[p.request]
	at := stamp(q.At)
	code := p.codes[0]
	if p.batch != "" {
		code = p.batch
		a.rows.batches = append(a.rows.batches, records.HelpBatch{Code: p.batch, AuthorID: p.who.Person, Entries: len(p.homes), CreatedAt: at})
	}
	for n, home := range p.homes {
		entry := p.entry(q, home, a.now)
		entry.Code, entry.Version, entry.BatchCode, entry.Place, entry.CreatedAt = p.codes[n], 1, p.batch, n, at
		a.putEntry(entry, p.log)
		if len(p.homes) <= usesRemembered {
			if a.rows.uses == nil {
				a.rows.uses = map[[2]int64]time.Time{}
			}
			a.rows.uses[[2]int64{p.who.Person, home.ID}] = at
		}
	}
	a.audit(q, p.who.Person, "help "+code, p.homes[0].Area, "")
	a.outcomes[p.request] = Outcome{Args: map[string]string{"code": code, "codes": strings.Join(p.codes, " "), "count": strconv.Itoa(len(p.homes))}}
	a.ready = append(a.ready, p.request)
}

// entry is the row for one household, still without code, version and place.
func (p *pendingLog) entry(q Request, home *records.Household, now time.Time) records.Help {
	return records.Help{
		HouseholdID: home.ID, Area: home.Path(), Kind: p.log.Kind, Money: p.log.Money, GiverKind: p.log.GiverKind, Giver: p.log.Giver,
		GivenOn: p.on, Consent: p.log.Consent, Note: p.log.Note, Source: p.log.Source, AuthorID: p.who.Person, Contact: q.Contact, SavedAt: now,
	}
}

func (a *applier) putEntry(entry records.Help, log records.LogHelp) {
	a.rows.help = append(a.rows.help, entry)
	for n, it := range log.Items {
		a.rows.items = append(a.rows.items, records.HelpItem{Code: entry.Code, Version: entry.Version, N: n, Qty: it.Qty, Unit: it.Unit, Name: it.Name, Value: it.Value})
	}
	for n, key := range log.Photos {
		a.rows.photos = append(a.rows.photos, records.HelpPhoto{Code: entry.Code, Version: entry.Version, N: n, Blob: key})
	}
}

// drawCodes draws codes nobody has, and makes them taken. Odds of one being taken already are one in a hundred at two
// million codes; such are drawn again.
func drawCodes(tx *gorm.DB, kind string, n int) ([]string, error) {
	var got []string
	for len(got) < n {
		want := make([]records.Code, min(1<<(bits.Len(uint(n-len(got)))-1), rowsAtOnce))
		for i := range want {
			want[i] = records.Code{Code: records.CodeOf(random64(records.CodeSpace)), Kind: kind}
		}
		want = slices.CompactFunc(slices.SortedFunc(slices.Values(want), func(x, y records.Code) int { return strings.Compare(x.Code, y.Code) }),
			func(x, y records.Code) bool { return x.Code == y.Code })
		var free []string
		query, args := codesInsert(want)
		if err := tx.Raw(query, args...).Scan(&free).Error; err != nil {
			return nil, err
		}
		got = append(got, free...)
	}
	return got, nil
}

func codesInsert(want []records.Code) (string, []any) {
	args := make([]any, 0, 2*len(want))
	for _, c := range want {
		args = append(args, c.Code, c.Kind)
	}
	return "INSERT INTO codes (code, kind) VALUES " + strings.TrimSuffix(strings.Repeat("(?,?),", len(want)), ",") +
		" ON CONFLICT DO NOTHING RETURNING code", args
}

// random64 is a number below n, each as likely as another.
func random64(n uint64) uint64 {
	limit := ^uint64(0) - ^uint64(0)%n
	for {
		var b [8]byte
		rand.Read(b[:])
		if x := binary.LittleEndian.Uint64(b[:]); x < limit {
			return x % n
		}
	}
}

// remember notes which households persons logged help for last.
func (a *applier) remember(uses map[[2]int64]time.Time) error {
	rows := make([]records.HouseholdUse, 0, len(uses))
	for k, at := range uses {
		rows = append(rows, records.HouseholdUse{PersonID: k[0], HouseholdID: k[1], UsedAt: at})
	}
	slices.SortFunc(rows, func(x, y records.HouseholdUse) int {
		if x.PersonID != y.PersonID {
			return int(x.PersonID - y.PersonID)
		}
		return int(x.HouseholdID - y.HouseholdID)
	})
	return insert(a.tx, rows, clause.OnConflict{
		Columns:   []clause.Column{{Name: "person_id"}, {Name: "household_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"used_at"}),
	})
}

// owned reads the entries in force that code stands for (one, or a batch's), and checks that the contact may still
// change them.
func (a *applier) owned(q Request, code string) (who *actor, entries []records.Help, batch bool, refused string, err error) {
	code, ok := records.ParseCode(code)
	if !ok {
		return nil, nil, false, records.RefusedNotFound, nil
	}
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, nil, false, records.RefusedDenied, err
	}
	find := a.forChange().Where("superseded_at IS NULL AND (code = ? OR batch_code = ?)", code, code).Order("place, code")
	if err := find.Find(&entries).Error; err != nil {
		return nil, nil, false, "", err
	}
	if len(entries) == 0 {
		return nil, nil, false, records.RefusedNotFound, nil
	}
	first := entries[0]
	switch {
	case first.AuthorID != who.Person && !records.Can(who.Actor, records.SeeHelp, first.Area):
		return nil, nil, false, records.RefusedNotFound, nil
	case first.AuthorID != who.Person:
		return nil, nil, false, records.RefusedNotAuthor, nil
	case !records.Can(who.Actor, records.LogTheHelp, first.Area):
		return nil, nil, false, records.RefusedDenied, nil
	}
	batch = first.Code != code
	entries = slices.DeleteFunc(entries, func(e records.Help) bool { return e.VoidedAt != nil })
	switch {
	case len(entries) == 0:
		return nil, nil, batch, records.RefusedVoided, nil
	case q.At.Sub(first.CreatedAt) > records.AuthorWindow:
		return nil, nil, batch, records.RefusedTooLate, nil
	}
	return who, entries, batch, "", nil
}

func (a *applier) voidHelp(q Request) (*Outcome, error) {
	var void records.VoidHelp
	if err := json.Unmarshal(q.Data, &void); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, entries, _, refused, err := a.owned(q, void.Code)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	code, _ := records.ParseCode(void.Code)
	a.audit(q, who.Person, "help "+code, records.Parent(entries[0].Area), "")
	err = a.voidEntries(q, who, entries, clipRunes(fold.Clean(void.Reason), records.MaxNote))
	return &Outcome{Args: map[string]string{"code": code, "count": strconv.Itoa(len(entries))}}, err
}

// voidEntries takes entries out of the books, and tells the households that were told of them.
func (a *applier) voidEntries(q Request, who *actor, entries []records.Help, reason string) error {
	codes := make([]string, len(entries))
	for i, e := range entries {
		codes[i] = e.Code
	}
	for some := range slices.Chunk(codes, rowsAtOnce) {
		err := a.tx.Model(&records.Help{}).Where("superseded_at IS NULL AND voided_at IS NULL AND code IN ?", some).
			Updates(map[string]any{"voided_at": stamp(q.At), "voided_by": who.Person, "void_reason": reason}).Error
		if err != nil {
			return err
		}
	}
	if err := a.unhand(q, who, codes); err != nil {
		return err
	}
	for _, e := range entries {
		told, err := a.takeBack(e.Code)
		if err != nil {
			return err
		}
		line := dialog.Line{Key: "notice.help_voided", Args: map[string]string{"code": e.Code, "on": records.FormatDay(e.GivenOn)}}
		if err := a.tellAll(told, "help "+e.Code+" void", e.Code, a.now, line); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) correctHelp(q Request) (*Outcome, error) {
	var correct records.CorrectHelp
	if err := json.Unmarshal(q.Data, &correct); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, entries, batch, refused, err := a.owned(q, correct.Code)
	switch {
	case err != nil || refused != "":
		return refuse(refused), err
	case batch:
		return refuse(records.RefusedBatch), nil
	case len(correct.Log.Households) != 1:
		return refuse(records.RefusedInvalid), nil
	}
	p, refused, err := a.checkLog(q, correct.Log)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	old := entries[0]
	if changes, err := a.handedOver(old, p); err != nil || changes {
		return refuse(records.RefusedHanded), err
	}
	err = a.tx.Model(&records.Help{}).Where("code = ? AND version = ?", old.Code, old.Version).Update("superseded_at", a.now).Error
	if err != nil {
		return nil, err
	}
	next := p.entry(q, p.homes[0], a.now)
	next.Code, next.Version, next.BatchCode, next.Place, next.CreatedAt = old.Code, old.Version+1, old.BatchCode, old.Place, old.CreatedAt
	a.putEntry(next, p.log)
	a.audit(q, who.Person, "help "+old.Code, p.homes[0].Area, "version "+strconv.Itoa(next.Version))
	p.codes = []string{old.Code}
	told, err := a.takeBack(old.Code)
	if err != nil {
		return nil, err
	}
	version := "help " + old.Code + " v" + strconv.Itoa(next.Version)
	if err := a.tellAll(told, version, old.Code, a.now, dialog.Line{Key: "notice.help_corrected", Args: p.told(0)}, seeHelp(p.homes[0])); err != nil {
		return nil, err
	}
	if len(told) == 0 {
		if err := a.tellHouseholds([]pendingLog{*p}, version); err != nil {
			return nil, err
		}
	}
	return &Outcome{Args: map[string]string{"code": old.Code}}, nil
}

// told is what a notice says about the n-th entry of a gift.
func (p *pendingLog) told(n int) map[string]string {
	return map[string]string{
		"code": p.codes[n], "household": p.homes[n].Head, "kind": p.log.Kind, "money": strconv.FormatInt(p.log.Money, 10),
		"items": records.Things(p.log.Items), "on": p.log.On,
	}
}

// tellHouseholds puts notices aside for the people of helped households who linked their chat, to go out NoticeDelay
// after saving. The cause keeps each from being told twice; empty, it is the entry's code.
func (a *applier) tellHouseholds(logs []pendingLog, cause string) error {
	var paths []string
	for _, p := range logs {
		for _, home := range p.homes {
			paths = append(paths, home.Path())
		}
	}
	contacts, err := a.contactsOf(paths)
	if err != nil || len(contacts) == 0 {
		return err
	}
	for _, p := range logs {
		for n, home := range p.homes {
			if home.QuietAt != nil {
				continue
			}
			why := cause
			if why == "" {
				why = "help " + p.codes[n]
			}
			for _, contact := range contacts[home.Path()] {
				err := a.tell(contact, why, p.codes[n], a.now.Add(records.NoticeDelay), dialog.Line{Key: "notice.help", Args: p.told(n)}, seeHelp(home))
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// seeHelp is the button by which a household sees what it was told of.
func seeHelp(home *records.Household) dialog.Option {
	return seeButton("/tracuu " + home.Code + " given")
}

// contactsOf finds the chats that the persons of households used last who did not say that they want no messages, by the households' paths.
func (a *applier) contactsOf(paths []string) (map[string][]string, error) {
	contacts := map[string][]string{}
	for some := range slices.Chunk(paths, rowsAtOnce) {
		rows, err := a.tx.Raw(`SELECT r.area, c.key FROM roles r JOIN contacts c ON c.person_id = r.person_id
			WHERE r.area IN ? AND r.name = ? AND r.valid_to IS NULL AND `+lastUsed+` AND NOT EXISTS (SELECT 1 FROM consents no
				WHERE no.person_id = r.person_id AND no.purpose = ? AND NOT no.agreed AND no.withdrawn_at IS NULL)
			AND NOT EXISTS (SELECT 1 FROM topics_off t WHERE t.person_id = r.person_id AND t.topic = ?) ORDER BY c.key`,
			padded(some), records.RoleHousehold, records.PurposeMessages, records.TopicSupport).Rows()
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var area, contact string
			if err = rows.Scan(&area, &contact); err != nil {
				break
			}
			contacts[area] = append(contacts[area], contact)
		}
		rows.Close()
		if err != nil {
			return nil, err
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return contacts, nil
}

// tell puts a notice aside. The labels of its menu are locale keys: it is written in the language of who gets it.
func (a *applier) tell(contact, cause, ref string, due time.Time, line dialog.Line, menu ...dialog.Option) error {
	say, err := json.Marshal(dialog.Say{Lines: []dialog.Line{line}, Menu: menu})
	if err != nil {
		return err
	}
	a.rows.messages = append(a.rows.messages, records.Message{
		Dedupe: cause + " " + contact, Contact: contact, Say: string(say), Ref: ref,
		Status: records.MessageWaiting, DueAt: due, CreatedAt: a.now,
	})
	return nil
}

// tellAll puts the same notice aside for several contacts.
func (a *applier) tellAll(contacts []string, cause, ref string, due time.Time, line dialog.Line, menu ...dialog.Option) error {
	for _, contact := range contacts {
		if err := a.tell(contact, cause, ref, due, line, menu...); err != nil {
			return err
		}
	}
	return nil
}

// takeBack cancels the notices about an entry that did not go out yet, and lists a contact of each who had theirs.
func (a *applier) takeBack(code string) (told []string, err error) {
	err = a.tx.Model(&records.Message{}).Where("ref = ? AND status = ?", code, records.MessageWaiting).
		Updates(map[string]any{"status": records.MessageCancelled, "done_at": a.now}).Error
	if err != nil {
		return nil, err
	}
	err = a.tx.Model(&records.Message{}).Where("ref = ? AND status IN ?", code,
		[]string{records.MessageHanded, records.MessageSent, records.MessageDoubt}).Distinct("contact").Order("contact").Pluck("contact", &told).Error
	if err != nil {
		return nil, err
	}
	return onePerPerson(a.tx, told)
}

// clipRunes cuts a text to at most n characters.
func clipRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
