package vi

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

// understandWhenWhere reads a phrase as one of the kinds of days, times, phones, identity numbers, people and places
// and writes what it read as one line; ok is false for other kinds.
func understandWhenWhere(kind, phrase string, now time.Time) (line string, ok bool) {
	switch kind {
	case "date", "date_edge":
		return writeDate(ReadDate(phrase, now), kind), true
	case "date_range":
		return writeRange(ReadRange(phrase, now)), true
	case "datetime":
		return writeMoment(ReadMoment(phrase, now)), true
	case "phone", "phone_edge":
		return writePhone(ReadPhone(phrase, now)), true
	case "cccd":
		labelled, _, _ := citizenDigits(phrase)
		return writeCitizen(ReadCitizen(phrase, now), labelled), true
	case "person":
		return writePerson(ReadPerson(phrase, now)), true
	case "unit":
		return writeUnit(ReadUnit(phrase, now)), true
	}
	return "", false
}

const notUnderstood = `{"not_understood":true}`

// object writes one JSON object with its keys in the order they are put.
type object struct{ bytes.Buffer }

func (o *object) put(key string, value any) {
	if o.Len() == 0 {
		o.WriteByte('{')
	} else {
		o.WriteByte(',')
	}
	o.WriteString(marshal(key))
	o.WriteByte(':')
	o.WriteString(marshal(value))
}

func (o *object) text(key, value string) {
	if value != "" {
		o.put(key, value)
	}
}

func (o *object) line() string {
	if o.Len() == 0 {
		return notUnderstood
	}
	return o.String() + "}"
}

// marshal writes v as JSON without escaping < > &.
func marshal(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "null"
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}

func writeDate(r Reading[When], kind string) string {
	var o object
	switch {
	case r.Problem != "":
		o.put("error", r.Problem)
	case r.Sure && r.Value.Note == "" && kind == "date":
		return r.Value.Date.String()
	case r.Sure:
		o.put("date", r.Value.Date.String())
		o.text("note", r.Value.Note)
	case len(r.Candidates) > 0:
		var days []string
		for _, c := range r.Candidates {
			if s := c.Date.String(); !slices.Contains(days, s) {
				days = append(days, s)
			}
		}
		o.put("ambiguous", days)
		o.put("ask", true)
	}
	return o.line()
}

func writePerson(r Reading[Person]) string {
	if !r.Understood() {
		return notUnderstood
	}
	p := r.value()
	var o object
	if p.Name != "" {
		if p.Title == "" {
			o.put("title", nil)
		} else {
			o.put("title", p.Title)
		}
		o.put("name", p.Name)
	}
	o.text("kin", p.Kin)
	o.text("group", p.Group.Name)
	o.text("area", p.Group.Area)
	if len(p.Group.Units) == 1 {
		o.put("unit", p.Group.Units[0])
	}
	if len(p.Group.Units) > 1 {
		o.put("ambiguous", p.Group.Units)
	}
	if !r.Sure {
		o.put("ask", true)
	}
	return o.line()
}

func writeUnit(r Reading[Place]) string {
	var o object
	if r.Sure {
		if r.Value.OldUnit == "" && r.Value.OldDistrict == "" {
			return r.Value.Unit
		}
		o.text("old_unit", r.Value.OldUnit)
		o.text("old_district", r.Value.OldDistrict)
		o.put("unit", r.Value.Unit)
		return o.line()
	}
	if len(r.Candidates) == 0 {
		return notUnderstood
	}
	first := r.Candidates[0]
	var codes []string
	unit, district := first.OldUnit, first.OldDistrict
	for _, c := range r.Candidates {
		if !slices.Contains(codes, c.Unit) {
			codes = append(codes, c.Unit)
		}
		if c.OldUnit != unit {
			unit = ""
		}
		if c.OldDistrict != district {
			district = ""
		}
	}
	o.text("old_unit", unit)
	o.text("old_district", district)
	o.put("ambiguous", codes)
	if first.exact && len(codes) > 1 && !slices.ContainsFunc(r.Candidates, func(p Place) bool { return p.OldUnit != "" }) {
		o.put("default", first.Unit)
	}
	o.put("ask", true)
	return o.line()
}

func writeRange(r Reading[Span]) string {
	var o object
	spanObject := func(s Span) object {
		var o object
		o.put("from", s.From.String())
		o.put("to", s.To.String())
		if s.Approx {
			o.put("approx", true)
		}
		return o
	}
	switch {
	case r.Problem != "":
		o.put("error", r.Problem)
	case r.Sure:
		o = spanObject(r.Value)
	case len(r.Candidates) > 0:
		var list []json.RawMessage
		for _, c := range r.Candidates {
			one := spanObject(c)
			list = append(list, json.RawMessage(one.line()))
		}
		o.put("ambiguous", list)
		o.put("ask", true)
	}
	return o.line()
}

func writeMoment(r Reading[Moment]) string {
	var o object
	switch {
	case r.Problem != "":
		o.put("error", r.Problem)
	case r.Sure:
		return r.Value.String()
	case len(r.Candidates) > 0:
		var list []string
		for _, c := range r.Candidates {
			list = append(list, c.String())
		}
		o.put("ambiguous", list)
		o.put("ask", true)
	}
	return o.line()
}

func writePhone(r Reading[PhoneNumber]) string {
	var o object
	switch {
	case r.Problem != "":
		o.put("error", r.Problem)
	case r.Sure && r.Value.Code != "":
		o.put("short_code", r.Value.Code)
	case r.Sure:
		return r.Value.E164
	case len(r.Candidates) > 0:
		o.put("ambiguous", []string{r.Candidates[0].E164})
		o.put("ask", true)
	}
	return o.line()
}

func writeCitizen(r Reading[Citizen], labelled bool) string {
	var o object
	switch {
	case r.Problem != "":
		o.put("error", r.Problem)
	case r.Sure && labelled:
		o.put("ok", true)
		o.put("masked", r.Value.Masked)
	case r.Sure:
		o.put("ok", true)
		o.put("province", r.Value.Province)
		o.put("sex", r.Value.Sex)
		o.put("birth_year", r.Value.BirthYear)
	}
	return o.line()
}
