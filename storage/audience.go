package storage

import (
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// reach is whom a broadcast is for: one of records.Audiences in areas.
type reach struct {
	who      string
	areas    []string
	campaign int64
	storm    bool
}

func reachOf(b records.Broadcast) reach {
	to := reach{who: b.Who, areas: b.InAreas(), storm: b.Storm}
	if b.CampaignID != nil {
		to.campaign = *b.CampaignID
	}
	return to
}

// people is the condition that a person p is of those reached for, and its arguments. Whoever was joined to another person, or is locked,
// is not.
func (to reach) people(now time.Time) (where string, args []any) {
	holds := func(more string, roles ...string) {
		in, paths := within("r.area", to.areas)
		where = "EXISTS (SELECT 1 FROM roles r WHERE r.person_id = p.id AND " + roleGives + " AND " + in
		args = append(append(args, now), paths...)
		if len(roles) > 0 {
			where += " AND r.name IN ?"
			args = append(args, roles)
		}
		where += more + ")"
	}
	promised := func(state string) string {
		in, paths := within("g.area", to.areas)
		cond := "EXISTS (SELECT 1 FROM pledges g WHERE g.person_id = p.id AND g.superseded_at IS NULL AND " + in
		args = append(args, paths...)
		if to.campaign != 0 {
			cond += " AND g.campaign_id = ?"
			args = append(args, to.campaign)
		}
		return cond + " AND g.state " + state + ")"
	}
	switch to.who {
	case records.AudienceLeaders:
		holds("", records.RoleLeader)
	case records.AudienceIdle:
		holds("", records.RoleLeader)
		where += " AND NOT EXISTS (SELECT 1 FROM help e WHERE e.author_id = p.id AND e.superseded_at IS NULL AND e.created_at >= ?)"
		args = append(args, weekBegan(now))
	case records.AudienceHomes:
		holds("", records.RoleHousehold)
	case records.AudienceNeeds:
		holds(" AND EXISTS (SELECT 1 FROM needs n WHERE n.area = r.area AND n.status IN ('"+records.NeedReceived+"', '"+records.NeedPlanned+"'))", records.RoleHousehold)
	case records.AudienceDonors:
		where = promised("<> '" + records.PledgeCancelled + "'")
	case records.AudienceDue:
		where = promised("= '" + records.PledgePromised + "'")
	case records.AudienceStaff:
		holds("", records.RoleOfficer, records.RoleFront, records.RoleTreasurer)
	default:
		holds("")
		where = "(" + where + " OR " + promised("<> '"+records.PledgeCancelled+"'") + ")"
	}
	return "p.joined_to IS NULL AND p.locked_at IS NULL AND " + where, args
}

// weekBegan is the Monday, by the clock of records.Local, of the week that an instant is in.
func weekBegan(now time.Time) time.Time {
	y, m, d := now.In(records.Local).Date()
	back := (int(now.In(records.Local).Weekday()) + 6) % 7
	return stamp(time.Date(y, m, d-back, 0, 0, 0, 0, records.Local))
}

// reachedFrom is a table of people with the chat in which each is told: that used last, of those that take messages where there is one.
const reachedFrom = `people p JOIN contacts c ON c.key = (SELECT o.key FROM contacts o WHERE o.person_id = p.id
	ORDER BY (o.blocked OR o.cut_at IS NOT NULL), o.seen_at DESC, o.key DESC LIMIT 1)`

// notTold is why a person p with the chat c is not told, ” where they are. After a storm warning nobody is left out who had many.
func (to reach) notTold(now time.Time, week int) (expr string, args []any) {
	expr = `CASE WHEN c.blocked OR c.cut_at IS NOT NULL THEN '` + records.NotToldGone + `'
		WHEN EXISTS (SELECT 1 FROM household_links l JOIN households h ON h.id = l.household_id WHERE l.person_id = p.id AND l.ended_at IS NULL
			AND h.quiet_at IS NOT NULL) THEN '` + records.NotToldQuiet + `'`
	if !to.storm {
		if topic := (records.Broadcast{Who: to.who}).Topic(); topic != "" {
			expr += ` WHEN EXISTS (SELECT 1 FROM topics_off t WHERE t.person_id = p.id AND t.topic = '` + topic + `') THEN '` + records.NotToldOff + `'`
		}
		expr += ` WHEN EXISTS (SELECT 1 FROM consents s WHERE s.person_id = p.id AND s.purpose = '` + records.PurposeMessages + `' AND NOT s.agreed AND s.withdrawn_at IS NULL)
			THEN '` + records.NotToldOff + `'
		WHEN (SELECT count(*) FROM messages x JOIN contacts o ON o.key = x.contact WHERE o.person_id = p.id AND x.broadcast_id IS NOT NULL
			AND x.created_at > ? AND x.status NOT IN ('failed', 'cancelled') AND NOT x.urgent) >= ? THEN '` + records.NotToldMany + `'`
		args = append(args, stamp(now.Add(-records.BroadcastWeek)), week)
	}
	return expr + " ELSE '' END", args
}

// reached counts those a broadcast would reach now: all of them, and by channel and reason.
type reached struct {
	all, told int
	channels  map[string]int // told there
	not       map[string]int // not told, by reason
}

func (to reach) count(db *gorm.DB, now time.Time, week int) (n reached, err error) {
	where, args := to.people(now)
	why, first := to.notTold(now, week)
	rows, err := db.Raw("SELECT channel, why, count(*) FROM (SELECT c.channel, "+why+" AS why FROM "+reachedFrom+" WHERE "+where+") x GROUP BY channel, why",
		append(first, args...)...).Rows()
	if err != nil {
		return n, err
	}
	defer rows.Close()
	n.channels, n.not = map[string]int{}, map[string]int{}
	for rows.Next() {
		var channel, why string
		var some int
		if err := rows.Scan(&channel, &why, &some); err != nil {
			return n, err
		}
		n.all += some
		if why == "" {
			n.told += some
			n.channels[channel] += some
		} else {
			n.not[why] += some
		}
	}
	return n, rows.Err()
}
