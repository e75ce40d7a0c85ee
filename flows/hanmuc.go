package flows

import (
	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

var quotaArgs = []string{"used", "limit", "left", "percent", "reset", "users", "seats", "free", "kept", "leaders", "staff", "homes", "others", "waiting", "full"}

// Quota is /hanmuc: what the bot used of its plan, when the month begins anew, and who has its seats.
var Quota = dialog.Command("hanmuc").
	On("/hanmuc").
	Listed().
	For(func(p dialog.Person) bool { return p.Has(records.RoleAdmin) }).
	Says(dialog.Key{Name: "hanmuc.none"}, dialog.Key{Name: "hanmuc.used", Args: quotaArgs}, dialog.Key{Name: "hanmuc.seats", Args: quotaArgs},
		dialog.Key{Name: "hanmuc.waiting", Args: quotaArgs}, dialog.Key{Name: "hanmuc.full", Args: quotaArgs}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		area := ""
		for _, r := range c.Who.Roles {
			if r.Name == records.RoleAdmin && (area == "" || len(r.Area) < len(area)) {
				area = r.Area
			}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskQuota, Args: map[string]string{"area": area}}}
	}).
	Show(func(_ dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Facts["used"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "hanmuc.none"}}}}
		}
		args := map[string]string{}
		for _, name := range quotaArgs {
			args[name] = found.Facts[name]
		}
		lines := []dialog.Line{{Key: "hanmuc.used", Args: args}, {Key: "hanmuc.seats", Args: args}}
		for _, more := range []string{"full", "waiting"} {
			if args[more] != "" {
				lines = append(lines, dialog.Line{Key: "hanmuc." + more, Args: args})
			}
		}
		return []dialog.Effect{dialog.Say{Lines: lines}}
	})
