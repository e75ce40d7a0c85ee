package storage

import (
	"encoding/json"
	"slices"
	"strconv"

	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// reportBroadcast writes what became of a broadcast into a workbook: a sheet that counts by area, and one with a line for each person who was
// not told, without names: the area, the channel and why. The outcome's args: file (the blob's key), count (of those lines).
func (a *applier) reportBroadcast(q Request) (*Outcome, error) {
	var command records.ReportBroadcast
	if err := json.Unmarshal(q.Data, &command); err != nil || len(command.Areas) != len(records.ReportAreas) || len(command.People) != len(records.ReportPeople) {
		return refuse(records.RefusedInvalid), nil
	}
	who, b, refused, err := a.broadcastFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	lines, err := a.broadcastLines(b)
	if err != nil {
		return nil, err
	}
	data, untold, err := a.broadcastBook(lines, command)
	if err != nil {
		return nil, err
	}
	key, err := a.putOut(q, "broadcast", xlsxMime, data)
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, broadcastRef(b.ID), b.Area, "report")
	return &Outcome{Args: map[string]string{"file": key, "code": strconv.FormatInt(b.ID, 10), "count": strconv.Itoa(untold)}}, nil
}

// broadcastLine counts rows of a broadcast that are alike.
type broadcastLine struct {
	Area, Channel, Status, Reason string
	N                             int
}

// broadcastLines are the rows of a broadcast by area, channel, status and reason. A person's area is that of their first role in the
// areas of the broadcast; who has none there gave to a campaign.
func (a *applier) broadcastLines(b records.Broadcast) (lines []broadcastLine, err error) {
	in, paths := within("r.area", b.InAreas())
	err = a.tx.Raw(`SELECT area, channel, status, reason, count(*) AS n FROM (
			SELECT coalesce((SELECT min(r.area) FROM roles r WHERE r.person_id = c.person_id AND `+in+`), '') AS area, c.channel, m.status, m.reason
			FROM messages m JOIN contacts c ON c.key = m.contact WHERE m.broadcast_id = ?) x
		GROUP BY area, channel, status, reason ORDER BY area, channel, status, reason`, append(paths, b.ID)...).Scan(&lines).Error
	for i, l := range lines { // a household's own path says who it is
		if records.KindOfPath(l.Area) == "" {
			lines[i].Area = records.Parent(l.Area)
		}
	}
	return lines, err
}

// reportState is what a row's status and reason are called in a report.
func reportState(status, reason string) string {
	switch {
	case status == records.MessageFailed && slices.Contains([]string{records.NotToldGone, records.NotToldOff, records.NotToldQuiet, records.NotToldMany}, reason):
		return reason
	case status == records.MessageQueued, status == records.MessageHanded:
		return records.MessageWaiting
	}
	return status
}

func (a *applier) broadcastBook(lines []broadcastLine, command records.ReportBroadcast) (data []byte, untold int, err error) {
	areas := map[string]map[string]int{}
	var order []string
	for _, l := range lines {
		if areas[l.Area] == nil {
			areas[l.Area] = map[string]int{}
			order = append(order, l.Area)
		}
		areas[l.Area][reportState(l.Status, l.Reason)] += l.N
	}
	slices.Sort(order)
	names, err := a.r.areaNames(a.tx.Statement.Context, order)
	if err != nil {
		return nil, 0, err
	}
	names[""] = command.Words["donors"]
	book := sheets.NewBook(false)
	defer book.Close()
	widths := slices.Repeat([]float64{18}, 8)
	book.Sheet(command.Words["sheet.areas"], widths...)
	book.Row(cells(command.Areas)...)
	for _, area := range order {
		row := []any{names[area]}
		for _, state := range records.ReportStates {
			row = append(row, areas[area][state])
		}
		book.Row(row...)
	}
	book.Sheet(command.Words["sheet.people"], widths...)
	book.Row(cells(command.People)...)
	for _, l := range lines {
		state := reportState(l.Status, l.Reason)
		if state == records.MessageSent || state == records.MessageWaiting {
			continue
		}
		for range l.N {
			if untold++; untold <= records.MaxExport {
				book.Row(untold, names[l.Area], channelName(l.Channel), command.Words["state."+state], l.Reason)
			}
		}
	}
	data, err = book.Bytes()
	return data, untold, err
}

func cells(words []string) []any {
	row := make([]any, len(words))
	for i, w := range words {
		row[i] = w
	}
	return row
}
