package storage

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// onList is the condition of households (h) that are on the ward's list: what is kept of them rests on the law, not on consent. Off it
// are those that were put there in a chat, as long as no decision classes them.
const onList = "(NOT h.proposed OR EXISTS (SELECT 1 FROM classifications c WHERE c.household_id = h.id AND c.valid_from <= ? AND (c.valid_to IS NULL OR c.valid_to > ?)))"

// myData tells in short what is kept of the asker. Facts: name, address, phone (its last three digits), channels (separated by spaces),
// since (a day), logged, answers, needs, tasks (how many of each), home ("1": the asker is of a household), official ("1": one of the
// asker's households is on the ward's list), duty ("1": the asker holds a role that must be handed over), quiet ("1": the asker wants no
// messages). Lines, in this order: data.role with role, area; data.home with who, group; data.consent, args of consentRow; data.request
// with request, kind, on, due, status, answer: those that are open or were until lately.
func (r *Records) myData(ctx context.Context, actor records.Actor, now time.Time, to *dialog.Answer) error {
	db := r.db.WithContext(ctx)
	var person records.Person
	if err := db.Where("id = ?", actor.Person).First(&person).Error; err != nil {
		return err
	}
	var contacts []records.Contact
	if err := db.Where("person_id = ?", actor.Person).Order("created_at, key").Find(&contacts).Error; err != nil {
		return err
	}
	phone, err := r.Open(person.Phone)
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"name": person.Name, "address": person.Address, "phone": phone[max(0, len(phone)-3):], "since": records.FormatDay(person.CreatedAt.In(records.Local))}
	var channels []string
	for _, c := range contacts {
		if c.Channel != "" && !slices.Contains(channels, c.Channel) {
			channels = append(channels, c.Channel)
		}
	}
	to.Facts["channels"] = strings.Join(channels, " ")
	for fact, count := range map[string]*gorm.DB{
		"logged":  db.Model(&records.Help{}).Where("author_id = ? AND superseded_at IS NULL", actor.Person),
		"answers": db.Model(&records.HelpAnswer{}).Where("person_id = ?", actor.Person),
		"needs":   db.Model(&records.Need{}).Where("person_id = ?", actor.Person),
		"tasks":   db.Model(&records.Task{}).Where("person_id = ? AND (words <> '' OR name <> '' OR phone <> '')", actor.Person),
	} {
		var n int64
		if err := count.Count(&n).Error; err != nil {
			return err
		}
		to.Facts[fact] = strconv.FormatInt(n, 10)
	}
	if err := r.myPlaces(ctx, actor, now, to); err != nil {
		return err
	}
	consents, err := r.consents(db, actor)
	if err != nil {
		return err
	}
	for _, c := range consents {
		to.Lines = append(to.Lines, dialog.Line{Key: "data.consent", Args: c.args()})
	}
	var no int64
	err = db.Model(&records.Consent{}).Where("person_id = ? AND purpose = ? AND NOT agreed AND withdrawn_at IS NULL", actor.Person, records.PurposeMessages).Count(&no).Error
	if err != nil {
		return err
	}
	if to.Facts["quiet"] = ""; no > 0 {
		to.Facts["quiet"] = "1"
	}
	var requests []records.DataRequest
	err = db.Where("person_id = ? AND (status = ? OR done_at > ?)", actor.Person, records.DataOpen, now.AddDate(0, -1, 0)).Order("id DESC").Limit(requestsShown).Find(&requests).Error
	slices.Reverse(requests)
	for _, q := range requests {
		to.Lines = append(to.Lines, dialog.Line{Key: "data.request", Args: map[string]string{
			"request": strconv.FormatInt(q.ID, 10), "kind": q.Kind, "on": records.FormatDay(q.CreatedAt.In(records.Local)), "due": records.FormatDay(q.DueOn),
			"status": q.Status, "answer": q.Answer,
		}})
	}
	return err
}

const requestsShown = 3

// myPlaces tells the roles and the households of the asker.
func (r *Records) myPlaces(ctx context.Context, actor records.Actor, now time.Time, to *dialog.Answer) error {
	var areas []string
	var codes []string
	for _, g := range actor.Grants {
		if g.Role == records.RoleHousehold {
			codes = append(codes, codeOf(g.Area))
			areas = append(areas, records.Parent(g.Area))
			continue
		}
		areas = append(areas, g.Area)
	}
	names, err := r.areaNames(ctx, areas)
	if err != nil {
		return err
	}
	to.Facts["duty"], to.Facts["home"], to.Facts["official"] = "", "", ""
	for _, g := range actor.Grants {
		if g.Role == records.RoleHousehold {
			continue
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "data.role", Args: map[string]string{"role": g.Role, "area": names[g.Area]}})
		if records.Duty(g.Role) {
			to.Facts["duty"] = "1"
		}
	}
	if len(codes) == 0 {
		return nil
	}
	to.Facts["home"] = "1"
	today := records.DayOf(now)
	var homes []struct {
		records.Household
		Listed bool
	}
	err = r.db.WithContext(ctx).Raw("SELECT h.*, "+onList+" AS listed FROM households h WHERE h.code IN ? ORDER BY h.id", today, today, codes).Scan(&homes).Error
	for _, h := range homes {
		to.Lines = append(to.Lines, dialog.Line{Key: "data.home", Args: map[string]string{"who": records.PartOfName(h.Head), "group": names[h.Area]}})
		if h.Listed {
			to.Facts["official"] = "1"
		}
	}
	return err
}

// consentRow is something that somebody agreed to, with the household it is about.
type consentRow struct {
	records.Consent
	Head string
}

// args of a consent: consent (its id), purpose, on (a day), who (the household's name in part, empty where it is about the person).
func (c consentRow) args() map[string]string {
	args := map[string]string{"consent": strconv.FormatInt(c.ID, 10), "purpose": c.Purpose, "on": records.FormatDay(c.At.In(records.Local)), "who": ""}
	if c.Head != "" {
		args["who"] = records.PartOfName(c.Head)
	}
	return args
}

// consents are what the asker agreed to and did not take back: for themselves, or what was agreed to for their households.
func (r *Records) consents(db *gorm.DB, actor records.Actor) (rows []consentRow, err error) {
	codes := []string{""}
	for _, path := range ownHomes(actor) {
		codes = append(codes, codeOf(path))
	}
	err = db.Raw(`SELECT consents.*, coalesce(h.head, '') AS head FROM consents LEFT JOIN households h ON h.id = consents.household_id
		WHERE consents.agreed AND consents.withdrawn_at IS NULL AND (consents.person_id = ? OR consents.purpose <> ? AND h.code IN ?) ORDER BY consents.id LIMIT ?`,
		actor.Person, records.PurposeLink, codes, pageSize).Scan(&rows).Error
	return rows, err
}

// myConsents lists what the asker agreed to, or the one with the id consent. Lines data.consent, args of consentRow; Facts: those of the
// one that was asked for.
func (r *Records) myConsents(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	rows, err := r.consents(r.db.WithContext(ctx), actor)
	if err != nil {
		return err
	}
	for _, c := range rows {
		args := c.args()
		if args["consent"] == ask.Args["consent"] {
			to.Facts = args
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "data.consent", Args: args})
	}
	return nil
}
