package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

const (
	pageSize      = 7  // options on a page of a look-up
	recentDays    = 7  // help of one kind this close together is worth a warning
	listPage      = 30 // households on a page of a whole list
	recentShown   = 5  // warnings shown
	usesOffered   = 7  // households used last, offered first
	codesInAnAsk  = records.MaxHouseholds
	labelMaxRunes = 60
)

var (
	errDenied   = errors.New("storage: no right to look that up")
	errNotFound = errors.New("storage: nothing to look up")
	errReason   = errors.New("storage: no reason given to look that up")
	errTooMany  = errors.New("storage: too many look-ups by name")
)

// Answer looks something up for a person, within the roles that the person holds now. Trouble is told as the answer's
// Problem: ask.denied, ask.not_found, ask.unavailable. now is the instant of the event that asks.
func (r *Records) Answer(ctx context.Context, ask dialog.Ask, who dialog.Person, now time.Time) dialog.Answer {
	var err error
	defer r.observe("answer", time.Now(), &err)
	answer := dialog.Answer{Form: ask.Form, Step: ask.Step, Query: ask.Query, Page: ask.Page}
	if err = r.answer(ctx, ask, who, now, &answer); err == nil {
		return answer
	}
	answer = dialog.Answer{Form: ask.Form, Step: ask.Step, Query: ask.Query, Page: ask.Page}
	switch {
	case errors.Is(err, errDenied):
		answer.Problem, err = records.ProblemDenied, nil
	case errors.Is(err, errNotFound):
		answer.Problem, err = records.ProblemNotFound, nil
	case errors.Is(err, errReason):
		answer.Problem, err = records.ProblemReason, nil
	case errors.Is(err, errTooMany):
		answer.Problem, err = records.ProblemTooMany, nil
	default:
		answer.Problem, err = records.ProblemUnavailable, explain("answer", err)
	}
	return answer
}

func (r *Records) answer(ctx context.Context, ask dialog.Ask, who dialog.Person, now time.Time, to *dialog.Answer) error {
	actor, err := r.actorOf(ctx, who)
	if err != nil {
		return err
	}
	if !slices.Contains(records.NamedLookups, ask.Query) {
		return r.lookUp(ctx, ask, actor, now, to)
	}
	if err := r.mayLookUp(ctx, actor, now); err != nil {
		return err
	}
	why := ""
	if saysWhy(actor) {
		if said := ask.Args["why"]; slices.Contains(records.LookReasons, said) {
			why = said
		} else if why, err = r.reasonOf(ctx, actor, now); err != nil {
			return err
		}
		if why == "" && slices.Contains(records.ReasonedLookups, ask.Query) {
			return errReason
		}
	}
	if err := r.lookUp(ctx, ask, actor, now, to); err != nil {
		return err
	}
	return r.noteLookup(ctx, actor, ask, now, why, to)
}

// lookUp looks something up within the actor's rights.
func (r *Records) lookUp(ctx context.Context, ask dialog.Ask, actor records.Actor, now time.Time, to *dialog.Answer) error {
	switch ask.Query {
	case records.AskHouseholdSearch:
		return r.searchHouseholds(ctx, actor, ask, to)
	case records.AskHouseholdFacts:
		return r.householdFacts(ctx, actor, ask, to)
	case records.AskHouseholdList:
		return r.listHouseholds(ctx, actor, ask, to)
	case records.AskHouseholdSheet:
		return r.sheetOfHouseholds(ctx, actor, ask, to)
	case records.AskHelpRecent:
		return r.recentHelp(ctx, actor, ask, to)
	case records.AskKept:
		return r.kept(ctx, actor, ask, to)
	case records.AskHelpMine:
		return r.myHelp(ctx, actor, ask, to)
	case records.AskHelpGet:
		return r.getHelp(ctx, actor, ask, now, to)
	case records.AskAreaMine:
		return r.myGroups(ctx, actor, ask, to)
	case records.AskHouseholdMine:
		return r.myHouseholds(ctx, actor, ask, to)
	case records.AskHouseholdSupport:
		return r.householdSupport(ctx, actor, ask, now, to)
	case records.AskHouseholdMembers:
		return r.householdMembers(ctx, actor, ask, to)
	case records.AskHouseholdView:
		return r.viewHousehold(ctx, actor, ask, now, to)
	case records.AskLookReason:
		return r.lookReason(ctx, actor, now, to)
	case records.AskHouseholdYear:
		return r.householdsOfYear(ctx, actor, ask, now, to)
	case records.AskProposals:
		return r.proposals(ctx, actor, ask, to)
	case records.AskTasks:
		return r.openTasks(ctx, actor, ask, to)
	case records.AskTask:
		return r.oneTask(ctx, actor, ask, to)
	case records.AskWardPhone:
		return r.answerWardPhone(ctx, actor, ask, to)
	case records.AskNeeds:
		return r.openNeeds(ctx, actor, ask, to)
	case records.AskNeed:
		return r.oneNeed(ctx, actor, ask, to)
	case records.AskNeedMine:
		return r.needsOfMine(ctx, actor, ask, to)
	case records.AskOffers:
		return r.openOffers(ctx, actor, ask, to)
	case records.AskOffer:
		return r.oneOffer(ctx, actor, ask, to)
	case records.AskOfferNeeds:
		return r.needsToMatch(ctx, actor, ask, to)
	case records.AskOfferHome:
		return r.offersToHome(ctx, actor, ask, to)
	case records.AskOfferMine:
		return r.myOffers(ctx, actor, now, to)
	case records.AskRiseMine:
		return r.riseOfMine(ctx, actor, ask, to)
	case records.AskRise:
		return r.oneRise(ctx, actor, ask, to)
	case records.AskRises:
		return r.openRises(ctx, actor, ask, to)
	case records.AskRiseCounts:
		return r.countRises(ctx, actor, now, to)
	case records.AskStatement:
		return r.oneStatement(ctx, actor, ask, to)
	case records.AskAccounts:
		return r.accountsToRead(ctx, actor, to)
	case records.AskTransfers:
		return r.openTransfers(ctx, actor, ask, to)
	case records.AskTransfer:
		return r.oneTransfer(ctx, actor, ask, to)
	case records.AskList:
		return r.oneList(ctx, actor, ask, to)
	case records.AskSheet:
		return r.signatureSheet(ctx, actor, ask, to)
	case records.AskPledges:
		return r.myPledges(ctx, actor, ask, to)
	case records.AskProgress:
		return r.progress(ctx, actor, ask, now, to)
	case records.AskTemplate:
		return r.template(ctx, actor, ask, to)
	case records.AskComing:
		return r.coming(ctx, actor, ask, to)
	case records.AskPledge:
		return r.onePledge(ctx, actor, ask, to)
	case records.AskReceiptFor:
		return r.receiptFor(ctx, actor, ask, to)
	case records.AskReceipts:
		return r.receipts(ctx, actor, ask, to)
	case records.AskReceipt:
		return r.oneReceipt(ctx, actor, ask, to)
	case records.AskCampaigns:
		return r.campaigns(ctx, actor, ask, to)
	case records.AskCampaign:
		return r.oneCampaign(ctx, actor, ask, now, to)
	case records.AskCampaignOpen:
		return r.openCampaign(ctx, ask, now, to)
	case records.AskHelpMeant:
		return r.helpMeant(ctx, actor, ask, now, to)
	case records.AskAreaGive:
		return r.areasToGive(ctx, actor, ask, to)
	case records.AskStaff:
		return r.staff(ctx, actor, ask, now, to)
	case records.AskHandovers:
		return r.handovers(ctx, actor, ask, to)
	case records.AskHandover:
		return r.oneHandover(ctx, actor, ask, to)
	case records.AskPin:
		return r.checkPin(ctx, actor, ask, now, to)
	case records.AskPinState:
		return r.pinState(ctx, actor, to)
	case records.AskLockable:
		return r.lockablePeople(ctx, actor, ask, to)
	case records.AskLockReview:
		return r.lockReview(ctx, actor, ask, to)
	case records.AskRole:
		return r.oneRole(ctx, actor, ask, now, to)
	case records.AskContacts:
		return r.contactsOfMine(ctx, actor, ask, to)
	case records.AskCodeOpen:
		return r.openedCode(ctx, actor, ask, now, to)
	case records.AskMyData:
		return r.myData(ctx, actor, now, to)
	case records.AskConsents:
		return r.myConsents(ctx, actor, ask, to)
	case records.AskBroadcasts:
		return r.broadcasts(ctx, actor, ask, to)
	case records.AskBroadcast:
		return r.oneBroadcast(ctx, actor, ask, now, to)
	case records.AskReach:
		return r.broadcastReach(ctx, actor, ask, now, to)
	case records.AskReachAreas:
		return r.broadcastAreas(ctx, actor, ask, to)
	case records.AskReminders:
		return r.myReminders(ctx, actor, ask, now, to)
	case records.AskReminder:
		return r.oneReminder(ctx, actor, ask, now, to)
	case records.AskJobs:
		return r.schedule(ctx, actor, ask, now, to)
	case records.AskQuota:
		return r.quota(ctx, actor, ask, now, to)
	}
	return errNotFound
}

// actorOf reads the roles a person holds now: those in who may be older than the turn. Somebody locked looks nothing up.
func (r *Records) actorOf(ctx context.Context, who dialog.Person) (records.Actor, error) {
	var actor records.Actor
	if who.ID == "" {
		return actor, nil
	}
	id, err := strconv.ParseInt(who.ID, 10, 64)
	if err != nil {
		return actor, errDenied
	}
	actor.Person = id
	rows, err := r.db.WithContext(ctx).Raw(`SELECT coalesce(r.name, ''), coalesce(r.area, ''), p.locked_at IS NOT NULL
		FROM people p LEFT JOIN roles r ON r.person_id = p.id AND `+roleGives+` WHERE p.id = ? ORDER BY r.id`, r.instant(), id).Rows()
	if err != nil {
		return actor, err
	}
	defer rows.Close()
	locked := false
	for rows.Next() {
		var g records.Grant
		if err := rows.Scan(&g.Role, &g.Area, &locked); err != nil {
			return actor, err
		}
		if g.Role != "" {
			actor.Grants = append(actor.Grants, g)
		}
	}
	if locked {
		return records.Actor{}, errDenied
	}
	return actor, rows.Err()
}

// household finds one household by its code, within the actor's rights. One outside them is not found, so that codes tell
// nothing.
func (r *Records) household(ctx context.Context, actor records.Actor, code string) (records.Household, error) {
	var homes []records.Household
	if err := r.db.WithContext(ctx).Where("code = ?", fold.Clean(code)).Limit(1).Find(&homes).Error; err != nil {
		return records.Household{}, err
	}
	if len(homes) == 0 || !records.Can(actor, records.SeeHousehold, homes[0].Path()) {
		return records.Household{}, errNotFound
	}
	return homes[0], nil
}

// householdFacts: household (code), name, short (given name), nickname, second, birth_year, members, group (name), group_path, area
// (commune's name), area_path.
func (r *Records) householdFacts(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	home, err := r.household(ctx, actor, ask.Args["household"])
	if err != nil {
		return err
	}
	commune := records.Parent(home.Area)
	names, err := r.areaNames(ctx, []string{home.Area, commune})
	if err != nil {
		return err
	}
	to.Facts = map[string]string{
		"household": home.Code, "name": home.Head, "short": GivenName(home.Head), "nickname": home.Nickname,
		"second": home.Second, "birth_year": number(home.BirthYear), "members": number(home.Members),
		"group": names[home.Area], "group_path": home.Area, "area": names[commune], "area_path": commune,
	}
	return nil
}

// number writes a count, or nothing for what is not known.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// ownHome is the household that a question is about, by its code or without one the first of the asker's own, where an action is allowed.
func (r *Records) ownHome(ctx context.Context, actor records.Actor, ask dialog.Ask, action records.Action) (records.Household, error) {
	code := ask.Args["household"]
	if own := ownHomes(actor); code == "" && len(own) > 0 {
		code = codeOf(own[0])
	}
	home, err := r.household(ctx, actor, code)
	if err == nil && !records.Can(actor, action, home.Path()) {
		err = errDenied
	}
	return home, err
}

// firstPage is what is shown of rows that were asked for with one more than a page takes, and notes whether there are more.
func firstPage[T any](rows []T, most int, to *dialog.Answer) []T {
	if len(rows) > most {
		rows, to.More = rows[:most], true
	}
	return rows
}

// areaNames are the names of areas in force by their paths; an unknown one is named by its path.
func (r *Records) areaNames(ctx context.Context, paths []string) (map[string]string, error) {
	names := make(map[string]string, len(paths))
	for _, p := range paths {
		names[p] = p
	}
	var found []records.Area
	err := r.db.WithContext(ctx).Select("path", "name").Where("path IN ? AND valid_to IS NULL", paths).Find(&found).Error
	for _, a := range found {
		names[a.Path] = a.Name
	}
	return names, err
}

// listHouseholds lists a whole group in the order of its households, listPage to a page: the same group gives the same numbers.
// Facts: group (name), group_path.
func (r *Records) listHouseholds(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	paths, err := r.scoped(ctx, actor, ask.Args["group"])
	if err != nil {
		return err
	}
	if len(paths) != 1 || records.KindOfPath(paths[0]) != records.AreaGroup {
		return errNotFound
	}
	homes, err := r.homesIn(ctx, paths, listPage+1, max(ask.Page, 0)*listPage)
	if err != nil {
		return err
	}
	names, err := r.areaNames(ctx, paths)
	if err != nil {
		return err
	}
	homes = firstPage(homes, listPage, to)
	to.Options = options(homes, nil)
	to.Facts = map[string]string{"group": names[paths[0]], "group_path": paths[0]}
	return nil
}

// recentHelp warns of help of the same kind to the same households within recentDays of the day. Facts: count, and of the
// latest: code, household, name, who, on, at. Lines help.recent.line with args household (name), who, on, kind, money, items,
// code. Only what the asker may see is told.
func (r *Records) recentHelp(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	day, ok := records.ParseDay(ask.Args["on"])
	codes := strings.Fields(ask.Args["households"])
	scope := records.Scope(actor, records.SeeHelp)
	switch {
	case len(scope) == 0:
		return errDenied
	case !ok || len(codes) == 0 || len(codes) > codesInAnAsk:
		return errNotFound
	}
	to.Facts = map[string]string{"count": "0"}
	var found []helpRow
	err := r.helpRows(ctx, "help.superseded_at IS NULL AND help.voided_at IS NULL AND help.kind = ? AND help.given_on BETWEEN ? AND ? AND households.code IN ?",
		ask.Args["kind"], day.AddDate(0, 0, -recentDays), day.AddDate(0, 0, recentDays), codes).
		Order("help.given_on DESC, help.created_at DESC, help.code").Limit(200).Find(&found).Error
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(h helpRow) bool { return !records.Can(actor, records.SeeHelp, h.Area) })
	if len(found) == 0 {
		return nil
	}
	shown := found[:min(len(found), recentShown)]
	if err := r.fillItems(ctx, shown); err != nil {
		return err
	}
	for _, h := range shown {
		to.Lines = append(to.Lines, dialog.Line{Key: "help.recent.line", Args: h.args()})
	}
	to.Facts = shown[0].args()
	to.Facts["count"] = strconv.Itoa(len(found))
	return nil
}

// helpRow is an entry with what is shown beside it.
type helpRow struct {
	records.Help
	HouseholdCode string
	Head          string
	Author        string
	Entries       int            // of its batch
	Answer        string         // of its household
	Missing       string         //
	Shared        bool           //
	Sheet         string         // on which it was signed
	Items         []records.Item `gorm:"-"`
}

func (h helpRow) args() map[string]string {
	state := "kept"
	if h.VoidedAt != nil {
		state = "voided"
	}
	return map[string]string{
		"code": h.Code, "household": h.HouseholdCode, "name": h.Head, "who": h.Author, "on": records.FormatDay(h.GivenOn),
		"at": h.CreatedAt.UTC().Format(time.RFC3339), "kind": h.Kind, "money": strconv.FormatInt(h.Money, 10), "items": records.Things(h.Items),
		"giver_kind": h.GiverKind, "giver": h.Giver, "state": state,
	}
}

// helpRows reads entries with the names beside them.
func (r *Records) helpRows(ctx context.Context, where string, args ...any) *gorm.DB {
	return r.db.WithContext(ctx).Table("help").
		Select("help.*, households.code AS household_code, households.head, people.name AS author, coalesce(help_batches.entries, 1) AS entries, "+
			"coalesce(help_answers.answer, '') AS answer, coalesce(help_answers.missing, '') AS missing, coalesce(help_answers.shared, false) AS shared, coalesce(help_answers.sheet, '') AS sheet").
		Joins("LEFT JOIN help_answers ON help_answers.code = help.code AND help_answers.version = help.version AND help_answers.superseded_at IS NULL").
		Joins("JOIN households ON households.id = help.household_id").Joins("JOIN people ON people.id = help.author_id").
		Joins("LEFT JOIN help_batches ON help_batches.code = help.batch_code").Where(where, args...)
}

// fillItems reads the things of entries.
func (r *Records) fillItems(ctx context.Context, rows []helpRow) error {
	return fillItems(r.db.WithContext(ctx), rows)
}

func fillItems(db *gorm.DB, rows []helpRow) error {
	codes := make([]string, len(rows))
	for i, h := range rows {
		codes[i] = h.Code
	}
	var items []records.HelpItem
	if err := db.Where("code IN ?", codes).Order("code, version, n").Find(&items).Error; err != nil {
		return err
	}
	for i := range rows {
		for _, it := range items {
			if it.Code == rows[i].Code && it.Version == rows[i].Version {
				rows[i].Items = append(rows[i].Items, records.Item{Qty: it.Qty, Unit: it.Unit, Name: it.Name, Value: it.Value})
			}
		}
	}
	return nil
}

// myHelp lists the asker's own entries, newest first, a batch as one. Options: Key the code (of the batch, for a batch), Label
// "10/11 Trần Thị Lan". Lines help.mine.line (one per option) with args n, code, on, household, name, count, kind, money, items, state,
// answer (of the household: received, missing, wrong).
// kept tells what a Save of the person's own brought, from whichever of their chats it was.
func (r *Records) kept(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	n, err := strconv.Atoi(ask.Args["n"])
	if err != nil {
		return errNotFound
	}
	var found []string
	err = r.db.WithContext(ctx).Raw("SELECT a.outcome FROM contacts c JOIN applied_effects a ON a.contact = c.key WHERE c.person_id = ? AND a.form = ? AND a.n = ?",
		actor.Person, ask.Args["form"], n).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return err
	}
	var o Outcome
	if err := json.Unmarshal([]byte(found[0]), &o); err != nil || o.Refused != "" {
		return err
	}
	to.Facts = o.Args
	return nil
}

func (r *Records) myHelp(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	if actor.Person == 0 {
		return errDenied
	}
	page := max(ask.Page, 0)
	var found []helpRow
	err := r.helpRows(ctx, "help.author_id = ? AND help.superseded_at IS NULL AND help.place = 0", actor.Person).
		Order("help.created_at DESC, help.code DESC").Limit(pageSize + 1).Offset(page * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	found = firstPage(found, pageSize, to)
	if len(found) == 0 {
		return nil
	}
	if err := r.fillItems(ctx, found); err != nil {
		return err
	}
	for i, h := range found {
		args := h.args()
		args["answer"] = h.answerSeen(actor)
		args["n"], args["count"] = strconv.Itoa(page*pageSize+i+1), strconv.Itoa(h.Entries)
		label := h.GivenOn.Format("2/1") + " " + h.Head
		if h.BatchCode != "" {
			args["code"] = h.BatchCode
			label += " +" + strconv.Itoa(h.Entries-1)
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "help.mine.line", Args: args})
		to.Options = append(to.Options, dialog.Option{Key: args["code"], Label: clipRunes(label, labelMaxRunes)})
	}
	return nil
}

// getHelp brings back one entry or batch, or without a code the asker's newest, for its author or who may see help there. Facts: code, batch, count, households (codes),
// household, name, kind, money, items (for people), things (JSON of []records.Item), giver_kind, giver, on, at, photos (keys),
// consent, note, who, state (kept, voided), answer and missing (of the household), reason, version, mine ("1" for the author), open ("1" while its author may still change it). Options of a batch: its entries, by code, with
// the household's name.
func (r *Records) getHelp(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	code, ok := records.ParseCode(ask.Args["code"])
	if !ok && ask.Args["code"] == "" {
		err := r.db.WithContext(ctx).Model(&records.Help{}).Where("author_id = ? AND superseded_at IS NULL AND voided_at IS NULL AND place = 0", actor.Person).
			Order("created_at DESC, code DESC").Limit(1).Pluck("coalesce(nullif(batch_code, ''), code)", &code).Error
		if err != nil {
			return err
		}
		ok = code != ""
	}
	if !ok {
		return errNotFound
	}
	var found []helpRow
	err := r.helpRows(ctx, "help.superseded_at IS NULL AND (help.code = ? OR help.batch_code = ?)", code, code).
		Order("help.place, help.code").Find(&found).Error
	if err != nil {
		return err
	}
	if len(found) == 0 || found[0].AuthorID != actor.Person && !records.Can(actor, records.SeeHelp, found[0].Area) {
		return errNotFound
	}
	if err := r.fillItems(ctx, found[:1]); err != nil {
		return err
	}
	first := found[0]
	facts := first.args()
	things, err := json.Marshal(first.Items)
	if err != nil {
		return fmt.Errorf("storage: items: %w", err)
	}
	var photos []string
	err = r.db.WithContext(ctx).Model(&records.HelpPhoto{}).Where("code = ? AND version = ?", first.Code, first.Version).Order("n").Pluck("blob", &photos).Error
	if err != nil {
		return err
	}
	homes := make([]string, len(found))
	kept := false
	for i, h := range found {
		homes[i] = h.HouseholdCode
		kept = kept || h.VoidedAt == nil
	}
	facts["answer"], facts["missing"] = first.answerSeen(actor), ""
	if facts["answer"] != "" {
		facts["missing"] = first.Missing
	}
	facts["code"], facts["batch"], facts["count"] = code, first.BatchCode, strconv.Itoa(len(found))
	facts["households"], facts["photos"], facts["things"] = strings.Join(homes, " "), strings.Join(photos, " "), string(things)
	facts["consent"], facts["note"], facts["reason"], facts["version"] = first.Consent, first.Note, first.VoidReason, strconv.Itoa(first.Version)
	facts["state"] = "voided"
	if kept {
		facts["state"] = "kept"
	}
	if first.BatchCode == code {
		from := min(max(ask.Page, 0)*pageSize, len(found))
		shown := found[from:min(from+pageSize, len(found))]
		for _, h := range shown {
			to.Options = append(to.Options, dialog.Option{Key: h.Code, Label: clipRunes(h.Head, labelMaxRunes)})
		}
		to.More = from+len(shown) < len(found)
	}
	if first.AuthorID == actor.Person {
		facts["mine"] = "1"
		if kept && now.Sub(first.CreatedAt) <= records.AuthorWindow && records.Can(actor, records.LogTheHelp, first.Area) {
			facts["open"] = "1"
		}
	}
	to.Facts = facts
	return nil
}

// myGroups lists the groups in which the asker may log help, in the order of their paths, or those that q names. Options: Key the
// path, Label the name.
func (r *Records) myGroups(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.LogTheHelp)
	if len(scope) == 0 {
		return errDenied
	}
	if q := fold.Clean(cmp.Or(ask.Args["q"], ask.Args["key"])); q != "" {
		_, named, rest := cutGroup(q)
		paths, err := r.scoped(ctx, actor, strings.TrimSpace(cmp.Or(named, q)+" "+rest))
		if errors.Is(err, errNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		scope = paths
	}
	where, args := within("path", scope)
	page := max(ask.Page, 0)
	var groups []records.Area
	err := r.db.WithContext(ctx).Select("path", "name").Where("kind = ? AND valid_to IS NULL", records.AreaGroup).Where(where, args...).
		Order("path").Limit(pageSize + 1).Offset(page * pageSize).Find(&groups).Error
	groups = firstPage(groups, pageSize, to)
	for _, g := range groups {
		to.Options = append(to.Options, dialog.Option{Key: g.Path, Label: g.Name})
	}
	return err
}
