package storage

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// rowsAtOnce bounds the rows of one statement, well within the databases' limits on parameters.
const rowsAtOnce = 256

// portions cuts a list into pieces of 256, 128, 64 ... 1: so a table is written with nine statements at most, each of which the
// database has parsed and planned before.
func portions[T any](list []T) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for size := rowsAtOnce; size > 0; size /= 2 {
			for len(list) >= size {
				if !yield(list[:size:size]) {
					return
				}
				list = list[size:]
			}
		}
	}
}

// padded repeats the last of a list until its length is a power of two: for lists of values to find, of which there are then
// few lengths.
func padded[T any](list []T) []T {
	for n := len(list); n > 0 && n&(n-1) != 0; n++ {
		list = append(list[:n:n], list[n-1])
	}
	return list
}

// errRaced says that one of the requests was applied before, or meanwhile by another process: the transaction must be run
// again, and will then find what came of it.
var errRaced = errors.New("storage: applied already")

// Apply keeps records, in order, each request once: its key (contact, form, n) and a hash of its payload are written in
// the same transaction, so asking again returns what the first asking returned, and another payload under the same key
// is refused ("save.conflict"). The whole batch is one transaction; a request that the database will not hold is refused
// alone ("save.invalid"). What is refused though the flow allowed it (rights that ended, another payload, unstorable
// data) also leaves a dead letter and a task. An error means temporary trouble: nothing is known to be kept, and asking
// again is safe.
func (r *Records) Apply(ctx context.Context, batch []Request) (outcomes []Outcome, err error) {
	defer r.observe("apply", time.Now(), &err)
	if len(batch) == 0 {
		return nil, nil
	}
	alone := false
	for try := range 5 {
		err = r.in(ctx, func(tx *gorm.DB) error {
			a := &applier{r: r, tx: tx, batch: batch, now: r.instant(), outcomes: make([]Outcome, len(batch)), fresh: try == 0}
			outcomes = a.outcomes
			if alone {
				return a.runAlone()
			}
			return a.run()
		})
		switch {
		case err == nil:
			return outcomes, nil
		case errors.Is(err, errRaced), isConflict(err):
		case isDataError(err) && !alone:
			alone = true
		default:
			return nil, explain("apply", err)
		}
	}
	return nil, fmt.Errorf("storage: apply: %w: %w", ErrAway, valueless(err))
}

// isConflict reports that Postgres gave up a transaction because of another one, and that it may be run again.
func isConflict(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// applier carries out one batch in one transaction. Handlers check a request against what was loaded for the whole batch and
// put rows aside; flush writes them, a statement per table.
type applier struct {
	r        *Records
	tx       *gorm.DB
	batch    []Request
	now      time.Time
	outcomes []Outcome
	fresh    bool // nothing of the batch is thought to be applied; when that is wrong, the next try looks

	known  map[applyKey]records.Applied
	actors map[string]*actor
	homes  map[string]*records.Household

	logs  []pendingLog
	rows  pendingRows
	ready []int // requests decided since the last flush
}

type applyKey struct {
	contact, form string
	n             int
}

func keyOf(q Request) applyKey { return applyKey{q.Contact, q.Form, q.N} }

// actor is a contact with its person and the roles in force.
type actor struct {
	records.Actor
	contact string
	name    string
	locked  bool // nothing is kept from them
}

// pendingRows are rows put aside for flush.
type pendingRows struct {
	batches  []records.HelpBatch
	help     []records.Help
	items    []records.HelpItem
	photos   []records.HelpPhoto
	uses     map[[2]int64]time.Time
	audit    []records.Audit
	messages []records.Message
	tasks    []records.Task
	letters  []records.DeadLetter
	applied  []records.Applied
}

func payloadHash(q Request) string {
	h := sha256.New()
	h.Write([]byte(q.Kind))
	h.Write([]byte{0})
	h.Write(q.Data)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// run applies the batch as a whole.
func (a *applier) run() error {
	if err := a.load(a.batch); err != nil {
		return err
	}
	for i := range a.batch {
		if err := a.apply(i); err != nil {
			return err
		}
	}
	return a.flush()
}

// runAlone applies request after request, each within a savepoint, and refuses those the database will not hold.
func (a *applier) runAlone() error {
	if err := a.load(a.batch); err != nil {
		return err
	}
	for i, q := range a.batch {
		if err := a.tx.SavePoint("request").Error; err != nil {
			return err
		}
		err := a.apply(i)
		if err == nil {
			err = a.flush()
		}
		if err == nil {
			continue
		}
		if !isDataError(err) {
			return err
		}
		if err := a.tx.RollbackTo("request").Error; err != nil {
			return err
		}
		a.logs, a.rows, a.ready = nil, pendingRows{}, nil
		delete(a.actors, q.Contact)
		if err := a.refuseForGood(i, records.RefusedInvalid); err != nil {
			return err
		}
		if err := a.flush(); err != nil {
			return err
		}
	}
	return nil
}

// load reads what all handlers need: what was applied before, who asks, the households named.
func (a *applier) load(batch []Request) error {
	contacts, forms, codes := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, q := range batch {
		if !storable(q.Contact) || !storable(q.Form) {
			continue
		}
		contacts[q.Contact], forms[q.Form] = true, true
		for _, code := range householdsOf(q) {
			codes[code] = true
		}
	}
	a.known = map[applyKey]records.Applied{}
	names, opened := slices.Sorted(maps.Keys(contacts)), slices.Sorted(maps.Keys(forms))
	if !a.fresh {
		var applied []records.Applied
		if err := a.tx.Where("contact IN ? AND form IN ?", names, opened).Find(&applied).Error; err != nil {
			return err
		}
		for _, row := range applied {
			a.known[applyKey{row.Contact, row.Form, row.N}] = row
		}
	}
	a.actors = map[string]*actor{}
	if err := a.loadActors(names); err != nil {
		return err
	}
	a.homes = map[string]*records.Household{}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(codes)), rowsAtOnce) {
		var homes []records.Household
		if err := a.tx.Where("code IN ?", padded(some)).Find(&homes).Error; err != nil {
			return err
		}
		for i := range homes {
			a.homes[homes[i].Code] = &homes[i]
		}
	}
	return nil
}

// loadActors reads the persons and roles of contacts.
func (a *applier) loadActors(contacts []string) error {
	rows, err := a.tx.Raw(`SELECT c.key, c.person_id, p.name, p.locked_at IS NOT NULL OR c.cut_at IS NOT NULL, coalesce(r.name, ''), coalesce(r.area, '')
		FROM contacts c JOIN people p ON p.id = c.person_id
		LEFT JOIN roles r ON r.person_id = c.person_id AND p.locked_at IS NULL AND c.cut_at IS NULL AND `+roleGives+`
		WHERE c.key IN ? ORDER BY c.key, r.id`, a.now, padded(contacts)).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var contact, name string
		var person int64
		var locked bool
		var grant records.Grant
		if err := rows.Scan(&contact, &person, &name, &locked, &grant.Role, &grant.Area); err != nil {
			return err
		}
		who := a.actors[contact]
		if who == nil {
			who = &actor{Actor: records.Actor{Person: person}, contact: contact, name: name, locked: locked}
			a.actors[contact] = who
		}
		if grant.Role != "" {
			who.Grants = append(who.Grants, grant)
		}
	}
	return rows.Err()
}

// actor is who asks; nil for a contact that was never seen.
func (a *applier) actor(contact string) (*actor, error) {
	if who, ok := a.actors[contact]; ok {
		return who, nil
	}
	if err := a.loadActors([]string{contact}); err != nil {
		return nil, err
	}
	return a.actors[contact], nil
}

// apply decides one request.
func (a *applier) apply(i int) error {
	q := a.batch[i]
	if !storable(q.Contact) || !storable(q.Form) {
		a.outcomes[i] = Outcome{Refused: records.RefusedInvalid}
		return nil
	}
	if done, ok := a.known[keyOf(q)]; ok {
		return a.again(i, done)
	}
	outcome, err := a.handle(i)
	if err != nil {
		return err
	}
	a.known[keyOf(q)] = records.Applied{Contact: q.Contact, Form: q.Form, N: q.N, Kind: q.Kind, Hash: payloadHash(q), At: a.now, Outcome: pendingOutcome + strconv.Itoa(i)}
	if outcome == nil { // flush will fill it in
		return nil
	}
	if outcome.Refused != "" && forGood(outcome.Refused) {
		return a.refuseForGood(i, outcome.Refused)
	}
	a.outcomes[i] = *outcome
	a.ready = append(a.ready, i)
	return nil
}

// pendingOutcome stands in the place of the outcome of a request earlier in the same batch, followed by its index.
const pendingOutcome = "="

// again answers a request whose key was applied before, maybe earlier in this batch.
func (a *applier) again(i int, done records.Applied) error {
	q := a.batch[i]
	if done.Hash != payloadHash(q) {
		a.outcomes[i] = Outcome{Refused: records.RefusedConflict}
		a.deadLetter(q, records.RefusedConflict)
		return nil
	}
	if first, ok := strings.CutPrefix(done.Outcome, pendingOutcome); ok {
		if err := a.flush(); err != nil {
			return err
		}
		n, err := strconv.Atoi(first)
		if err != nil {
			return err
		}
		a.outcomes[i] = a.outcomes[n]
		return nil
	}
	return json.Unmarshal([]byte(done.Outcome), &a.outcomes[i])
}

// forGood reports refusals that no slip of the person explains: somebody should look at them.
func forGood(refused string) bool {
	return refused == records.RefusedDenied || refused == records.RefusedInvalid || refused == records.RefusedConflict
}

// refuseForGood refuses a request and leaves a dead letter and a task.
func (a *applier) refuseForGood(i int, why string) error {
	q := a.batch[i]
	a.outcomes[i] = Outcome{Refused: why}
	a.known[keyOf(q)] = records.Applied{Contact: q.Contact, Form: q.Form, N: q.N, Kind: q.Kind, Hash: payloadHash(q), At: a.now, Outcome: pendingOutcome + strconv.Itoa(i)}
	a.ready = append(a.ready, i)
	a.deadLetter(q, why)
	return nil
}

func (a *applier) deadLetter(q Request, why string) {
	kind := clip(fold.Clean(q.Kind), 100)
	if q.Kind == records.CmdSetPin {
		q.Data = []byte("{}") // sealed, and yet
	}
	a.rows.letters = append(a.rows.letters, records.DeadLetter{
		Contact: q.Contact, Form: q.Form, N: q.N, Kind: kind,
		Data: fold.Clean(clip(string(q.Data), 100_000)), Reason: why, At: a.now,
	})
	task := records.Task{Reason: why, Contact: q.Contact, Flow: kind, Status: records.TaskOpen, CreatedAt: a.now}
	if who := a.actors[q.Contact]; who != nil {
		task.PersonID = &who.Person
		if len(who.Grants) > 0 {
			task.Area = who.Grants[0].Area
		}
	}
	a.rows.tasks = append(a.rows.tasks, task)
}

// handle carries a request out. A nil outcome comes with flush.
func (a *applier) handle(i int) (*Outcome, error) {
	q := a.batch[i]
	if who, err := a.actor(q.Contact); err != nil || who != nil && who.locked && !passesLock(q) {
		return lockedOutcome(q), err
	}
	if q.Kind == records.CmdLogHelp {
		return a.logHelp(i)
	}
	if who := a.actors[q.Contact]; who != nil && records.NeedsPin(q.Kind, who.Actor) {
		if given, err := a.pinGiven(q, who.Person); err != nil || !given {
			return refuse(records.RefusedPin), err
		}
	}
	// The others write at once, and may depend on rows put aside.
	if err := a.flush(); err != nil {
		return nil, err
	}
	switch q.Kind {
	case records.CmdVoidHelp:
		return a.voidHelp(q)
	case records.CmdCorrectHelp:
		return a.correctHelp(q)
	case records.CmdRedeem:
		return a.redeem(q)
	case records.CmdLang, records.CmdAddress, records.CmdName:
		return a.setPerson(q)
	case records.CmdPhone:
		return a.setPhone(q)
	case records.CmdContactBlocked, records.CmdContactReturns, records.CmdContactSeen:
		return a.setContact(q)
	case records.CmdJoinCode:
		return a.makeJoinCode(q)
	case records.CmdJoin:
		return a.joinContact(q)
	case records.CmdPart:
		return a.partContact(q)
	case records.CmdOpenTask:
		return a.openTask(q)
	case records.CmdTakeTask, records.CmdDoneTask, records.CmdPassTask:
		return a.changeTask(q)
	case records.CmdWardPhone:
		return a.setWardPhone(q)
	case records.CmdInvite:
		return a.makeInvite(q)
	case records.CmdChangeRole:
		return a.changeRole(q)
	case records.CmdStateHandover:
		return a.stateHandover(q)
	case records.CmdAnswerHandover:
		return a.answerHandover(q)
	case records.CmdTakeHandover:
		return a.takeHandover(q)
	case records.CmdMergeHomes:
		return a.mergeHomes(q)
	case records.CmdMoveHome:
		return a.moveHome(q)
	case records.CmdUndoMove:
		return a.undoMove(q)
	case records.CmdSetPin:
		return a.setPin(q)
	case records.CmdResetPin:
		return a.resetPin(q)
	case records.CmdLock:
		return a.lockPerson(q)
	case records.CmdReview:
		return a.reviewEntered(q)
	case records.CmdUnlock:
		return a.unlockPerson(q)
	case records.CmdMakeCard:
		return a.makeCard(q)
	case records.CmdMakeCards:
		return a.makeCards(q)
	case records.CmdCheckList:
		return a.checkList(q)
	case records.CmdDecideList:
		return a.decideList(q)
	case records.CmdMakeSheets:
		return a.makeSignatureSheets(q)
	case records.CmdSignSheet:
		return a.signSheet(q)
	case records.CmdOpenCode:
		return a.openCode(q)
	case records.CmdLinkHousehold:
		return a.linkHousehold(q)
	case records.CmdUnlink:
		return a.unlink(q)
	case records.CmdVisit:
		return a.noteVisit(q)
	case records.CmdChangeHousehold:
		return a.changeHousehold(q)
	case records.CmdQuiet:
		return a.quietHousehold(q)
	case records.CmdPropose:
		return a.proposeHousehold(q)
	case records.CmdDecide:
		return a.decideProposal(q)
	case records.CmdConfirmHelp:
		return a.confirmHelp(q)
	case records.CmdDisputeHelp:
		return a.disputeHelp(q)
	case records.CmdExportHelp:
		return a.exportHelp(q)
	case records.CmdTakeMyData:
		return a.takeMyData(q)
	case records.CmdWithdraw:
		return a.withdraw(q)
	case records.CmdAskData:
		return a.askData(q)
	case records.CmdForgetMe:
		return a.forgetMe(q)
	case records.CmdMessages:
		return a.stopMessages(q)
	case records.CmdEraseAsked:
		return a.eraseAsked(q)
	case records.CmdExtendData:
		return a.extendData(q)
	case records.CmdShareDispute:
		return a.shareDispute(q)
	case records.CmdTellNeed:
		return a.tellNeed(q)
	case records.CmdAnswerNeed:
		return a.answerNeed(q)
	case records.CmdConfirmNeed:
		return a.confirmNeed(q)
	case records.CmdOffer:
		return a.makeOffer(q)
	case records.CmdMatch, records.CmdAssign:
		return a.matchOffer(q)
	case records.CmdAgreeOffer:
		return a.agreeOffer(q)
	case records.CmdEndOffer, records.CmdLeaveOffer:
		return a.endOffer(q)
	case records.CmdCheckOffer:
		return a.checkOffer(q)
	case records.CmdRise:
		return a.enrolRise(q)
	case records.CmdCheckRise, records.CmdNoteRise:
		return a.checkRise(q)
	case records.CmdReached, records.CmdLeaveRise, records.CmdPraise:
		return a.endRise(q)
	case records.CmdChangeJob:
		return a.changeJob(q)
	case records.CmdRemind:
		return a.makeReminder(q)
	case records.CmdChangeReminder:
		return a.changeReminder(q)
	case records.CmdSnooze:
		return a.snoozeReminder(q)
	case records.CmdEndReminder:
		return a.endReminder(q)
	case records.CmdRemindPledge:
		return a.remindPledge(q)
	case records.CmdShareCampaign:
		return a.shareCampaign(q)
	case records.CmdPledge:
		return a.makePledge(q)
	case records.CmdChangePledge, records.CmdCancelPledge:
		return a.changePledge(q)
	case records.CmdTakeReceipt:
		return a.takeReceipt(q)
	case records.CmdPublish:
		return a.makeStatement(q)
	case records.CmdTakeGoods:
		return a.takeGoods(q)
	case records.CmdAllocate:
		return a.allocate(q)
	case records.CmdApproveAllocated:
		return a.approveAllocated(q)
	case records.CmdCancelAllocated:
		return a.cancelAllocated(q)
	case records.CmdHandOver:
		return a.handOver(q)
	case records.CmdUndoReceipt:
		return a.undoReceipt(q)
	case records.CmdMakeBroadcast:
		return a.makeBroadcast(q)
	case records.CmdTryBroadcast:
		return a.tryBroadcast(q)
	case records.CmdSendBroadcast:
		return a.sendBroadcast(q)
	case records.CmdSetBroadcast:
		return a.setBroadcast(q)
	case records.CmdReadStatement:
		return a.readStatementFile(q)
	case records.CmdKeepStatement:
		return a.keepStatement(q)
	case records.CmdAcceptTransfer:
		return a.acceptTransfer(q)
	case records.CmdAcceptMatched:
		return a.acceptMatched(q)
	case records.CmdAsideTransfer:
		return a.asideTransfer(q)
	case records.CmdUndoTransfer:
		return a.undoTransfer(q)
	case records.CmdReportBroadcast:
		return a.reportBroadcast(q)
	case records.CmdReplyBroadcast:
		return a.replyBroadcast(q)
	case records.CmdTopic:
		return a.setTopic(q)
	case records.CmdProposeCampaign:
		return a.proposeCampaign(q)
	case records.CmdApproveCampaign:
		return a.approveCampaign(q)
	case records.CmdCampaignState:
		return a.setCampaignState(q)
	}
	return refuse(records.RefusedInvalid), nil
}

func refuse(why string) *Outcome { return &Outcome{Refused: why} }

// flush writes what was put aside, and what came of the requests decided.
func (a *applier) flush() error {
	if err := a.placeLogs(); err != nil {
		return err
	}
	rows := a.rows
	a.rows = pendingRows{}
	for _, i := range a.ready {
		q := a.batch[i]
		outcome, err := json.Marshal(a.outcomes[i])
		if err != nil {
			return err
		}
		rows.applied = append(rows.applied, records.Applied{
			Contact: q.Contact, Form: q.Form, N: q.N, Kind: clip(fold.Clean(q.Kind), 100),
			Hash: payloadHash(q), Outcome: string(outcome), At: a.now,
		})
	}
	a.ready = a.ready[:0]
	for _, write := range []func() error{
		func() error { return insert(a.tx, rows.batches) },
		func() error { return insert(a.tx, rows.help) },
		func() error { return insert(a.tx, rows.items) },
		func() error { return insert(a.tx, rows.photos) },
		func() error { return a.remember(rows.uses) },
		func() error {
			return insert(a.tx, rows.messages, clause.OnConflict{Columns: []clause.Column{{Name: "dedupe"}}, DoNothing: true})
		},
		func() error { return insert(a.tx, rows.tasks) },
		func() error { return insert(a.tx, rows.letters) },
		func() error { return insert(a.tx, rows.audit) },
		func() error { return a.insertApplied(rows.applied) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// insertApplied writes what came of requests, or finds that it is written already.
func (a *applier) insertApplied(rows []records.Applied) error {
	slices.SortFunc(rows, func(x, y records.Applied) int { // the same order everywhere: no deadlocks
		return strings.Compare(x.Contact+"\x00"+x.Form+"\x00"+strconv.Itoa(x.N), y.Contact+"\x00"+y.Form+"\x00"+strconv.Itoa(y.N))
	})
	for some := range portions(rows) {
		done := a.tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&some)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected != int64(len(some)) {
			return errRaced
		}
	}
	return nil
}

// insert writes rows, many to a statement.
func insert[T any](tx *gorm.DB, rows []T, clauses ...clause.Expression) error {
	for some := range portions(rows) {
		if err := tx.Clauses(clauses...).Create(&some).Error; err != nil {
			return err
		}
	}
	return nil
}

// audit puts a line of the log of changes aside.
func (a *applier) audit(q Request, person int64, subject, area, why string) {
	line := records.Audit{At: a.now, Contact: q.Contact, Action: q.Kind, Subject: subject, Area: area, Why: why}
	if person != 0 {
		line.PersonID = &person
	}
	a.rows.audit = append(a.rows.audit, line)
}

// storable reports text that both databases hold as it is.
func storable(s string) bool { return fold.Clean(s) == s }

// clip cuts a text to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// forChange begins a query of rows that the transaction is about to change: on Postgres nobody else changes them meanwhile; SQLite
// has one writer.
func (a *applier) forChange() *gorm.DB {
	if a.r.pg {
		return a.tx.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return a.tx
}
