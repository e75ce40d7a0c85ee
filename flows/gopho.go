package flows

import (
	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Households that were entered twice become one, and one that moved goes to another group. Both are looked at first, and can be taken back within a day.

func movesHomes(p dialog.Person) bool { return p.Has(records.RoleOfficer, records.RoleFront) }

// The questions of two entries becoming one.
var (
	mergeKept = dialog.Lookup("stays", records.AskHouseholdSearch, nil)
	mergeGone = dialog.Lookup("gone", records.AskHouseholdSearch, func(c dialog.Ctx) map[string]string {
		return map[string]string{"exclude": mergeKept.Of(c.Answers)}
	}).Check(func(code string, c dialog.Ctx) (string, dialog.Problem) {
		if code == mergeKept.Of(c.Answers) {
			return code, dialog.Problem{Key: "gopho.same"}
		}
		return code, dialog.Fine
	}).Says(dialog.Key{Name: "gopho.same"})
	mergeSeen = dialog.Fact("seen", records.AskMerge, func(c dialog.Ctx) map[string]string {
		return map[string]string{"kept": mergeKept.Of(c.Answers), "gone": mergeGone.Of(c.Answers)}
	})
)

// MergeHomes is /gopho: two entries of one household become one.
var MergeHomes = dialog.Form("gopho", 1, mergeKept, mergeGone, mergeSeen).
	On("/gopho").
	For(movesHomes).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if c.Input != "" {
			mergeKept.Put(a, c.Input)
		}
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := mergeSeen.Of(c.Answers)
		lines := []dialog.Line{{Key: "gopho.echo"}}
		for _, which := range []string{"kept", "gone"} {
			args := map[string]string{"which": which}
			for _, k := range []string{"name", "group", "count", "money", "linked", "class", "class_year"} {
				args[k] = f[which+"_"+k]
			}
			lines = append(lines, dialog.Line{Key: "gopho.home", Args: args})
		}
		return append(lines, dialog.Line{Key: "gopho.then", Args: map[string]string{"differ": differs(f)}})
	}).
	Says(dialog.Key{Name: "gopho.echo"}, dialog.Key{Name: "gopho.home", Args: []string{"which", "name", "group", "count", "money", "linked", "class", "class_year"}},
		dialog.Key{Name: "gopho.then", Args: []string{"differ"}}, dialog.Key{Name: "gopho.kept", Args: []string{"name"}}, dialog.Key{Name: "hoanlaiho.button"},
		dialog.Key{Name: records.RefusedSameHome}, dialog.Key{Name: "save.refused", Args: []string{"reason"}},
		dialog.Key{Name: "notice.home.merged", Args: []string{"name", "from", "to"}}, dialog.Key{Name: "notice.home.undone", Args: []string{"name", "from", "to"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdMergeHomes, records.MergeHomes{Kept: mergeKept.Of(c.Answers), Gone: mergeGone.Of(c.Answers)}, &dialog.Say{
			Lines: []dialog.Line{{Key: "gopho.kept"}}, Menu: []dialog.Option{{Key: "undo", Label: c.Label("hoanlaiho.button"), Do: "/hoanlaiho {code}"}},
		})}
	})

// differs reports two entries that are known to be of different classes.
func differs(f map[string]string) string {
	if f["kept_class"] != "" && f["gone_class"] != "" && f["kept_class"] != f["gone_class"] {
		return "1"
	}
	return ""
}

// The questions of a household that moves.
var (
	movedHome = dialog.Lookup("household", records.AskHouseholdSearch, nil)
	movedTo   = dialog.Lookup("group", records.AskAreaMine, nil)
)

// MoveHome is /chuyenho: a household moved to another group of the ward.
var MoveHome = dialog.Form("chuyenho", 1, movedHome, movedTo).
	On("/chuyenho").
	For(movesHomes).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if c.Input != "" {
			movedHome.Put(a, c.Input)
		}
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "chuyenho.echo", Args: map[string]string{"name": movedHome.Label(c), "group": movedTo.Label(c)}}}
	}).
	Says(dialog.Key{Name: "chuyenho.echo", Args: []string{"name", "group"}}, dialog.Key{Name: "chuyenho.kept", Args: []string{"name", "group"}}, dialog.Key{Name: "hoanlaiho.button"},
		dialog.Key{Name: records.RefusedSameHome}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: "notice.home.moved", Args: []string{"name", "from", "to"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdMoveHome, records.MoveHome{Household: movedHome.Of(c.Answers), Group: movedTo.Of(c.Answers)}, &dialog.Say{
			Lines: []dialog.Line{{Key: "chuyenho.kept"}}, Menu: []dialog.Option{{Key: "undo", Label: c.Label("hoanlaiho.button"), Do: "/hoanlaiho {code}"}},
		})}
	})

// UndoMove is /hoanlaiho: a household that moved, or two entries that became one, are as they were. Which it is comes with the button.
var UndoMove = dialog.Command("hoanlaiho").
	On("/hoanlaiho").
	For(movesHomes).
	Says(dialog.Key{Name: "hoanlaiho.kept", Args: []string{"name"}}, dialog.Key{Name: "hoanlaiho.which"}, dialog.Key{Name: records.RefusedMoveOver}, dialog.Key{Name: records.RefusedMoveLater},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		id := idOf(c.Input)
		if id == 0 {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "hoanlaiho.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdUndoMove, records.UndoMove{ID: id}, &dialog.Say{Lines: []dialog.Line{{Key: "hoanlaiho.kept"}}})}
	})
