package storage

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

const (
	supportShown = 8   // entries of a year that are listed
	supportRead  = 500 // entries of a household that are looked at, newest first
	supportYears = 3   // earlier years that are summed up
)

// ownHomes are the paths of the households the actor belongs to.
func ownHomes(actor records.Actor) []string {
	var homes []string
	for _, g := range actor.Grants {
		if g.Role == records.RoleHousehold {
			homes = append(homes, g.Area)
		}
	}
	return homes
}

// codeOf is the code of the household with this path.
func codeOf(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// myHouseholds lists the households the asker belongs to, or the one with the code q or key. Options: Key the code, Label the name
// and group.
func (r *Records) myHouseholds(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	paths := ownHomes(actor)
	if len(paths) == 0 {
		return nil
	}
	codes := make([]string, len(paths))
	for i, p := range paths {
		codes[i] = codeOf(p)
	}
	if code, ok := records.ParseHouseholdCode(ask.Args["q"] + ask.Args["key"]); ok {
		if !slices.Contains(codes, code) {
			return nil
		}
		codes = []string{code}
	}
	var homes []records.Household
	if err := r.db.WithContext(ctx).Where("code IN ?", codes).Order("area, sort, id").Limit(pageSize).Find(&homes).Error; err != nil {
		return err
	}
	groups := make([]string, len(homes))
	for i, h := range homes {
		groups[i] = h.Area
	}
	names, err := r.areaNames(ctx, groups)
	if err != nil {
		return err
	}
	for _, h := range homes {
		if records.Can(actor, records.SeeHousehold, h.Path()) {
			to.Options = append(to.Options, dialog.Option{Key: h.Code, Label: clipRunes(h.Head+", "+names[h.Area], labelMaxRunes)})
		}
	}
	return nil
}

// householdSupport tells a household what it was given and how it is classed; without its code, the asker's own. Args: household,
// year (this year if none), about and called (given back). An entry is told from NoticeDelay after it was logged, as by notice.
//
// Facts: household, name, group, area (commune's name), now (this year), year (of the help listed), class, class_year, decision,
// decided of the newest classification that is in force, reviewed ("1": the commune's list of this year was imported), count of
// entries in the year, left (how many of them are not listed), open ("1": the household has not answered all of them), seen (the instant up to which
// entries are told, Unix seconds). Lines, in this order: help.support.line with code, on, kind, money, items, answer, missing; help.support.total with money, items; help.support.year with year,
// count, money, newest first; and where about is "all" need.line, args of needRow, for what the household needs, or said within a month
// that it was helped with.
func (r *Records) householdSupport(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	home, err := r.ownHome(ctx, actor, ask, records.SeeHelp)
	if err != nil {
		return err
	}
	commune := records.Parent(home.Area)
	names, err := r.areaNames(ctx, []string{home.Area, commune})
	if err != nil {
		return err
	}
	this := now.In(records.Local).Year()
	year, err := strconv.Atoi(ask.Args["year"])
	if err != nil {
		year = this
	}
	to.Facts = map[string]string{
		"household": home.Code, "name": home.Head, "group": names[home.Area], "area": names[commune], "about": ask.Args["about"], "called": ask.Args["called"],
		"now": strconv.Itoa(this), "year": strconv.Itoa(year), "seen": strconv.FormatInt(now.Add(-records.NoticeDelay).Unix(), 10),
	}
	if err := r.classFacts(ctx, home, this, now, to.Facts); err != nil {
		return err
	}
	var entries []helpRow
	err = r.db.WithContext(ctx).Table("help").Select("help.*, coalesce(a.answer, '') AS answer, coalesce(a.missing, '') AS missing").
		Joins("LEFT JOIN help_answers a ON a.code = help.code AND a.version = help.version AND a.superseded_at IS NULL").
		Where("help.household_id = ? AND help."+strings.ReplaceAll(toldBy, "AND ", "AND help."), home.ID, now.Add(-records.NoticeDelay)).
		Order("help.given_on DESC, help.created_at DESC, help.code").Limit(supportRead).Find(&entries).Error
	if err != nil {
		return err
	}
	if err := r.supportLines(ctx, entries, year, to); err != nil || ask.Args["about"] != "all" {
		return err
	}
	needs, err := r.needLines(ctx, home, now.AddDate(0, -1, 0))
	to.Lines = append(to.Lines, needs...)
	return err
}

// classFacts tells the newest classification in force, and whether the commune's list of the year was imported.
func (r *Records) classFacts(ctx context.Context, home records.Household, year int, now time.Time, to map[string]string) error {
	var classes []records.Classification
	today := records.DayOf(now)
	err := r.db.WithContext(ctx).Where("household_id = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", home.ID, today, today).
		Order("year DESC, valid_from DESC, id DESC").Limit(1).Find(&classes).Error
	if err != nil {
		return err
	}
	if len(classes) > 0 {
		c := classes[0]
		to["class"], to["class_year"], to["decision"] = c.Class, strconv.Itoa(c.Year), c.DecisionNo
		if c.DecisionDate != nil {
			to["decided"] = records.FormatDay(*c.DecisionDate)
		}
	}
	var reviewed []int
	err = r.db.WithContext(ctx).Model(&records.ReviewYear{}).Where("area = ? AND year = ?", records.Parent(home.Area), year).Limit(1).Pluck("year", &reviewed).Error
	if len(reviewed) > 0 {
		to["reviewed"] = "1"
	}
	return err
}

// supportLines lists a year's entries, oldest first, and sums up.
func (r *Records) supportLines(ctx context.Context, entries []helpRow, year int, to *dialog.Answer) error {
	byYear := map[int][]helpRow{}
	for _, e := range entries {
		byYear[e.GivenOn.Year()] = append(byYear[e.GivenOn.Year()], e)
	}
	listed := byYear[year]
	if err := r.fillItems(ctx, listed); err != nil {
		return err
	}
	shown := slices.Clone(listed[:min(len(listed), supportShown)])
	slices.Reverse(shown)
	to.Facts["count"] = strconv.Itoa(len(listed))
	if left := len(listed) - len(shown); left > 0 {
		to.Facts["left"] = strconv.Itoa(left)
	}
	for _, e := range shown {
		to.Lines = append(to.Lines, dialog.Line{Key: "help.support.line", Args: map[string]string{
			"code": e.Code, "on": records.FormatDay(e.GivenOn), "kind": e.Kind, "money": strconv.FormatInt(e.Money, 10), "items": records.Things(e.Items), "answer": e.Answer, "missing": e.Missing,
		}})
	}
	for _, e := range listed {
		if e.Answer == "" {
			to.Facts["open"] = "1"
		}
	}
	if len(listed) > 0 {
		money, items := summed(listed)
		to.Lines = append(to.Lines, dialog.Line{Key: "help.support.total", Args: map[string]string{"money": strconv.FormatInt(money, 10), "items": records.Things(items)}})
	}
	years := slices.Sorted(maps.Keys(byYear))
	slices.Reverse(years)
	said := 0
	for _, y := range years {
		if y >= year || said == supportYears {
			continue
		}
		said++
		money, _ := summed(byYear[y])
		to.Lines = append(to.Lines, dialog.Line{Key: "help.support.year", Args: map[string]string{
			"year": strconv.Itoa(y), "count": strconv.Itoa(len(byYear[y])), "money": strconv.FormatInt(money, 10),
		}})
	}
	return nil
}

// summed adds up money, and things of the same name and unit.
func summed(entries []helpRow) (money int64, items []records.Item) {
	at := map[[2]string]int{}
	for i := len(entries) - 1; i >= 0; i-- { // oldest first
		money += entries[i].Money
		for _, it := range entries[i].Items {
			key := [2]string{it.Unit, it.Name}
			n, ok := at[key]
			if !ok {
				n = len(items)
				at[key] = n
				items = append(items, records.Item{Unit: it.Unit, Name: it.Name})
			}
			items[n].Qty += it.Qty
		}
	}
	return money, items
}
