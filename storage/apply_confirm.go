package storage

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// told is the condition of entries that a household is told of by an instant: in force, and old enough not to be taken back in
// silence.
const toldBy = "superseded_at IS NULL AND voided_at IS NULL AND created_at <= ?"

// unanswered is the condition of entries that their household said nothing about.
const unanswered = "NOT EXISTS (SELECT 1 FROM help_answers a WHERE a.code = help.code AND a.version = help.version AND a.superseded_at IS NULL)"

// confirmHelp notes that a household received all that it was shown and had not answered yet.
func (a *applier) confirmHelp(q Request) (*Outcome, error) {
	var command records.ConfirmHelp
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, home, refused, err := a.ownHome(q, command.Household, records.AnswerHelp)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	seen := time.Unix(command.Seen, 0).UTC()
	if latest := q.At.Add(-records.NoticeDelay); seen.After(latest) {
		seen = latest
	}
	from := time.Date(command.Year, 1, 1, 0, 0, 0, 0, time.UTC)
	var entries []records.Help
	err = a.tx.Where("household_id = ? AND given_on >= ? AND given_on < ? AND "+toldBy+" AND "+unanswered, home.ID, from, from.AddDate(1, 0, 0), seen).
		Order("code").Limit(supportRead).Find(&entries).Error
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if err := a.keepAnswer(q, who, e, records.HelpAnswer{Answer: records.AnswerReceived}); err != nil {
			return nil, err
		}
	}
	return &Outcome{Args: map[string]string{"count": strconv.Itoa(len(entries))}}, nil
}

// keepAnswer keeps what a household says about an entry, in place of what it said before, with what is to be known of who says it.
func (a *applier) keepAnswer(q Request, who *actor, e records.Help, answer records.HelpAnswer) error {
	err := a.tx.Model(&records.HelpAnswer{}).Where("code = ? AND version = ? AND superseded_at IS NULL", e.Code, e.Version).Update("superseded_at", stamp(q.At)).Error
	if err != nil {
		return err
	}
	answer.Code, answer.Version, answer.HouseholdID, answer.PersonID, answer.Contact, answer.At = e.Code, e.Version, e.HouseholdID, who.Person, q.Contact, stamp(q.At)
	answer.Helper = records.Can(who.Actor, records.LogTheHelp, e.Area)
	answer.Several = len(ownHomes(who.Actor)) > 1
	if err := a.tx.Clauses(inForce("superseded_at", "code", "version")).Create(&answer).Error; err != nil {
		return err
	}
	a.audit(q, who.Person, "help "+e.Code, records.Parent(e.Area), answer.Answer)
	return nil
}

// disputeHelp notes that something of an entry did not come or is wrong: a task of the ward's Front. The leader, who may be the one
// meant, is not told.
func (a *applier) disputeHelp(q Request) (*Outcome, error) {
	var command records.DisputeHelp
	if err := json.Unmarshal(q.Data, &command); err != nil || !slices.Contains([]string{records.AnswerMissing, records.AnswerWrong}, command.Answer) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	code, _ := records.ParseCode(command.Code)
	var entries []records.Help
	err = a.tx.Where("code = ? AND "+toldBy, code, q.At.Add(-records.NoticeDelay)).Limit(1).Find(&entries).Error
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 || !records.Can(who.Actor, records.AnswerHelp, entries[0].Area) {
		return refuse(records.RefusedNotFound), nil
	}
	e := entries[0]
	answer := records.HelpAnswer{
		Answer: command.Answer, Missing: clipRunes(fold.Clean(command.Missing), records.MaxName), Words: clipRunes(fold.Clean(command.Words), records.MaxNote),
	}
	if err := a.keepAnswer(q, who, e, answer); err != nil {
		return nil, err
	}
	group := records.Parent(e.Area)
	commune := records.Parent(group)
	a.rows.tasks = append(a.rows.tasks, records.Task{
		Reason: "help_disputed", Area: commune, Contact: q.Contact, PersonID: &who.Person, Ref: e.Code, Status: records.TaskOpen, CreatedAt: stamp(q.At),
	})
	name, err := a.areaName(group)
	if err != nil {
		return nil, err
	}
	line := dialog.Line{Key: "notice.disputed", Args: map[string]string{"group": name, "code": e.Code}}
	return &Outcome{Args: map[string]string{"code": e.Code, "on": records.FormatDay(e.GivenOn), "missing": answer.Missing, "said": answer.Words}},
		a.tellHolders(q, []records.Grant{{Role: records.RoleFront, Area: commune}}, "dispute "+e.Code+" "+q.Form, e.Code, line)
}

// shareDispute lets the leader know of what a household said is not right: its newest, or that about an entry.
func (a *applier) shareDispute(q Request) (*Outcome, error) {
	var command records.ShareDispute
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	find := a.forChange().Where("person_id = ? AND superseded_at IS NULL AND answer <> ?", who.Person, records.AnswerReceived)
	if code, ok := records.ParseCode(command.Code); ok {
		find = find.Where("code = ?", code)
	}
	var answers []records.HelpAnswer
	if err := find.Order("id DESC").Limit(1).Find(&answers).Error; err != nil {
		return nil, err
	}
	if len(answers) == 0 {
		return refuse(records.RefusedNotFound), nil
	}
	answer := answers[0]
	var e records.Help
	if err := a.tx.Where("code = ? AND version = ?", answer.Code, answer.Version).First(&e).Error; err != nil {
		return nil, err
	}
	if !records.Can(who.Actor, records.AnswerHelp, e.Area) {
		return refuse(records.RefusedNotFound), nil
	}
	outcome := &Outcome{Args: map[string]string{"code": e.Code}}
	if answer.Shared {
		return outcome, nil
	}
	if err := a.tx.Model(&answer).Update("shared", true).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "help "+e.Code, records.Parent(e.Area), "shared with the leader")
	line := dialog.Line{Key: "notice.disputed.leader", Args: map[string]string{
		"code": e.Code, "on": records.FormatDay(e.GivenOn), "missing": answer.Missing, "said": answer.Words,
	}}
	return outcome, a.tellHolders(q, []records.Grant{{Role: records.RoleLeader, Area: records.Parent(e.Area)}}, "dispute shared "+e.Code, e.Code, line)
}
