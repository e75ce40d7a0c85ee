package flows

import (
	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// The questions of inviting somebody: for which role, of those that who asks may give, and where.
var (
	inviteRole = dialog.Choice("role", records.InviteRoles...).Columns(1).Among(func(role string, c dialog.Ctx) bool { return mayInvite(c.Who, role) })
	inviteArea = dialog.Lookup("area", records.AskAreaGive, func(c dialog.Ctx) map[string]string {
		return map[string]string{"role": inviteRole.Of(c.Answers)}
	}).Check(func(path string, c dialog.Ctx) (string, dialog.Problem) {
		if !records.FitsArea(inviteRole.Of(c.Answers), records.KindOfPath(path)) { // the role was corrected
			return path, dialog.Problem{Key: "moi.area.other"}
		}
		return path, dialog.Fine
	}).Says(dialog.Key{Name: "moi.area.other"})
	inviteEnds = vi.ComingDate("ends").Optional().SkipLabel("moi.ends.none").Check(notPastEnd).Says(dialog.Key{Name: "doivai.ends.past", Args: []string{"on"}})
)

// Invite is /moi: a code, a link and a picture of it, which give whoever uses them first a role in an area.
var Invite = dialog.Form("moi", 3, inviteRole, inviteArea, inviteEnds, Pin).
	On("/moi").
	Listed().
	For(invites).
	Says(dialog.Key{Name: "moi.kept", Args: []string{"code", "role", "area", "until", "ends", "link"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		invite := records.MakeInvite{Role: inviteRole.Of(c.Answers), Area: inviteArea.Of(c.Answers)}
		if inviteEnds.Has(c.Answers) {
			invite.Ends = inviteEnds.Of(c.Answers).String()
		}
		return []dialog.Effect{keep(records.CmdInvite, invite, &dialog.Say{
			Lines: []dialog.Line{{Key: "moi.kept"}},
			Start: "{code}",
			Draw:  &dialog.Drawing{Kind: "qr", Args: map[string]string{"text": "{link}"}},
		})}
	})

// mayInvite reports whether a person may invite somebody for a role somewhere.
func mayInvite(p dialog.Person, role string) bool {
	for _, held := range p.Roles {
		if records.MayGive(held.Name, role) {
			return true
		}
	}
	return false
}
