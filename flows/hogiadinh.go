package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// The questions of looking at a group's households: all of them with what each got, those that got nothing, or one.
var (
	homesWhat  = dialog.Choice("what", "list", "none", "one", "new")
	homesGroup = dialog.Lookup("group", records.AskAreaMine, nil).When(homesWhat.Is("list", "none"))
	seenHome   = dialog.Lookup("household", records.AskHouseholdSearch, nil).When(homesWhat.Is("one"))
	lookNeed   = dialog.Fact("need", records.AskLookReason, nil)
	lookWhy    = dialog.Choice("why", records.LookReasons...).Columns(1).When(homesWhat.Is("list", "none", "one")).
			When(lookNeed.Holds("a reason is to be said", func(f map[string]string) bool { return f["need"] != "" }))
)

// Homes is /hogiadinh: a group's households with what each got this year and who has had nothing yet, or one household, who of it is
// linked, and what can be done for it.
var Homes = dialog.Form("hogiadinh", 3, homesWhat, homesGroup, seenHome, lookNeed, lookWhy).
	On("/hogiadinh").
	Listed().
	For(logsHelp).
	Unconfirmed().
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if c.Input != "" {
			homesWhat.Put(a, "one")
			seenHome.Put(a, c.Input)
		}
		if len(c.Who.Roles) == 1 && c.Who.Has(records.RoleLeader) { // a leader of one group is not asked which
			homesGroup.Put(a, c.Who.Roles[0].Area)
		}
		return a
	}).
	Says(homesKeys...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		args := map[string]string{"group": homesGroup.Of(c.Answers)}
		if lookWhy.Has(c.Answers) {
			args["why"] = lookWhy.Of(c.Answers)
		}
		switch homesWhat.Of(c.Answers) {
		case "none":
			args["none"] = "1"
		case "one":
			args["household"] = seenHome.Of(c.Answers)
			return []dialog.Effect{dialog.Ask{Query: records.AskHouseholdView, Args: args}}
		case "new":
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "hogiadinh.new"}}, Menu: []dialog.Option{{Key: "new", Label: c.Label("themho.title"), Do: "/themho"}}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskHouseholdYear, Args: args}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskHouseholdView {
			return showHome(c, found)
		}
		return showHomes(c, found)
	})

// HomesPage is /cacho: a further page of the list.
var HomesPage = dialog.Command("cacho").
	On("/cacho").
	For(logsHelp).
	Says(homesKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		group, none := c.Input, ""
		if rest, ok := strings.CutPrefix(c.Input, "none "); ok {
			group, none = rest, "1"
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskHouseholdYear, Args: map[string]string{"group": group, "none": none}, Page: c.Page}}
	}).
	Show(showHomes)

var homesKeys = []dialog.Key{
	{Name: records.ProblemTooMany},
	{Name: records.ProblemReason},
	{Name: "hogiadinh.list", Args: []string{"group", "year", "count", "empty"}},
	{Name: "hogiadinh.none", Args: []string{"group", "year", "count", "empty"}},
	{Name: "hogiadinh.line", Args: []string{"n", "name", "count", "money"}},
	{Name: "hogiadinh.open"},
	{Name: "cacthoatngheo.menu"},
	{Name: "hogiadinh.confirmed", Args: []string{"entries", "phone", "paper", "open"}},
	{Name: "loigiup.menu"},
	{Name: "hogiadinh.new"},
	{Name: "hogiadinh.home", Args: []string{"name", "group", "linked", "year", "count", "money", "class", "class_year", "quiet", "visited", "note", "members"}},
	{Name: "hogiadinh.card"},
	{Name: "hogiadinh.unlink"},
	{Name: "hogiadinh.visit"},
	{Name: "hogiadinh.change"},
	{Name: "hogiadinh.quiet"},
	{Name: "hogiadinh.loud"},
}

// showHomes lists households with what each got this year.
func showHomes(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	key, slash := "hogiadinh.list", "/cacho "
	if f["none"] != "" {
		key, slash = "hogiadinh.none", "/cacho none "
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: key, Args: map[string]string{"group": f["group"], "year": f["year"], "count": f["count"], "empty": f["empty"]}}}}
	for _, l := range found.Lines {
		name := l.Args["name"]
		for _, more := range []string{l.Args["birth_year"], l.Args["second"]} {
			if more != "" {
				name += ", " + more
			}
		}
		say.Lines = append(say.Lines, dialog.Line{Key: "hogiadinh.line", Args: map[string]string{
			"n": l.Args["n"], "name": name, "count": l.Args["count"], "money": l.Args["money"],
		}})
	}
	if line, ok := confirmed(f); ok && f["none"] == "" {
		say.Lines = append(say.Lines[:1:1], append([]dialog.Line{line}, say.Lines[1:]...)...)
	}
	if len(found.Lines) > 0 {
		say.Lines = append(say.Lines, dialog.Line{Key: "hogiadinh.open"})
	}
	if found.More {
		say.Menu = append(say.Menu, dialog.Option{
			Key: dialog.KeyMore, Label: c.Label("dialog.more"), Do: slash + f["group_path"] + " ~" + strconv.Itoa(found.Page+1), Nav: true,
		})
	}
	if f["none"] == "" && found.Page == 0 {
		say.Menu = append(say.Menu, dialog.Option{Key: "rises", Label: c.Label("cacthoatngheo.menu"), Do: "/cacthoatngheo"},
			dialog.Option{Key: "offers", Label: c.Label("loigiup.menu"), Do: "/loigiup"})
	}
	return []dialog.Effect{say}
}

// confirmed tells how entries were confirmed; not where there are none.
func confirmed(f map[string]string) (dialog.Line, bool) {
	args := map[string]string{}
	for _, k := range []string{"entries", "phone", "paper", "open"} {
		args[k] = f[k]
	}
	return dialog.Line{Key: "hogiadinh.confirmed", Args: args}, f["entries"] != "" && f["entries"] != "0"
}

// showHome tells of one household, with what can be done for it.
func showHome(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	name := f["name"]
	for _, more := range []string{f["birth_year"], f["nickname"], f["second"]} {
		if more != "" {
			name += ", " + more
		}
	}
	class := f["class"]
	if class != "" {
		class = "class." + class
	}
	do := func(key, slash string) dialog.Option {
		return dialog.Option{Key: key, Label: c.Label("hogiadinh." + key), Do: slash + " " + f["household"]}
	}
	say := dialog.Say{
		Lines: []dialog.Line{{Key: "hogiadinh.home", Args: map[string]string{
			"name": name, "group": f["group"], "linked": f["linked"], "year": f["year"], "count": f["count"], "money": f["money"], "class": class,
			"class_year": f["class_year"], "quiet": f["quiet"], "visited": f["visited"], "note": f["note"], "members": f["members"],
		}}},
		Menu:    []dialog.Option{do("card", "/the"), do("visit", "/thamho"), do("change", "/suaho")},
		Columns: 1,
	}
	if line, ok := confirmed(f); ok {
		say.Lines = append(say.Lines, line)
	}
	if f["quiet"] == "" {
		say.Menu = append(say.Menu, do("quiet", "/vangho"))
	} else {
		say.Menu = append(say.Menu, do("loud", "/vangho"))
	}
	for _, o := range found.Options {
		if len(say.Menu) < 8 { // more would not fit under the numbers
			say.Menu = append(say.Menu, dialog.Option{Key: o.Key, Label: c.Label("hogiadinh.unlink") + ": " + o.Label, Do: "/bonoi " + o.Key})
		}
	}
	return []dialog.Effect{say}
}
