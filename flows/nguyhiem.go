package flows

import (
	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Danger answers a cry for rescue with the numbers to call, at once and to anybody, and then hands it to the ward. A task that nobody
// reads in time is no rescue: so the numbers come first.
var Danger = dialog.Command("nguyhiem").
	Alarm(func(text string) bool { return vi.ReadAlarm(text) != vi.NoAlarm }).
	Says(dangerKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		task := handed(records.OpenTask{Reason: records.TaskDanger, Flow: "nguyhiem", Words: c.Input}, "nguyhiem.kept")
		return []dialog.Effect{
			dialog.Say{Lines: []dialog.Line{{Key: "nguyhiem." + string(vi.ReadAlarm(c.Input))}, {Key: "nguyhiem.all"}}},
			task,
		}
	})

var dangerKeys = []dialog.Key{
	{Name: "nguyhiem.fire"},
	{Name: "nguyhiem.water"},
	{Name: "nguyhiem.health"},
	{Name: "nguyhiem.crime"},
	{Name: "nguyhiem.cry"},
	{Name: "nguyhiem.all"},
	{Name: "nguyhiem.kept", Args: []string{"ward", "phone", "own"}},
}

// Protected answers somebody whose messages the platform hides, once a day: whom to call. The ward gets one task of it.
var Protected = dialog.Command("tinche").
	Answers("protected").
	Says(dialog.Key{Name: "tinche.said", Args: []string{"ward", "phone", "leader", "own"}}).
	Do(func(dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{handed(records.OpenTask{Reason: records.TaskProtected, Flow: "tinche"}, "tinche.said")}
	})
