package flows

import (
	"slices"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Schedule is /lichnhac: what is done by the clock, when it was done last and when it is due next.
var Schedule = dialog.Command("lichnhac").
	On("/lichnhac").
	For(func(p dialog.Person) bool { return p.Has(records.RoleAdmin) }).
	Says(slices.Concat([]dialog.Key{{Name: "lichnhac.list"}, {Name: "lichnhac.line", Args: []string{"job", "last", "wrote", "next", "late", "paused"}}}, jobKeys(), calendarKeys)...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskJobs, Args: map[string]string{"area": adminArea(c.Who)}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Lines: []dialog.Line{{Key: "lichnhac.list"}}, Columns: 1, Loose: true}
		for _, l := range found.Lines {
			args := map[string]string{"job": "job." + l.Args["job"]}
			for _, k := range []string{"last", "wrote", "next", "late", "paused"} {
				args[k] = l.Args[k]
			}
			say.Lines = append(say.Lines, dialog.Line{Key: "lichnhac.line", Args: args})
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["job"], Label: c.Label(args["job"]), Do: "/lichviec " + l.Args["job"]})
		}
		return []dialog.Effect{say}
	})

// jobKeys are the names of jobs in words.
func jobKeys() (keys []dialog.Key) {
	for _, job := range records.Jobs {
		keys = append(keys, dialog.Key{Name: "job." + job.Name})
	}
	return keys
}

var campaignDayArgs = []string{"fund", "area", "on", "until", "count", "amount", "shut"}

// calendarKeys are what people are told by the calendar.
var calendarKeys = []dialog.Key{
	{Name: "notice.digest", Args: []string{"group", "logged", "visits", "answered", "waiting", "overdue", "planned"}},
	{Name: "notice.visits", Args: []string{"group", "count", "days", "names", "more"}},
	{Name: "notice.cards", Args: []string{"group", "count"}},
	{Name: "notice.tet", Args: []string{"group", "count", "days", "on"}},
	{Name: "notice.report", Args: []string{"period"}},
	{Name: "notice.review.start", Args: []string{"year"}},
	{Name: "notice.review.meeting", Args: []string{"year"}},
	{Name: "notice.review.posting", Args: []string{"year"}},
	{Name: "notice.review.close", Args: []string{"year"}},
	{Name: "notice.review.last", Args: []string{"year"}},
	{Name: "notice.review.list", Args: []string{"year"}},
	{Name: "notice.campaign.before", Args: campaignDayArgs},
	{Name: "notice.campaign.first", Args: campaignDayArgs},
	{Name: "notice.campaign.weekly", Args: campaignDayArgs},
	{Name: "notice.campaign.closes", Args: campaignDayArgs},
	{Name: "notice.campaign.last", Args: campaignDayArgs},
	{Name: "notice.campaign.thanks", Args: campaignDayArgs},
	{Name: "notice.campaign.donors", Args: campaignDayArgs},
}
