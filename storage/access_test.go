package storage

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// probe tries at a place what a look-up or a command does, as who holds a role somewhere, and reports whether the store let it.
type probe func(t *testing.T, w *world, as string, action records.Action, at spot) bool

// probes has one for every name in records.Guards: a new look-up or command comes with its own.
var probes = map[string]probe{
	records.AskHouseholdSearch: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return len(w.ask(t, as, records.AskHouseholdSearch, map[string]string{"q": at.home}).Options) == 1
	},
	records.AskHouseholdFacts: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskHouseholdFacts, map[string]string{"household": at.home}).Facts["name"] != ""
	},
	records.AskHouseholdList: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		ask := dialog.Ask{Query: records.AskHouseholdList, Args: map[string]string{"group": at.area}}
		for more := true; more; ask.Page++ {
			a := w.Answer(t.Context(), ask, w.who(t, as), w.clock())
			if more = a.More; slices.ContainsFunc(a.Options, func(o dialog.Option) bool { return o.Key == at.home }) {
				return true
			}
		}
		return false
	},
	records.AskHouseholdSheet: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		must(t, w.PutBlob(t.Context(), "sheet "+at.home, "text/csv", []byte("Mã hộ\n"+at.home+"\n")))
		return w.ask(t, as, records.AskHouseholdSheet, map[string]string{"blob": "sheet " + at.home}).Facts["codes"] == at.home
	},
	records.AskHelpRecent: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskHelpRecent, map[string]string{"households": at.home, "kind": "nhu_yeu_pham", "on": "2026-11-10"}).Facts["code"] == at.entry
	},
	records.AskHelpGet: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		code := at.entry
		if action == records.Own {
			code = w.entryOf(t, as, at)
		}
		return w.ask(t, as, records.AskHelpGet, map[string]string{"code": code}).Facts["code"] == code
	},
	records.AskHelpMine: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		mine := w.entryOf(t, as, at)
		all := w.ask(t, as, records.AskHelpMine, nil).Options
		return len(all) > 0 && all[0].Key == mine && !slices.ContainsFunc(all, func(o dialog.Option) bool { return o.Key == at.entry })
	},
	records.AskAreaMine: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return slices.ContainsFunc(w.ask(t, as, records.AskAreaMine, nil).Options, func(o dialog.Option) bool { return o.Key == at.area })
	},
	records.AskHouseholdMine: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.joins(t, as, records.Join(at.area, at.home))
		return slices.ContainsFunc(w.ask(t, as, records.AskHouseholdMine, nil).Options, func(o dialog.Option) bool { return o.Key == at.home })
	},
	records.AskHouseholdSupport: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskHouseholdSupport, map[string]string{"household": at.home}).Facts["household"] == at.home
	},
	records.AskHouseholdMembers: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskHouseholdMembers, map[string]string{"household": at.home}).Facts["household"] == at.home
	},
	records.AskCodeOpen: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.do(t, as, records.CmdOpenCode, records.OpenCode{Code: w.cardAt(t, at)})
		return w.ask(t, as, records.AskCodeOpen, nil).Facts["who"] != ""
	},
	records.CmdJoinCode: probeSelf(records.CmdJoinCode, struct{}{}),
	records.CmdJoin: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.joinTo(t, as, w.contact(t, "second chat at "+at.home, "")).Refused == ""
	},
	records.CmdPart: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		second := w.contact(t, "second chat at "+at.home, "")
		w.joinTo(t, as, second)
		if out := w.do(t, w.contact(t, "stranger at "+at.home, ""), records.CmdPart, records.PartContact{Contact: second}); out.Refused == "" {
			t.Error("a stranger takes a chat away")
		}
		return w.do(t, as, records.CmdPart, records.PartContact{Contact: second}).Refused == ""
	},
	records.AskContacts: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.joinTo(t, as, w.contact(t, "second chat at "+at.home, ""))
		return len(w.ask(t, as, records.AskContacts, nil).Options) == 1
	},
	records.AskQuota: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskQuota, map[string]string{"area": at.area}).Problem == ""
	},

	records.AskJobs: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return len(w.ask(t, as, records.AskJobs, map[string]string{"area": at.area}).Lines) > 0
	},

	records.CmdMakeCard: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdMakeCard, records.MakeCard{Household: at.home}).Refused == ""
	},
	records.CmdMakeCards: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdMakeCards, records.MakeCards{Group: at.area, Again: true}).Args["file"] != ""
	},
	records.CmdCheckList: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskList, map[string]string{"list": w.listAt(t, as, at)}).Facts["added"] == "1"
	},
	records.CmdDecideList: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.listAt(t, w.contact(t, "officer of "+at.home, "", records.Grant{Role: records.RoleOfficer, Area: records.Parent(at.area)}), at)
		return w.do(t, as, records.CmdDecideList, records.DecideList{ID: int64(w.count(t, "SELECT max(id) FROM lists"))}).Refused == ""
	},
	records.AskList: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := w.listAt(t, w.contact(t, "officer of "+at.home, "", records.Grant{Role: records.RoleOfficer, Area: records.Parent(at.area)}), at)
		return w.ask(t, as, records.AskList, map[string]string{"list": id}).Facts["list"] == id
	},
	records.CmdMakeSheets: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdMakeSheets, records.MakeSignatureSheets{Group: at.area}).Args["file"] != ""
	},
	records.CmdSignSheet: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		must(t, w.PutBlob(t.Context(), "in/foto", "image/jpeg", []byte{0xff}))
		return w.do(t, as, records.CmdSignSheet, records.SignSheet{Sheet: w.sheetAt(t, at), Photo: "in/foto", Signed: []int{1}}).Refused == ""
	},
	records.AskSheet: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return len(w.ask(t, as, records.AskSheet, map[string]string{"sheet": w.sheetAt(t, at)}).Lines) > 0
	},
	records.CmdOpenCode: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdOpenCode, records.OpenCode{Code: w.cardAt(t, at)}).Refused == ""
	},
	records.CmdLinkHousehold: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.link(t, as, w.cardAt(t, at)).Refused == ""
	},
	records.CmdUnlink: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		member := as
		if action != records.Own {
			member = w.contact(t, "member of "+at.home, "")
		}
		if out := w.link(t, member, w.cardAt(t, at)); out.Refused != "" {
			t.Fatal(out)
		}
		var link records.HouseholdLink
		must(t, w.db.Where("household_id = (SELECT id FROM households WHERE code = ?)", at.home).First(&link).Error)
		return w.do(t, as, records.CmdUnlink, records.Unlink{Link: link.ID}).Refused == ""
	},
	records.AskHelpMeant: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.pass(records.NoticeDelay)
		return w.ask(t, as, records.AskHelpMeant, map[string]string{"household": at.home}).Facts["code"] == at.entry
	},
	records.CmdConfirmHelp: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.pass(records.NoticeDelay)
		return w.do(t, as, records.CmdConfirmHelp, records.ConfirmHelp{Household: at.home, Year: 2026, Seen: w.clock().Unix()}).Args["count"] == "1"
	},
	records.CmdDisputeHelp: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.pass(records.NoticeDelay)
		return w.do(t, as, records.CmdDisputeHelp, records.DisputeHelp{Code: at.entry, Answer: records.AnswerMissing, Words: "chưa có"}).Refused == ""
	},
	records.CmdShareDispute: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.pass(records.NoticeDelay)
		member := records.Role{PersonID: w.personOf(t, as), Name: records.RoleHousehold, Area: records.Join(at.area, at.home), ValidFrom: wednesday}
		if new := w.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&member); new.RowsAffected > 0 {
			w.do(t, as, records.CmdDisputeHelp, records.DisputeHelp{Code: at.entry, Answer: records.AnswerMissing, Words: "chưa có"})
			must(t, w.db.Delete(&member).Error)
		} else {
			w.do(t, as, records.CmdDisputeHelp, records.DisputeHelp{Code: at.entry, Answer: records.AnswerMissing, Words: "chưa có"})
		}
		return w.do(t, as, records.CmdShareDispute, records.ShareDispute{Code: at.entry}).Refused == ""
	},
	records.AskHouseholdView: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskHouseholdView, map[string]string{"household": at.home}).Facts["household"] == at.home
	},
	records.AskLookReason: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		return w.ask(t, as, records.AskLookReason, nil).Problem == ""
	},
	records.AskHouseholdYear: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskHouseholdYear, map[string]string{"group": at.area}).Facts["group_path"] == at.area
	},
	records.AskProposals: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := w.proposalAt(t, at)
		return w.ask(t, as, records.AskProposals, map[string]string{"proposal": strconv.FormatInt(id, 10)}).Facts["name"] != ""
	},
	records.CmdExportHelp: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		command := records.ExportHelp{From: "2026-01-01", To: "2026-12-31", Columns: records.ExportColumns}
		o := w.do(t, as, records.CmdExportHelp, command)
		if o.Refused != "" {
			return false
		}
		data, _, err := w.Blob(t.Context(), o.Args["file"])
		must(t, err)
		table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "", sheets.Usual)
		must(t, err)
		defer table.Close()
		for row, err := range table.Rows() {
			must(t, err)
			if row.Cell(1) == at.entry {
				return true
			}
		}
		return false
	},
	records.CmdVisit: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdVisit, records.NoteVisit{Household: at.home, On: "2026-11-10", Note: "khỏe"}).Refused == ""
	},
	records.CmdChangeHousehold: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdChangeHousehold, records.ChangeHousehold{Household: at.home, Part: "members", Value: "4"}).Refused == ""
	},
	records.CmdQuiet: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdQuiet, records.QuietHousehold{Household: at.home, Why: records.QuietAway}).Refused == ""
	},
	records.CmdPropose: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdPropose, records.ProposeHousehold{Group: at.area, Head: "Nhà Mới " + at.home}).Refused == ""
	},
	records.CmdDecide: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdDecide, records.DecideProposal{ID: w.proposalAt(t, at), Accept: true}).Refused == ""
	},
	records.AskAreaGive: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		role, area := given(action, at)
		found := w.ask(t, as, records.AskAreaGive, map[string]string{"role": role, "key": area})
		return slices.ContainsFunc(found.Options, func(o dialog.Option) bool { return o.Key == area })
	},
	records.AskStaff: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		id := strconv.FormatInt(w.roleAt(t, action, at), 10)
		for page := 0; ; page++ {
			a := w.Answer(t.Context(), dialog.Ask{Query: records.AskStaff, Page: page}, w.who(t, as), w.clock())
			if slices.ContainsFunc(a.Lines, func(l dialog.Line) bool { return l.Args["role"] == id }) {
				return true
			}
			if !a.More {
				return false
			}
		}
	},
	records.AskRole: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		return w.ask(t, as, records.AskRole, map[string]string{"role": strconv.FormatInt(w.roleAt(t, action, at), 10)}).Facts["state"] == "active"
	},
	records.CmdChangeRole: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		return w.do(t, as, records.CmdChangeRole, records.ChangeRole{ID: w.roleAt(t, action, at), Act: records.RoleSuspendAct}).Refused == ""
	},
	records.AskHandovers: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		id := strconv.FormatInt(w.handoverAt(t, as, action, at).ID, 10)
		for page := 0; ; page++ {
			a := w.Answer(t.Context(), dialog.Ask{Query: records.AskHandovers, Page: page}, w.who(t, as), w.clock())
			if slices.ContainsFunc(a.Lines, func(l dialog.Line) bool { return l.Args["handover"] == id }) {
				return true
			}
			if !a.More {
				return false
			}
		}
	},
	records.AskHandover: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		id := strconv.FormatInt(w.handoverAt(t, as, action, at).ID, 10)
		return w.ask(t, as, records.AskHandover, map[string]string{"handover": id}).Facts["handover"] == id
	},
	records.CmdStateHandover: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		return w.do(t, as, records.CmdStateHandover, records.StateHandover{ID: w.handoverAt(t, as, action, at).ID, Cash: 5000}).Refused == ""
	},
	records.CmdAnswerHandover: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		h := w.handoverAt(t, as, action, at)
		if action == records.Own { // who follows, not who leaves
			must(t, w.db.Model(&h).Updates(map[string]any{"successor_id": h.PersonID, "person_id": w.personOf(t, w.leader)}).Error)
		}
		return w.do(t, as, records.CmdAnswerHandover, records.AnswerHandover{ID: h.ID, Words: "thiếu sổ"}).Refused == ""
	},
	records.CmdTakeHandover: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		return w.do(t, as, records.CmdTakeHandover, records.TakeHandover{ID: w.handoverAt(t, as, action, at).ID}).Args["file"] != ""
	},
	records.AskLockable: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return len(w.ask(t, as, records.AskLockable, map[string]string{"q": w.loserAt(t, at).name}).Options) == 1
	},
	records.CmdLock: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdLock, records.LockPerson{Person: w.loserAt(t, at).id}).Refused == ""
	},
	records.AskLockReview: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskLockReview, map[string]string{"lock": strconv.FormatInt(w.lockAt(t, at).ID, 10)}).Facts["left"] == "0"
	},
	records.CmdReview: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		lock := w.lockAt(t, at)
		must(t, w.db.Model(&records.Help{}).Where("code = ?", at.entry).Update("author_id", lock.PersonID).Error)
		return w.do(t, as, records.CmdReview, records.ReviewEntered{Lock: lock.ID, Kind: records.LockHelp, Ref: at.entry, Verdict: records.LockRight}).Refused == ""
	},
	records.AskMerge: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskMerge, map[string]string{"kept": at.home, "gone": w.twinAt(t, at)}).Facts["gone_name"] != ""
	},
	records.CmdMergeHomes: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdMergeHomes, records.MergeHomes{Kept: at.home, Gone: w.twinAt(t, at)}).Refused == ""
	},
	records.CmdMoveHome: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		other := records.Area{Path: records.Parent(at.area) + "/khac", Kind: records.AreaGroup, Code: "khac", Name: "Tổ khác", ValidFrom: wednesday}
		if w.count(t, "SELECT count(*) FROM areas WHERE path = ?", other.Path) == 0 {
			must(t, w.db.Create(&other).Error)
		}
		return w.do(t, as, records.CmdMoveHome, records.MoveHome{Household: at.home, Group: other.Path}).Refused == ""
	},
	records.CmdUndoMove: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		by := w.contact(t, "mover of "+at.home, "", records.Grant{Role: records.RoleOfficer, Area: records.Parent(at.area)})
		out := w.do(t, by, records.CmdMergeHomes, records.MergeHomes{Kept: at.home, Gone: w.twinAt(t, at)})
		id, err := strconv.ParseInt(out.Args["code"], 10, 64)
		must(t, err)
		return w.do(t, as, records.CmdUndoMove, records.UndoMove{ID: id}).Refused == ""
	},
	records.AskPin: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		w.passFor(as, "f", w.clock())
		return w.ask(t, as, records.AskPin, map[string]string{"secret": w.SealFor(as, "2580")}).Problem == records.ProblemPinWrong
	},
	records.AskPinState: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		w.passFor(as, "f", w.clock())
		return w.ask(t, as, records.AskPinState, nil).Facts["set"] != ""
	},
	records.CmdSetPin: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		return w.do(t, as, records.CmdSetPin, records.SetPin{Pin: w.SealFor(as, "2580")}).Refused == ""
	},
	records.CmdResetPin: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdResetPin, records.ResetPin{Person: w.loserAt(t, at).id}).Refused == ""
	},
	records.CmdUnlock: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdUnlock, records.UnlockPerson{Person: w.lockAt(t, at).PersonID}).Args["code"] != ""
	},
	records.CmdInvite: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		role, area := given(action, at)
		return w.do(t, as, records.CmdInvite, records.MakeInvite{Role: role, Area: area}).Args["code"] != ""
	},

	records.CmdLogHelp: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdLogHelp, gift(at.home)).Refused == ""
	},
	records.CmdVoidHelp: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdVoidHelp, records.VoidHelp{Code: w.entryOf(t, as, at)}).Refused == ""
	},
	records.CmdCorrectHelp: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdCorrectHelp, records.CorrectHelp{Code: w.entryOf(t, as, at), Log: gift(at.home)}).Refused == ""
	},
	records.CmdRedeem: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code, err := w.CreateInvite(t.Context(), records.RoleDonor, at.area, "test", time.Hour)
		must(t, err)
		return w.do(t, as, records.CmdRedeem, records.Redeem{Code: code}).Refused == ""
	},
	records.CmdLang: probeSelf(records.CmdLang, records.SetLang{Lang: "en"}),
	records.AskKept: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		q := w.request(as, records.CmdAddress, records.SetAddress{Address: "cô"})
		w.apply(t, q)
		return w.ask(t, as, records.AskKept, map[string]string{"form": q.Form, "n": "0"}).Problem == ""
	},
	records.CmdAddress:        probeSelf(records.CmdAddress, records.SetAddress{Address: "cô"}),
	records.CmdName:           probeSelf(records.CmdName, records.SetName{Name: "Hoa"}),
	records.CmdPhone:          probeSelf(records.CmdPhone, records.SetPhone{Phone: "+84905123456"}),
	records.CmdContactBlocked: probeSelf(records.CmdContactBlocked, struct{}{}),
	records.CmdContactReturns: probeSelf(records.CmdContactReturns, struct{}{}),
	records.CmdContactSeen:    probeSelf(records.CmdContactSeen, struct{}{}),
	records.CmdOpenTask:       probeSelf(records.CmdOpenTask, records.OpenTask{Reason: "asked"}),

	records.AskNeeds: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.needAt(t, at), 10)
		for page := 0; ; page++ {
			a := w.Answer(t.Context(), dialog.Ask{Query: records.AskNeeds, Page: page}, w.who(t, as), w.clock())
			if slices.ContainsFunc(a.Options, func(o dialog.Option) bool { return o.Key == id }) {
				return true
			}
			if !a.More {
				return false
			}
		}
	},
	records.AskNeed: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskNeed, map[string]string{"need": strconv.FormatInt(w.needAt(t, at), 10)}).Facts["words"] != ""
	},
	records.AskNeedMine: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.needAt(t, at)
		return len(w.ask(t, as, records.AskNeedMine, map[string]string{"household": at.home}).Lines) == 1
	},
	records.CmdTellNeed: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdTellNeed, records.TellNeedOf{Household: at.home, Dimension: records.DimensionHouse, Words: "nhà dột"}).Refused == ""
	},
	records.CmdAnswerNeed: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdAnswerNeed, records.AnswerNeed{ID: w.needAt(t, at), Status: records.NeedMet}).Refused == ""
	},
	records.CmdConfirmNeed: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdConfirmNeed, records.ConfirmNeed{ID: w.needAt(t, at), Helped: true}).Refused == ""
	},

	records.AskMyData: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		return w.ask(t, as, records.AskMyData, nil).Facts["name"] == "Người Thử"
	},
	records.AskConsents: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		if out := w.link(t, as, w.cardAt(t, at)); out.Refused != "" {
			t.Fatal(out)
		}
		return len(w.ask(t, as, records.AskConsents, nil).Lines) == 1
	},
	records.CmdAskData:  probeSelf(records.CmdAskData, records.AskData{Kind: records.DataComplain, Words: "ai cũng xem được"}),
	records.CmdMessages: probeSelf(records.CmdMessages, records.StopMessages{Consent: records.ConsentGiven{Version: 1, Words: "Đừng nhắn"}}),
	records.CmdForgetMe: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		out := w.do(t, as, records.CmdForgetMe, records.ForgetMe{}) // who has a duty may, once it is handed over
		return out.Refused == records.RefusedDuty || out.Refused == "" && w.who(t, as).ID == ""
	},
	records.CmdEraseAsked: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdEraseAsked, records.EraseAsked{Task: w.requestAt(t, at)}).Refused == ""
	},
	records.CmdExtendData: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdExtendData, records.ExtendData{Task: w.requestAt(t, at), Why: "chờ hỏi"}).Refused == ""
	},
	records.CmdTakeMyData: probeSelf(records.CmdTakeMyData, records.TakeMyData{Format: records.DataJSON}),
	records.CmdWithdraw: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		if out := w.link(t, as, w.cardAt(t, at)); out.Refused != "" {
			t.Fatal(out)
		}
		id, err := strconv.ParseInt(w.ask(t, as, records.AskConsents, nil).Lines[0].Args["consent"], 10, 64)
		must(t, err)
		return w.do(t, as, records.CmdWithdraw, records.Withdraw{Consent: id}).Refused == ""
	},
	records.AskOffers: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.offerAt(t, at, ""), 10)
		for page := 0; ; page++ {
			a := w.Answer(t.Context(), dialog.Ask{Query: records.AskOffers, Page: page}, w.who(t, as), w.clock())
			if slices.ContainsFunc(a.Lines, func(l dialog.Line) bool { return l.Args["offer"] == id }) {
				return true
			}
			if !a.More {
				return false
			}
		}
	},
	records.AskOffer: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskOffer, map[string]string{"offer": strconv.FormatInt(w.offerAt(t, at, ""), 10)}).Facts["giver"] != ""
	},
	records.AskOfferNeeds: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.needAt(t, at), 10)
		a := w.ask(t, as, records.AskOfferNeeds, map[string]string{"key": id})
		return len(a.Options) == 1 && a.Options[0].Key == id
	},
	records.AskOfferHome: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.offerAt(t, at, records.OfferAsked)
		return len(w.ask(t, as, records.AskOfferHome, map[string]string{"household": at.home}).Lines) == 1
	},
	records.AskOfferMine: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.offerAt(t, at, "")
		if out := w.do(t, as, records.CmdOffer, hand); out.Refused != "" {
			t.Fatal(out)
		}
		return len(w.ask(t, as, records.AskOfferMine, nil).Lines) == 1
	},
	records.CmdOffer: probeSelf(records.CmdOffer, hand),
	records.CmdMatch: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdMatch, records.MatchOffer{ID: w.offerAt(t, at, ""), Need: w.needAt(t, at)}).Refused == ""
	},
	records.CmdAssign: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdAssign, records.MatchOffer{ID: w.sponsorAt(t, at), Household: at.home}).Refused == ""
	},
	records.CmdAgreeOffer: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdAgreeOffer, records.AgreeOffer{ID: w.offerAt(t, at, records.OfferAsked), Agree: true}).Refused == ""
	},
	records.CmdEndOffer: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		id := int64(0)
		if action == records.MatchSponsors {
			id = w.sponsorAt(t, at)
		} else {
			id = w.offerAt(t, at, "")
		}
		return w.do(t, as, records.CmdEndOffer, records.EndOffer{ID: id}).Refused == ""
	},
	records.CmdLeaveOffer: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		wantRefused(t, w.do(t, as, records.CmdLeaveOffer, records.EndOffer{ID: w.offerAt(t, at, "")}), records.RefusedOfferGone) // somebody else's
		return w.do(t, as, records.CmdLeaveOffer, records.EndOffer{ID: w.offers(t, as, hand)}).Refused == ""
	},
	records.CmdCheckOffer: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		wantRefused(t, w.do(t, as, records.CmdCheckOffer, records.CheckOffer{ID: w.sponsorAt(t, at), Helped: true}), records.RefusedOfferGone)
		id := w.offers(t, as, wing)
		must(t, w.db.Model(&records.Offer{}).Where("id = ?", id).Updates(map[string]any{"status": records.OfferMatched, "area": at.area}).Error)
		return w.do(t, as, records.CmdCheckOffer, records.CheckOffer{ID: id, Helped: true}).Refused == ""
	},

	records.AskRiseMine: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.riseAt(t, at)
		return w.ask(t, as, records.AskRiseMine, map[string]string{"household": at.home}).Facts["rise"] != ""
	},
	records.AskRise: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskRise, map[string]string{"rise": strconv.FormatInt(w.riseAt(t, at), 10)}).Facts["name"] != ""
	},
	records.AskRises: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.riseAt(t, at), 10)
		for page := 0; ; page++ {
			a := w.Answer(t.Context(), dialog.Ask{Query: records.AskRises, Page: page}, w.who(t, as), w.clock())
			if slices.ContainsFunc(a.Lines, func(l dialog.Line) bool { return l.Args["rise"] == id }) {
				return true
			}
			if !a.More {
				return false
			}
		}
	},
	records.AskRiseCounts: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.riseAt(t, at)
		var names []string
		must(t, w.db.Model(&records.Area{}).Where("path IN ?", []string{at.area, records.Parent(at.area)}).Pluck("name", &names).Error)
		return slices.ContainsFunc(w.ask(t, as, records.AskRiseCounts, nil).Lines, func(l dialog.Line) bool { return slices.Contains(names, l.Args["area"]) })
	},
	records.CmdRise: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdRise, pledge(at.home)).Refused == ""
	},
	records.CmdCheckRise: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.riseAt(t, at)
		return w.do(t, as, records.CmdCheckRise, records.CheckRise{Household: at.home, Forward: "gà lớn rồi"}).Refused == ""
	},
	records.CmdNoteRise: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdNoteRise, records.CheckRise{ID: w.riseAt(t, at), Forward: "gà lớn rồi"}).Refused == ""
	},
	records.CmdReached: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.riseAt(t, at)
		return w.do(t, as, records.CmdReached, records.EndRise{Household: at.home}).Refused == ""
	},
	records.CmdLeaveRise: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.riseAt(t, at)
		return w.do(t, as, records.CmdLeaveRise, records.EndRise{Household: at.home}).Refused == ""
	},
	records.CmdPraise: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdPraise, records.EndRise{ID: w.riseAt(t, at)}).Refused == ""
	},

	records.CmdChangeJob: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdChangeJob, records.ChangeJob{Job: records.JobNeeds, Act: records.JobPause, Area: at.area}).Refused == ""
	},
	records.AskReminders: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		id := w.reminded(t, as, "họp", "daily", "08:00")
		lines := w.ask(t, as, records.AskReminders, nil).Lines
		return len(lines) == 1 && lines[0].Args["reminder"] == id
	},
	records.AskReminder: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		other := w.reminded(t, w.contact(t, "other at "+at.home, ""), "họp", "daily", "08:00")
		if w.ask(t, as, records.AskReminder, map[string]string{"reminder": other}).Problem == "" {
			t.Error("sees somebody else's")
		}
		id := w.reminded(t, as, "họp", "daily", "08:00")
		return w.ask(t, as, records.AskReminder, map[string]string{"reminder": id}).Facts["words"] == "họp"
	},
	records.CmdRemind: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		return w.reminded(t, as, "họp", "daily", "08:00") != ""
	},
	records.CmdChangeReminder: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		other, _ := strconv.ParseInt(w.reminded(t, w.contact(t, "other at "+at.home, ""), "họp", "daily", "08:00"), 10, 64)
		if w.do(t, as, records.CmdChangeReminder, records.ChangeReminder{ID: other, Words: "khác"}).Refused == "" {
			t.Error("changes somebody else's")
		}
		id, _ := strconv.ParseInt(w.reminded(t, as, "họp", "daily", "08:00"), 10, 64)
		return w.do(t, as, records.CmdChangeReminder, records.ChangeReminder{ID: id, Words: "khác"}).Refused == ""
	},
	records.CmdSnooze: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		id, _ := strconv.ParseInt(w.reminded(t, as, "họp", "daily", "08:00"), 10, 64)
		return w.do(t, as, records.CmdSnooze, records.Snooze{ID: id, Minutes: 60}).Refused == ""
	},
	records.CmdEndReminder: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		id, _ := strconv.ParseInt(w.reminded(t, as, "họp", "daily", "08:00"), 10, 64)
		return w.do(t, as, records.CmdEndReminder, records.EndReminder{ID: id, Stop: true}).Refused == ""
	},

	records.AskPledges: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.promised(t, as, w.campaignAt(t, at, records.CampaignOpen), 300_000)
		lines := w.ask(t, as, records.AskPledges, nil).Lines
		return len(lines) == 1 && lines[0].Args["code"] == code
	},
	records.AskPledge: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.promised(t, w.contact(t, "donor at "+at.home, ""), w.campaignAt(t, at, records.CampaignOpen), 300_000)
		return w.ask(t, as, records.AskPledge, map[string]string{"code": code}).Facts["code"] == code
	},
	records.AskComing: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		out := w.do(t, w.contact(t, "donor at "+at.home, ""), records.CmdPledge, noodles(w.campaignAt(t, at, records.CampaignOpen)))
		ask := dialog.Ask{Query: records.AskComing}
		for more := true; more; ask.Page++ {
			a := w.Answer(t.Context(), ask, w.who(t, as), w.clock())
			if more = a.More; slices.ContainsFunc(a.Lines, func(l dialog.Line) bool { return l.Args["code"] == out.Args["code"] }) {
				return true
			}
		}
		return false
	},
	records.CmdRemindPledge: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.promised(t, as, w.campaignAt(t, at, records.CampaignOpen), 300_000)
		return w.do(t, as, records.CmdRemindPledge, records.RemindPledge{Code: code, On: "2026-12-20"}).Refused == ""
	},
	records.CmdPledge: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.promised(t, as, w.campaignAt(t, at, records.CampaignOpen), 300_000) != ""
	},
	records.CmdChangePledge: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.promised(t, as, w.campaignAt(t, at, records.CampaignOpen), 300_000)
		return w.do(t, as, records.CmdChangePledge, records.ChangePledge{Code: code, Amount: 500_000}).Refused == ""
	},
	records.CmdCancelPledge: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.promised(t, as, w.campaignAt(t, at, records.CampaignOpen), 300_000)
		return w.do(t, as, records.CmdCancelPledge, records.CancelPledge{Code: code}).Refused == ""
	},

	records.AskTrace: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.receiptAt(t, at)
		return w.ask(t, as, records.AskTrace, map[string]string{"code": code}).Facts["code"] == code
	},
	records.AskPublishedFunds: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.campaignAt(t, at, records.CampaignOpen), 10)
		w.receiptAt(t, at)
		lines := w.ask(t, as, records.AskPublishedFunds, nil).Lines // the newest is the first
		return len(lines) > 0 && lines[0].Args["campaign"] == id
	},
	records.AskPublished: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.campaignAt(t, at, records.CampaignOpen), 10)
		w.receiptAt(t, at)
		return w.ask(t, as, records.AskPublished, map[string]string{"campaign": id}).Facts["count"] == "1"
	},
	records.CmdPublish: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := w.campaignAt(t, at, records.CampaignOpen)
		w.receiptAt(t, at)
		return w.do(t, as, records.CmdPublish, records.MakeStatement{Campaign: id, Columns: make([]string, len(records.StatementColumns))}).Refused == ""
	},
	records.AskPool: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.receiptAt(t, at)
		return w.ask(t, as, records.AskPool, nil).Facts["area"] == w.areaNamed(t, records.Parent(at.area))
	},
	records.AskStock: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.receiptAt(t, at)
		return w.ask(t, as, records.AskStock, nil).Facts["area"] == w.areaNamed(t, records.Parent(at.area))
	},
	records.AskAllocHomes: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return slices.ContainsFunc(w.ask(t, as, records.AskAllocHomes, map[string]string{"q": at.home}).Options, func(o dialog.Option) bool { return o.Key == at.home })
	},
	records.AskAllocations: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		code, waiting := w.allocationAt(t, at, 50_000), ""
		if action == records.AllocateFund {
			return w.ask(t, as, records.AskAllocation, map[string]string{"code": code}).Facts["cancel"] != ""
		}
		if action == records.ApproveFund {
			code, waiting = w.allocationAt(t, at, records.AllocateAlone+1), "1"
		}
		a := w.ask(t, as, records.AskAllocations, map[string]string{"waiting": waiting, "key": code})
		return len(a.Lines) == 1 && a.Lines[0].Args["code"] == code
	},
	records.AskAllocation: func(t *testing.T, w *world, as string, action records.Action, at spot) bool {
		amount, may := int64(50_000), map[records.Action]string{records.AllocateFund: "cancel", records.ApproveFund: "approve", records.LogTheHelp: "hand"}[action]
		if action == records.ApproveFund {
			amount = records.AllocateAlone + 1
		}
		return w.ask(t, as, records.AskAllocation, map[string]string{"code": w.allocationAt(t, at, amount)}).Facts[may] != ""
	},
	records.CmdTakeGoods: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		out := w.do(t, as, records.CmdTakeGoods, rice(20_000))
		if out.Refused != "" {
			return false
		}
		var b records.Book
		must(t, w.db.Where("id = (SELECT book_id FROM receipts WHERE code = ?)", out.Args["code"]).First(&b).Error)
		return records.Within(at.area, b.Area)
	},
	records.CmdAllocate: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.receiptAt(t, at)
		return w.do(t, as, records.CmdAllocate, records.Allocate{Fund: records.FundPoor, Households: []string{at.home}, Kind: "tien_mat", Money: 50_000}).Refused == ""
	},
	records.CmdApproveAllocated: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdApproveAllocated, records.DecideAllocation{Code: w.allocationAt(t, at, records.AllocateAlone+1)}).Refused == ""
	},
	records.CmdCancelAllocated: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdCancelAllocated, records.DecideAllocation{Code: w.allocationAt(t, at, 50_000)}).Refused == ""
	},
	records.CmdHandOver: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdHandOver, records.HandOver{Code: w.allocationAt(t, at, 50_000), On: "2026-11-10"}).Refused == ""
	},

	records.AskReceiptFor: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.promised(t, w.contact(t, "donor at "+at.home, ""), w.campaignAt(t, at, records.CampaignOpen), 300_000)
		return w.ask(t, as, records.AskReceiptFor, map[string]string{"code": code}).Facts["pledge"] == code
	},
	records.AskReceipts: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.receiptAt(t, at)
		lines := w.ask(t, as, records.AskReceipts, nil).Lines // the newest is the first
		return len(lines) > 0 && lines[0].Args["code"] == code
	},
	records.AskReceipt: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.receiptAt(t, at)
		return w.ask(t, as, records.AskReceipt, map[string]string{"code": code}).Facts["code"] == code
	},
	records.CmdTakeReceipt: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.promised(t, w.contact(t, "donor at "+at.home, ""), w.campaignAt(t, at, records.CampaignOpen), 300_000)
		return w.do(t, as, records.CmdTakeReceipt, cash(code, 300_000)).Refused == ""
	},
	records.CmdUndoReceipt: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdUndoReceipt, records.UndoReceipt{Code: w.receiptAt(t, at)}).Refused == ""
	},

	records.AskStatement: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := w.statementAt(t, at, "")
		return w.ask(t, as, records.AskStatement, map[string]string{"statement": id}).Facts["statement"] == id
	},
	records.AskAccounts: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		account := w.accountAt(t, at)
		return slices.ContainsFunc(w.ask(t, as, records.AskAccounts, nil).Lines, func(l dialog.Line) bool { return l.Args["account"] == account })
	},
	records.AskTransfers: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.waitingAt(t, at), 10)
		lines := w.ask(t, as, records.AskTransfers, map[string]string{"state": records.TransferUnknown}).Lines // the newest is the first
		return len(lines) > 0 && lines[0].Args["transfer"] == id
	},
	records.AskTransfer: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.waitingAt(t, at), 10)
		return w.ask(t, as, records.AskTransfer, map[string]string{"transfer": id}).Facts["transfer"] == id
	},
	records.CmdReadStatement: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		account := w.accountAt(t, at)
		out := w.do(t, as, records.CmdReadStatement, records.ReadStatementFile{Blob: "in/" + as + at.home})
		if out.Refused != "" {
			return false
		}
		must(t, w.PutBlob(t.Context(), "in/"+as+at.home, "text/csv", []byte(strings.Replace(statement("09/11/2026,1.000,x,"), appeal().Account, account, 1))))
		w.workStatements(t)
		return w.ask(t, as, records.AskStatement, map[string]string{"statement": out.Args["statement"]}).Facts["lines"] == "1"
	},
	records.CmdKeepStatement: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id, err := strconv.ParseInt(w.statementAt(t, at, ""), 10, 64)
		must(t, err)
		return w.do(t, as, records.CmdKeepStatement, records.KeepStatement{ID: id}).Refused == ""
	},
	records.CmdAcceptTransfer: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdAcceptTransfer, records.AcceptTransfer{ID: w.waitingAt(t, at), Free: true}).Refused == ""
	},
	records.CmdAcceptMatched: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		code := w.promised(t, w.contact(t, "donor at "+at.home, ""), w.campaignAt(t, at, records.CampaignOpen), 300_000)
		id := w.waitingAt(t, at)
		must(t, w.db.Model(&records.Transfer{ID: id}).Updates(map[string]any{"state": records.TransferMatched, "code": code, "amount": 300_000}).Error)
		w.do(t, as, records.CmdAcceptMatched, records.AcceptMatched{})
		return w.count(t, "SELECT count(*) FROM transfers WHERE state = 'accepted' AND id = ?", id) == 1
	},
	records.CmdAsideTransfer: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdAsideTransfer, records.AsideTransfer{ID: w.waitingAt(t, at)}).Refused == ""
	},
	records.CmdUndoTransfer: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := w.waitingAt(t, at)
		must(t, w.db.Model(&records.Transfer{ID: id}).Update("state", records.TransferAside).Error)
		return w.do(t, as, records.CmdUndoTransfer, records.UndoTransfer{ID: id}).Refused == ""
	},

	records.AskCampaigns: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.campaignAt(t, at, records.CampaignOpen), 10)
		lines := w.ask(t, as, records.AskCampaigns, nil).Lines // the newest is the first
		return len(lines) > 0 && lines[0].Args["campaign"] == id
	},
	records.AskCampaign: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.campaignAt(t, at, records.CampaignOpen), 10)
		return w.ask(t, as, records.AskCampaign, map[string]string{"campaign": id}).Facts["campaign"] == id
	},
	records.AskCampaignOpen: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		return w.ask(t, as, records.AskCampaignOpen, map[string]string{"unit": "20200"}).Facts["ward"] != ""
	},
	records.AskProgress: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		w.campaignAt(t, at, records.CampaignOpen)
		return w.ask(t, as, records.AskProgress, map[string]string{"unit": at.area, "fund": ""}).Problem == ""
	},
	records.AskTemplate: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := w.campaignOver(t, at)
		return w.ask(t, as, records.AskTemplate, map[string]string{"campaign": strconv.FormatInt(id, 10)}).Facts["campaign"] != ""
	},
	records.CmdShareCampaign: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdShareCampaign, records.ShareCampaign{ID: w.campaignOver(t, at)}).Refused == ""
	},
	records.CmdProposeCampaign: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		if w.do(t, as, records.CmdProposeCampaign, appeal()).Refused != "" {
			return false
		}
		var c records.Campaign
		must(t, w.db.Order("id DESC").First(&c).Error)
		return records.Within(at.area, c.Area)
	},
	records.CmdApproveCampaign: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		command := records.ApproveCampaign{ID: w.campaignAt(t, at, records.CampaignProposed), Account: appeal().Account}
		return w.do(t, as, records.CmdApproveCampaign, command).Refused == ""
	},
	records.CmdCampaignState: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		command := records.SetCampaignState{ID: w.campaignAt(t, at, records.CampaignOpen), State: records.CampaignPaused}
		return w.do(t, as, records.CmdCampaignState, command).Refused == ""
	},

	records.AskBroadcasts: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.broadcastAt(t, at, records.BroadcastDone), 10)
		lines := w.ask(t, as, records.AskBroadcasts, nil).Lines // the newest is the first
		return len(lines) > 0 && lines[0].Args["broadcast"] == id
	},
	records.AskBroadcast: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.broadcastAt(t, at, records.BroadcastDone), 10)
		return w.ask(t, as, records.AskBroadcast, map[string]string{"broadcast": id}).Facts["broadcast"] == id
	},
	records.AskReach: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.ask(t, as, records.AskReach, map[string]string{"who": records.AudienceAll, "areas": at.area}).Facts["reach"] != ""
	},
	records.AskReachAreas: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return len(w.ask(t, as, records.AskReachAreas, map[string]string{"key": at.area}).Options) == 1
	},
	records.CmdMakeBroadcast: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdMakeBroadcast, records.MakeBroadcast{Text: "Mời họp " + at.home, Who: records.AudienceAll, Areas: []string{at.area}}).Refused == ""
	},
	records.CmdTryBroadcast: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdTryBroadcast, records.TryBroadcast{ID: w.broadcastAt(t, at, records.BroadcastDraft)}).Refused == ""
	},
	records.CmdSendBroadcast: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdSendBroadcast, records.SendBroadcast{ID: w.broadcastAt(t, at, records.BroadcastDraft)}).Refused == ""
	},
	records.CmdReportBroadcast: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		command := records.ReportBroadcast{
			ID: w.broadcastAt(t, at, records.BroadcastDone), Areas: records.ReportAreas, People: records.ReportPeople,
			Words: map[string]string{"sheet.areas": "a", "sheet.people": "b"},
		}
		return w.do(t, as, records.CmdReportBroadcast, command).Args["file"] != ""
	},
	records.CmdReplyBroadcast: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := w.broadcastAt(t, at, records.BroadcastDone)
		must(t, w.db.Create(&records.Message{
			Dedupe: "told " + as + at.home, Contact: as, Broadcast: &id, Status: records.MessageSent, DueAt: w.clock(), CreatedAt: w.clock().AddDate(0, 0, -9),
		}).Error)
		must(t, w.db.Exec("UPDATE tasks SET created_at = ? WHERE contact = ?", w.clock().AddDate(0, 0, -2), as).Error)
		return w.do(t, as, records.CmdReplyBroadcast, records.ReplyBroadcast{ID: id, Words: "Tôi đến trễ"}).Refused == ""
	},
	records.CmdTopic: probeSelf(records.CmdTopic, records.SetTopic{Topic: records.TopicNews}),
	records.AskTopics: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		w.do(t, as, records.CmdTopic, records.SetTopic{Topic: records.TopicRemind})
		return w.ask(t, as, records.AskTopics, nil).Facts[records.TopicRemind] == "1"
	},
	records.CmdSetBroadcast: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		command := records.SetBroadcast{ID: w.broadcastAt(t, at, records.BroadcastAsked), Act: records.BroadcastApprove}
		return w.do(t, as, records.CmdSetBroadcast, command).Refused == ""
	},

	records.AskTasks: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := w.taskAt(t, at)
		for page := 0; ; page++ {
			a := w.Answer(t.Context(), dialog.Ask{Query: records.AskTasks, Page: page}, w.who(t, as), w.clock())
			if slices.ContainsFunc(a.Options, func(o dialog.Option) bool { return o.Key == strconv.FormatInt(id, 10) }) {
				return true
			}
			if !a.More {
				return false
			}
		}
	},
	records.AskTask: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		id := strconv.FormatInt(w.taskAt(t, at), 10)
		return w.ask(t, as, records.AskTask, map[string]string{"task": id}).Facts["task"] == id
	},
	records.CmdTakeTask: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdTakeTask, records.TakeTask{ID: w.taskAt(t, at)}).Refused == ""
	},
	records.CmdDoneTask: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdDoneTask, records.DoneTask{ID: w.taskAt(t, at), Note: "xong"}).Refused == ""
	},
	records.CmdPassTask: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		return w.do(t, as, records.CmdPassTask, records.PassTask{ID: w.taskAt(t, at), Role: records.RoleOfficer, Note: "nhờ xem"}).Refused == ""
	},
	records.AskWardPhone: func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		return w.ask(t, as, records.AskWardPhone, nil).Facts["phone"] != ""
	},
	records.CmdWardPhone: func(t *testing.T, w *world, as string, _ records.Action, at spot) bool {
		var code string
		must(t, w.db.Model(&records.Area{}).Where("path = ?", records.Parent(at.area)).Pluck("code", &code).Error)
		return w.do(t, as, records.CmdWardPhone, records.SetWardPhone{Unit: code, Phone: "1022"}).Refused == ""
	},
}

// unguarded are the rules that nothing asks yet.
var unguarded []records.Action

func probeSelf(kind string, data any) probe {
	return func(t *testing.T, w *world, as string, _ records.Action, _ spot) bool {
		return w.do(t, as, kind, data).Refused == ""
	}
}

// given is a role that an action lets somebody give, and the area of a spot in which it is held.
func given(action records.Action, at spot) (role, area string) {
	switch action {
	case records.GiveWard:
		return records.RoleOfficer, records.Parent(at.area)
	case records.GiveTop:
		return records.RoleAdmin, records.Parent(at.area)
	}
	return records.RoleLeader, at.area
}

// handoverAt is an open handover of the leader's role at a spot: of the asker's own where it is asked for what is theirs.
func (w *world) handoverAt(t *testing.T, as string, action records.Action, at spot) records.Handover {
	t.Helper()
	leaver := w.personOf(t, w.contact(t, "leaver of "+at.home, "Người Giao"))
	if action == records.Own {
		leaver = w.personOf(t, as)
	}
	role := records.Role{PersonID: leaver, Name: records.RoleLeader, Area: at.area, ValidFrom: wednesday, ValidTo: &wednesday}
	must(t, w.db.Create(&role).Error)
	h := records.Handover{RoleID: role.ID, Role: role.Name, Area: role.Area, PersonID: leaver, StartedBy: leaver, Status: records.HandoverOpen, CreatedAt: wednesday}
	must(t, w.db.Create(&h).Error)
	return h
}

// loser is somebody whose phone is lost.
type loser struct {
	id   int64
	name string
}

// loserAt is a leader of the group of a spot.
func (w *world) loserAt(t *testing.T, at spot) loser {
	t.Helper()
	name := "Mất Máy " + at.home
	return loser{w.personOf(t, w.contact(t, "owner of "+at.home, name, records.Grant{Role: records.RoleLeader, Area: at.area})), name}
}

// lockAt is the lock of a leader of the group of a spot.
func (w *world) lockAt(t *testing.T, at spot) records.PersonLock {
	t.Helper()
	lock := records.PersonLock{PersonID: w.loserAt(t, at).id, Since: w.clock().Add(-time.Hour), LockedBy: w.personOf(t, w.leader), LockedAt: w.clock()}
	must(t, w.db.Create(&lock).Error)
	must(t, w.db.Model(&records.Person{ID: lock.PersonID}).Update("locked_at", w.clock()).Error)
	return lock
}

// roleAt is a role at a spot that somebody holds and that an action lets somebody give.
func (w *world) roleAt(t *testing.T, action records.Action, at spot) int64 {
	t.Helper()
	role, area := given(action, at)
	holder := w.contact(t, "holder of "+role+" "+at.home, "")
	held := records.Role{PersonID: w.personOf(t, holder), Name: role, Area: area, ValidFrom: wednesday}
	must(t, w.db.Create(&held).Error)
	return held.ID
}

// spot is a group with a household of its own and an entry for it by the group's leader, for one try.
type spot struct {
	area  string
	home  string
	entry string
}

// newSpot makes a spot in a group that has somebody to log help in it.
func (w *world) newSpot(t *testing.T, area, author string) spot {
	t.Helper()
	at := spot{area: area, home: w.addHome(t, records.Household{Area: area, Head: "Người Thử " + strconv.FormatUint(random64(1<<40), 36)})}
	at.entry = w.log(t, author, at.home)
	return at
}

// entryOf is an entry at a spot that somebody logged while they had the right to.
func (w *world) entryOf(t *testing.T, author string, at spot) string {
	t.Helper()
	role := records.Role{PersonID: w.personOf(t, author), Name: records.RoleFront, Area: at.area, ValidFrom: wednesday}
	must(t, w.db.Create(&role).Error)
	code := w.log(t, author, at.home)
	must(t, w.db.Delete(&role).Error)
	w.pass(time.Second)
	return code
}

// cardAt is the code of a card for the household at a spot.
func (w *world) cardAt(t *testing.T, at spot) string {
	t.Helper()
	return w.cardOf(t, w.contact(t, "front of "+at.home, "", records.Grant{Role: records.RoleFront, Area: at.area}), at.home)
}

// listAt is a list that somebody sent, with a new household in the group of a spot.
func (w *world) listAt(t *testing.T, as string, at spot) string {
	t.Helper()
	var group records.Area
	must(t, w.db.Where("path = ?", at.area).First(&group).Error)
	unit := records.Parent(at.area)
	return w.sendList(t, as, "in/list "+at.home+as, "Phường/xã,Phường/xã cũ,Tổ/thôn,Chủ hộ\n"+unit[strings.LastIndexByte(unit, '/')+1:]+","+group.Label+","+group.Number+",Nhà Mới\n")
}

// sheetAt is the number of a sheet of the group of a spot.
func (w *world) sheetAt(t *testing.T, at spot) string {
	t.Helper()
	front := w.contact(t, "front of "+at.home, "", records.Grant{Role: records.RoleFront, Area: at.area})
	out := w.do(t, front, records.CmdMakeSheets, records.MakeSignatureSheets{Group: at.area})
	if out.Refused != "" {
		t.Fatal(out)
	}
	return out.Args["code"]
}

// proposalAt is a household proposed for the group of a spot.
func (w *world) proposalAt(t *testing.T, at spot) int64 {
	t.Helper()
	leader := w.contact(t, "leader of "+at.home, "", records.Grant{Role: records.RoleLeader, Area: at.area})
	if out := w.do(t, leader, records.CmdPropose, records.ProposeHousehold{Group: at.area, Head: "Nhà Mới " + at.home}); out.Refused != "" {
		t.Fatal(out)
	}
	var p records.Proposal
	must(t, w.db.Order("id DESC").First(&p).Error)
	return p.ID
}

// needAt is a need of the household at a spot.
func (w *world) needAt(t *testing.T, at spot) int64 {
	t.Helper()
	member := w.contact(t, "member of "+at.home, "", records.Grant{Role: records.RoleHousehold, Area: records.Join(at.area, at.home)})
	if out := w.do(t, member, records.CmdTellNeed, records.TellNeedOf{Household: at.home, Dimension: records.DimensionHouse, Words: "nhà dột"}); out.Refused != "" {
		t.Fatal(out)
	}
	var need records.Need
	must(t, w.db.Order("id DESC").First(&need).Error)
	return need.ID
}

// offerAt is help offered in the group of a spot; with OfferAsked the household there is asked.
func (w *world) offerAt(t *testing.T, at spot, status string) int64 {
	t.Helper()
	id := w.offers(t, w.contact(t, "neighbour of "+at.home, "", records.Grant{Role: records.RoleHousehold, Area: records.Join(at.area, "HG-2222222")}), ours)
	if status == records.OfferAsked {
		leader := w.contact(t, "leader of "+at.home, "", records.Grant{Role: records.RoleLeader, Area: at.area})
		if out := w.do(t, leader, records.CmdMatch, records.MatchOffer{ID: id, Need: w.needAt(t, at)}); out.Refused != "" {
			t.Fatal(out)
		}
	}
	return id
}

// sponsorAt is a sponsor for the group of a spot.
func (w *world) sponsorAt(t *testing.T, at spot) int64 {
	t.Helper()
	id := w.offers(t, w.contact(t, "sponsor of "+at.home, "", records.Grant{Role: records.RoleDonor, Area: at.area}), wing)
	must(t, w.db.Model(&records.Offer{}).Where("id = ?", id).Update("area", at.area).Error)
	return id
}

// riseAt is what the household at a spot enrolled for.
func (w *world) riseAt(t *testing.T, at spot) int64 {
	t.Helper()
	member := w.contact(t, "member of "+at.home, "", records.Grant{Role: records.RoleHousehold, Area: records.Join(at.area, at.home)})
	if out := w.do(t, member, records.CmdRise, pledge(at.home)); out.Refused != "" {
		t.Fatal(out)
	}
	var rise records.Rise
	must(t, w.db.Order("id DESC").First(&rise).Error)
	return rise.ID
}

// campaignAt is a campaign of the commune of a spot, proposed a day ago by somebody of its Front.
func (w *world) campaignAt(t *testing.T, at spot, state string) int64 {
	t.Helper()
	p := appeal()
	from, _ := records.ParseDay(p.From)
	c := records.Campaign{
		Fund: p.Fund, Area: records.Parent(at.area), StartsOn: from, State: state, Way: p.Way, BIN: p.BIN, Account: p.Account, Holder: p.Holder,
		MadeBy: w.personOf(t, w.contact(t, "front of "+at.home, "", records.Grant{Role: records.RoleFront, Area: records.Parent(at.area)})), Contact: "front",
		CreatedAt: w.clock().AddDate(0, 0, -1),
	}
	must(t, w.db.Create(&c).Error)
	return c.ID
}

// broadcastAt is a broadcast to the group of a spot, written by somebody of its ward's Front.
func (w *world) broadcastAt(t *testing.T, at spot, status string) int64 {
	t.Helper()
	w.contact(t, "reader of "+at.home, "", records.Grant{Role: records.RoleHousehold, Area: records.Join(at.area, at.home)})
	b := records.Broadcast{
		AuthorID: w.personOf(t, w.contact(t, "front of "+at.home, "", records.Grant{Role: records.RoleFront, Area: records.Parent(at.area)})), Contact: "front",
		Area: records.Parent(at.area), Signed: "phường", Text: "Mời họp", Who: records.AudienceAll, Areas: at.area, Status: status, Hash: at.home, CreatedAt: w.clock(),
	}
	if status == records.BroadcastAsked {
		b.AskedAt = &b.CreatedAt
	}
	must(t, w.db.Create(&b).Error)
	return b.ID
}

// campaignOver is an open campaign of the city of a spot.
func (w *world) campaignOver(t *testing.T, at spot) int64 {
	t.Helper()
	id := w.campaignAt(t, at, records.CampaignOpen)
	must(t, w.db.Model(&records.Campaign{ID: id}).Update("area", records.Parent(records.Parent(at.area))).Error)
	return id
}

// areaNamed is the name of an area.
func (w *world) areaNamed(t *testing.T, path string) (name string) {
	t.Helper()
	must(t, w.db.Model(&records.Area{}).Where("path = ? AND valid_to IS NULL", path).Pluck("name", &name).Error)
	return name
}

// taskAt is an open task of the commune of a spot.
func (w *world) taskAt(t *testing.T, at spot) int64 {
	t.Helper()
	task := records.Task{Reason: records.TaskAsked, Area: records.Parent(at.area), Status: records.TaskOpen, CreatedAt: wednesday}
	must(t, w.db.Create(&task).Error)
	return task.ID
}

// twinAt is another entry of a spot's household.
func (w *world) twinAt(t *testing.T, at spot) string {
	t.Helper()
	return w.addHome(t, records.Household{Area: at.area, Head: "Nhà Đôi " + at.home})
}

// requestAt is the task of a request to be erased, of the household at a spot.
func (w *world) requestAt(t *testing.T, at spot) int64 {
	t.Helper()
	member := w.contact(t, "member of "+at.home, "", records.Grant{Role: records.RoleHousehold, Area: records.Join(at.area, at.home)})
	if out := w.do(t, member, records.CmdAskData, records.AskData{Kind: records.DataDelete}); out.Refused != "" {
		t.Fatal(out)
	}
	var request records.DataRequest
	must(t, w.db.Order("id DESC").First(&request).Error)
	return request.TaskID
}

// joins makes somebody a person of a household.
func (w *world) joins(t *testing.T, contact, path string) {
	t.Helper()
	role := records.Role{PersonID: w.personOf(t, contact), Name: records.RoleHousehold, Area: path, ValidFrom: wednesday}
	must(t, w.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&role).Error)
}

func (w *world) personOf(t testing.TB, contact string) int64 {
	t.Helper()
	id, err := strconv.ParseInt(w.who(t, contact).ID, 10, 64)
	must(t, err)
	return id
}

const (
	otherCity  = "79"
	otherWard  = "79/26734"
	otherGroup = "79/26734/5"
)

// seats are where each role is held, and the nearest group that is not within it. Everybody's groups have a leader to log.
var seats = map[string]struct{ area, inside, next string }{
	"":                    {"", to12, to13},
	records.RoleHousehold: {to12, to12, to12}, // of one household there
	records.RoleDonor:     {to12, to12, to13},
	records.RoleLeader:    {to12, to12, to13},
	records.RoleOfficer:   {hoaKhanh, to12, to1},
	records.RoleFront:     {hoaKhanh, to12, to1},
	records.RoleTreasurer: {hoaKhanh, to12, to1},
	records.RoleCity:      {city, to1, otherGroup},
	records.RoleAdmin:     {city, to1, otherGroup},
}

// accessShares is into how many worlds the cells are divided: many look-ups show all that the cells before left behind.
const accessShares = 16

func accessCases() (cases []testCase) {
	for share := range accessShares {
		cases = append(cases, testCase{"access " + strconv.Itoa(share+1), func(t *testing.T, w *world) { testAccess(t, w, share) }})
	}
	return cases
}

// testAccess walks the cells of the table of rights: each role, and nobody, tries every look-up and command that a rule is asked of,
// within its area, right beside it, and in another city. Each share takes some of the look-ups and commands; together they take all.
func testAccess(t *testing.T, w *world, share int) {
	day := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	must(t, w.db.Create([]records.Area{
		{Path: otherCity, Kind: records.AreaCity, Code: "79", Name: "Thành phố khác", ValidFrom: day},
		{Path: otherWard, Kind: records.AreaCommune, Code: "26734", Name: "Phường khác", ValidFrom: day},
		{Path: otherGroup, Kind: records.AreaGroup, Code: "5", Name: "Tổ 5", Number: "5", ValidFrom: day},
	}).Error)
	authors := map[string]string{}
	for _, area := range []string{to12, to13, to1, otherGroup} {
		authors[area] = w.contact(t, "author of "+area, "Người Ghi", records.Grant{Role: records.RoleLeader, Area: area})
	}
	guards, mine := map[records.Action][]string{}, map[string]bool{}
	for i, name := range slices.Sorted(maps.Keys(records.Guards)) {
		mine[name] = i%accessShares == share
		for _, action := range records.Guards[name] {
			guards[action] = append(guards[action], name)
		}
	}
	cells := 0
	try := func(role string, rule records.Rule) {
		for _, name := range guards[rule.Action] {
			if !mine[name] {
				continue
			}
			for place, area := range []string{seats[role].inside, seats[role].next, otherGroup} {
				at := w.newSpot(t, area, authors[area])
				grant := records.Grant{Role: role, Area: seats[role].area}
				if role == records.RoleHousehold {
					grant.Area = records.Join(at.area, at.home)
					if place > 0 { // of a neighbour
						grant.Area = records.Join(to12, w.addHome(t, records.Household{Area: to12, Head: "Nhà Bên " + at.home}))
					}
				}
				cells++
				as := w.contact(t, "cell "+strconv.Itoa(cells), "Người Thử")
				if role != "" {
					as = w.contact(t, "cell "+strconv.Itoa(cells), "Người Thử", grant)
				}
				// The city's appeal is for each of its communes to follow: for the next one as well.
				near := place == 0 || place == 1 && rule.Action == records.FollowCampaign
				want := rule.Action == records.Own || near && slices.Contains(rule.Roles, role)
				if got := probes[name](t, w, as, rule.Action, at); got != want {
					t.Errorf("%q does %s by %s, %s: %v, want %v", role, rule.Action, name, []string{"inside", "next to it", "far away"}[place], got, want)
				}
			}
		}
	}
	for _, rule := range append([]records.Rule{{Action: records.Own}}, records.Rules...) {
		if free := len(guards[rule.Action]) == 0; free != slices.Contains(unguarded, rule.Action) {
			t.Errorf("%s: asked by %v", rule.Action, guards[rule.Action])
		}
		for _, role := range append([]string{""}, records.Roles...) {
			try(role, rule)
		}
	}
	t.Logf("%d cells", cells)
}

// guardConstants are the constants of package records that name look-ups and commands, by their values.
func guardConstants(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("records", "*.go"))
	must(t, err)
	names := map[string]string{} // value -> constant
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		must(t, err)
		ast.Inspect(tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			lit, ok := spec.Values[0].(*ast.BasicLit)
			if name := spec.Names[0].Name; ok && (strings.HasPrefix(name, "Cmd") || strings.HasPrefix(name, "Ask")) && lit.Kind == token.STRING {
				value, err := strconv.Unquote(lit.Value)
				must(t, err)
				names[value] = name
			}
			return true
		})
	}
	return names
}

// Every look-up and command says in records.Guards what it asks, and has its probe; no guard asks what no rule knows.
func TestEveryGuardIsWalked(t *testing.T) {
	names := guardConstants(t)
	known := map[records.Action]bool{records.Own: true}
	for _, rule := range records.Rules {
		if known[rule.Action] {
			t.Errorf("two rules for %s", rule.Action)
		}
		known[rule.Action] = true
	}
	for value, name := range names {
		if len(records.Guards[value]) == 0 {
			t.Errorf("records.%s asks no right: say in records.Guards which, and add its probe to storage/access_test.go", name)
		}
	}
	for value, actions := range records.Guards {
		if names[value] == "" || probes[value] == nil {
			t.Errorf("%s is guarded and is no constant Cmd... or Ask... of package records, or has no probe in storage/access_test.go", value)
		}
		for _, action := range actions {
			if !known[action] {
				t.Errorf("%s asks %s, which no rule knows", value, action)
			}
		}
	}
}
