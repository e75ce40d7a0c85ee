package records

import (
	"strings"
	"time"
)

// Kinds of area.
const (
	AreaCity    = "city"
	AreaCommune = "commune" // phường, xã, đặc khu
	AreaGroup   = "group"   // tổ dân phố, thôn
)

// Area is a node of the tree city, commune, group. Its Path is its natural key while it is in force (ValidTo nil): the
// city's code, then the commune's, then the group's key, as in "48/20200/hoa-minh.12". Numbering of groups restarted in
// each old ward, so a group's key is the old ward's label, folded to letters, digits and dashes, and the number; a commune
// never merged has no label, and a named thôn has its folded name for a number ("48/20602/phu-son").
//
// An area that is merged or renumbered is ended (ValidTo, and MergedInto with the path that took it over) and the new one
// is a new row; the path may then be used again.
type Area struct {
	ID         int64 `gorm:"primaryKey"`
	Path       string
	Kind       string
	Code       string     // official code of a city or commune; the key of a group
	Name       string     // as shown: "Phường Hòa Khánh", "Tổ 12 (Hòa Minh cũ)"
	Label      string     // of a group: the old ward's name, "Hòa Minh"
	Number     string     // of a group: "12", "56A", "Phú Sơn"
	ValidFrom  time.Time  // day
	ValidTo    *time.Time // day after the last; nil while in force
	MergedInto string
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Join makes the path of an area from its parent's and its own key.
func Join(parent, key string) string {
	if parent == "" {
		return key
	}
	return parent + "/" + key
}

// Parent is the path of the area above, "" for a city.
func Parent(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return ""
	}
	return path[:i]
}

// CommuneOf is the path of the commune that an area, or a household, lies in or is; "" for what is above communes.
func CommuneOf(path string) string {
	parts := strings.SplitN(path, "/", 3)
	if len(parts) < 2 {
		return ""
	}
	return parts[0] + "/" + parts[1]
}

// GroupKey is a group's key within its commune. Both parts come folded: lower-case letters, digits and dashes.
func GroupKey(label, number string) string {
	if label == "" {
		return number
	}
	return label + "." + number
}

// KindOfPath tells the kind of area a path stands for; "" for a household's own path and for nonsense.
func KindOfPath(path string) string {
	switch strings.Count(path, "/") {
	case 0:
		if path != "" {
			return AreaCity
		}
	case 1:
		return AreaCommune
	case 2:
		return AreaGroup
	}
	return ""
}
