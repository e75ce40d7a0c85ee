package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// SeeContact notes that a contact wrote, and where it can be reached: address is sealed (see Vault.Seal). A contact never
// seen before becomes a new person without a name or a role.
func (r *Records) SeeContact(ctx context.Context, contact, channel, address string) (err error) {
	defer r.observe("see_contact", time.Now(), &err)
	now := r.instant()
	set := map[string]any{"seen_at": now}
	if channel != "" {
		set["channel"] = channel
	}
	if address != "" {
		set["address"] = address
	}
	bot := ""
	if channel != "" && channel == r.plan.Channel { // a process has one bot on a channel
		bot = r.plan.Bot
		set["bot"] = bot
	}
	return explain("see contact", r.change(ctx, func(db *gorm.DB) error {
		seen := db.Model(&records.Contact{Key: contact}).Updates(set)
		if seen.Error != nil || seen.RowsAffected > 0 {
			return seen.Error
		}
		return db.Transaction(func(tx *gorm.DB) error {
			fresh, err := meetContact(tx, records.Contact{Key: contact, Channel: channel, Bot: bot, Address: address, SeenAt: now, CreatedAt: now})
			if err != nil || fresh {
				return err
			}
			return tx.Model(&records.Contact{Key: contact}).Updates(set).Error
		})
	}))
}

// meetContact writes a new contact and its person, unless the contact is there.
func meetContact(tx *gorm.DB, c records.Contact) (fresh bool, err error) {
	person := records.Person{CreatedAt: c.CreatedAt, UpdatedAt: c.CreatedAt}
	if err := tx.Create(&person).Error; err != nil {
		return false, err
	}
	c.PersonID = person.ID
	done := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "key"}}, DoNothing: true}).Create(&c)
	if done.Error != nil || done.RowsAffected > 0 {
		return true, done.Error
	}
	return false, tx.Delete(&person).Error
}

// roleGives is the condition that a role r gives its rights at an instant, as far as its own row tells: its holder may be locked.
const roleGives = "r.valid_to IS NULL AND r.suspended_at IS NULL AND (r.ends_at IS NULL OR r.ends_at > ?)"

// Person is who a contact is, with the roles in force. Somebody never seen is the zero Person.
func (r *Records) Person(ctx context.Context, contact string) (p dialog.Person, err error) {
	defer r.observe("person", time.Now(), &err)
	rows, err := r.db.WithContext(ctx).Raw(`SELECT p.id, p.name, p.address, CASE WHEN p.lang <> '' THEN p.lang ELSE c.lang END,
		p.locked_at IS NOT NULL OR c.cut_at IS NOT NULL, coalesce(r.name, ''), coalesce(r.area, ''), (SELECT count(*) FROM contacts o WHERE o.person_id = p.id)
		FROM contacts c JOIN people p ON p.id = c.person_id
		LEFT JOIN roles r ON r.person_id = p.id AND p.locked_at IS NULL AND c.cut_at IS NULL AND `+roleGives+`
		WHERE c.key = ? ORDER BY r.id`, r.instant(), contact).Rows()
	if err != nil {
		return p, explain("person", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var role dialog.Role
		if err := rows.Scan(&id, &p.Name, &p.Address, &p.Lang, &p.Locked, &role.Name, &role.Area, &p.Chats); err != nil {
			return dialog.Person{}, explain("person", err)
		}
		if p.Chats == 1 {
			p.Chats = 0
		}
		p.ID = strconv.FormatInt(id, 10)
		if role.Name != "" {
			p.Roles = append(p.Roles, role)
		}
	}
	if err := rows.Err(); err != nil {
		return p, explain("person", err)
	}
	return p, explain("person", r.markHomes(ctx, p.Roles))
}

// markHomes marks the households that certain things are never offered to.
func (r *Records) markHomes(ctx context.Context, roles []dialog.Role) error {
	var codes []string
	for _, role := range roles {
		if role.Name == records.RoleHousehold {
			codes = append(codes, codeOf(role.Area))
		}
	}
	if len(codes) == 0 {
		return nil
	}
	var marked []string
	err := r.db.WithContext(ctx).Raw(`SELECT h.code FROM households h JOIN household_flags f ON f.household_id = h.id AND f.valid_to IS NULL AND f.flag = ?
		WHERE h.code IN ?`, records.FlagNoLabour, codes).Scan(&marked).Error
	for i, role := range roles {
		if role.Name == records.RoleHousehold && slices.Contains(marked, codeOf(role.Area)) {
			roles[i].Marks = records.FlagNoLabour
		}
	}
	return err
}

// Errors of CreateInvite, each with what to do in its text.
var (
	ErrNoArea = errors.New("storage: no such area; give a path (48/20200/hoa-minh.12) or the code of a commune (20200), and import areas first")
	ErrNoRole = errors.New("storage: no such role")
)

// CreateInvite makes an invite that gives a role in an area (its path, or an official code that only one area has) once,
// within ttl. by says who made it, for the log. It returns the code to hand over; only its hash is kept.
func (r *Records) CreateInvite(ctx context.Context, role, area, by string, ttl time.Duration) (code string, err error) {
	defer r.observe("create_invite", time.Now(), &err)
	if !slices.Contains(records.InviteRoles, role) {
		return "", fmt.Errorf("%w: %q; use one of %v", ErrNoRole, role, records.InviteRoles)
	}
	err = r.in(ctx, func(tx *gorm.DB) error {
		var places []records.Area
		if err := tx.Where("valid_to IS NULL AND (path = ? OR code = ?)", area, area).Order("path").Limit(3).Find(&places).Error; err != nil {
			return err
		}
		if i := slices.IndexFunc(places, func(p records.Area) bool { return p.Path == area }); i >= 0 {
			places = places[i : i+1]
		}
		if len(places) != 1 {
			return ErrNoArea
		}
		place := places[0]
		if !records.FitsArea(role, place.Kind) {
			return fmt.Errorf("%w for a %s: %q; leader goes with a group, officer, front and treasurer with a commune, city with the city, donor with any", ErrNoRole, place.Kind, role)
		}
		now := r.instant()
		invite := records.Invite{Role: role, Area: place.Path, CreatedBy: by, CreatedAt: now, ExpiresAt: now.Add(ttl)}
		var err error
		if code, err = r.drawInvite(tx, &invite); err != nil {
			return err
		}
		return tx.Create(&records.Audit{
			At: now, Actor: by, Action: "invite.create", Subject: "invite " + strconv.FormatInt(invite.ID, 10),
			Area: place.Path, Why: role,
		}).Error
	})
	switch {
	case errors.Is(err, ErrNoArea), errors.Is(err, ErrNoRole):
		return "", err
	case err != nil:
		return "", explain("create invite", err)
	}
	return code, nil
}

// drawInvite writes an invite with a code drawn for it, and returns the code.
func (r *Records) drawInvite(tx *gorm.DB, invite *records.Invite) (code string, err error) {
	for ok := false; !ok; _, ok = records.ParseInviteCode(code) {
		code = records.InviteCodeOf(random64(records.InviteSpace))
	}
	invite.CodeHash = r.keyed("invite", code)
	return code, tx.Create(invite).Error
}

// EndRole ends a person's role in an area; asking again changes nothing.
func (r *Records) EndRole(ctx context.Context, person int64, role, area, by string) (err error) {
	defer r.observe("end_role", time.Now(), &err)
	return explain("end role", r.in(ctx, func(tx *gorm.DB) error {
		now := r.instant()
		done := tx.Model(&records.Role{}).Where("person_id = ? AND name = ? AND area = ? AND valid_to IS NULL", person, role, area).Update("valid_to", now)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		return tx.Create(&records.Audit{At: now, Actor: by, Action: "role.end", Subject: "person " + strconv.FormatInt(person, 10), Area: area, Why: role}).Error
	}))
}

// OpenTasks lists the open tasks of an area and those below it, oldest first; the empty area stands for all.
func (r *Records) OpenTasks(ctx context.Context, area string, limit int) (tasks []records.Task, err error) {
	defer r.observe("open_tasks", time.Now(), &err)
	find := r.db.WithContext(ctx).Where("status = ?", records.TaskOpen)
	if area != "" {
		find = find.Where("area = ? OR (area >= ? AND area < ?)", area, area+"/", area+"0")
	}
	return tasks, explain("open tasks", find.Order("id").Limit(limit).Find(&tasks).Error)
}
