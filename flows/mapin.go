package flows

import (
	"slices"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// A PIN: what somebody on duty knows besides having their phone. Who holds no duty never meets one.

// onDuty reports somebody who looks after others or their data.
func onDuty(p dialog.Person) bool {
	return slices.ContainsFunc(p.Roles, func(r dialog.Role) bool { return records.Duty(r.Name) })
}

var dutyHeld = dialog.If("a duty is held", func(c dialog.Ctx) bool { return onDuty(c.Who) })

// Pin is the last question of a form whose command is among records.PinCommands: the PIN of who holds a duty.
var Pin = dialog.Secret("pin", false).Verified(records.AskPin).When(dutyHeld).
	Prompt(func(dialog.Ctx) []dialog.Line { return []dialog.Line{{Key: "pin.ask"}} }).
	Says(dialog.Key{Name: "pin.ask"}, dialog.Key{Name: records.ProblemPinWrong, Args: []string{"left"}}, dialog.Key{Name: records.ProblemPinLocked, Args: []string{"lifts"}},
		dialog.Key{Name: records.ProblemPinNone}, dialog.Key{Name: records.RefusedPin})

// The questions of choosing a PIN.
var (
	pinState = dialog.Fact("had", records.AskPinState, nil)
	pinOld   = Pin.When(pinState.Holds("a PIN is set", func(f map[string]string) bool { return f["set"] != "" })).
			Prompt(func(dialog.Ctx) []dialog.Line { return []dialog.Line{{Key: "mapin.old"}} }).Says(dialog.Key{Name: "mapin.old"})
	pinFresh = dialog.Secret("fresh", true)
	pinAgain = dialog.Secret("again", false).Check(func(again string, c dialog.Ctx) (string, dialog.Problem) {
		if again != pinFresh.Of(c.Answers) {
			return again, dialog.Problem{Key: "mapin.differ"}
		}
		return again, dialog.Fine
	}).Says(dialog.Key{Name: "mapin.differ"})
)

// SetPin is /mapin: somebody on duty chooses a PIN, or another one.
var SetPin = dialog.Form("mapin", 1, pinState, pinOld, pinFresh, pinAgain).
	On("/mapin").
	For(onDuty).
	Unconfirmed().
	Says(dialog.Key{Name: "mapin.kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdSetPin, records.SetPin{Pin: pinFresh.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "mapin.kept"}}})}
	})

// The questions of taking a forgotten PIN away.
var (
	forgotWho  = dialog.Lookup("who", records.AskLockable, nil)
	forgotSeen = dialog.YesNo("seen")
)

// ResetPin is /quenpin: somebody forgot their PIN and came in person, and may choose a new one.
var ResetPin = dialog.Form("quenpin", 1, forgotWho, forgotSeen, Pin.When(forgotSeen.Is(true))).
	On("/quenpin").
	For(locksPeople).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if c.Input != "" {
			forgotWho.Put(a, c.Input)
		}
		return a
	}).
	Unconfirmed().
	Says(dialog.Key{Name: "quenpin.kept", Args: []string{"name"}}, dialog.Key{Name: "quenpin.come"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}},
		dialog.Key{Name: "notice.pin.reset"}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !forgotSeen.Of(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "quenpin.come"}}}}
		}
		return []dialog.Effect{keep(records.CmdResetPin, records.ResetPin{Person: idOf(forgotWho.Of(c.Answers))}, &dialog.Say{Lines: []dialog.Line{{Key: "quenpin.kept"}}})}
	})
