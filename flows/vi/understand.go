package vi

import (
	"strconv"
	"time"
)

// NotUnderstood is what Understand returns for a phrase that is nothing of its kind.
const NotUnderstood = notUnderstood

// Understand reads a phrase as one kind of thing and returns what was read: plain for plain values, compact JSON with
// the keys in a fixed order for the rest. The kinds are money_vnd, money_edge, quantity, date, date_range, date_edge,
// datetime, phone, phone_edge, cccd, person, unit, normalize and message. now is the reader's clock.
func Understand(phrase, kind string, now time.Time) string {
	switch kind {
	case "money_vnd", "money_edge":
		return understandMoney(phrase, kind == "money_edge")
	case "quantity":
		return understandItems(phrase)
	case "normalize":
		return Normalize(phrase)
	case "message":
		return messageJSON(ReadMessage(phrase, now))
	}
	if s, ok := understandWhenWhere(kind, phrase, now); ok {
		return s
	}
	return NotUnderstood
}

// jsonObject writes one JSON object key by key.
type jsonObject struct{ b []byte }

func (o *jsonObject) key(k string) {
	if len(o.b) == 0 {
		o.b = append(o.b, '{')
	} else {
		o.b = append(o.b, ',')
	}
	o.b = append(o.b, '"')
	o.b = append(o.b, k...)
	o.b = append(o.b, '"', ':')
}

func (o *jsonObject) raw(k, v string) {
	o.key(k)
	o.b = append(o.b, v...)
}

func (o *jsonObject) str(k, v string) {
	o.key(k)
	o.b = appendJSONString(o.b, v)
}

func (o *jsonObject) num(k string, v int64) {
	o.key(k)
	o.b = strconv.AppendInt(o.b, v, 10)
}

// text is str for a value that may be missing.
func (o *jsonObject) text(k, v string) {
	if v != "" {
		o.str(k, v)
	}
}

func (o *jsonObject) flag(k string, set bool) {
	if set {
		o.raw(k, "true")
	}
}

func (o *jsonObject) String() string {
	if len(o.b) == 0 {
		return "{}"
	}
	return string(append(o.b, '}'))
}

// appendJSONString appends s in quotes; only what JSON demands is escaped, so that Vietnamese stays readable.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r < ' ':
			b = append(b, "\\u00"...)
			b = append(b, "0123456789abcdef"[r>>4], "0123456789abcdef"[r&15])
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}

func problemJSON(problem string) string {
	var o jsonObject
	o.str("error", problem)
	return o.String()
}

func understandMoney(phrase string, edge bool) string {
	r := ReadMoney(phrase)
	switch {
	case r.Problem != "":
		return problemJSON(r.Problem)
	case r.Sure && r.Value.Exact() && !edge:
		return strconv.FormatInt(r.Value.VND, 10)
	case r.Sure:
		var o jsonObject
		r.Value.writeJSON(&o)
		return o.String()
	case len(r.Candidates) > 0:
		return moneyChoiceJSON(r.Candidates)
	}
	return NotUnderstood
}

// writeJSON adds the keys of an amount to o.
func (m Sum) writeJSON(o *jsonObject) {
	switch {
	case m.Currency != "":
		o.num("value", m.Foreign)
		o.str("currency", m.Currency)
	case m.Min > 0 || m.Max > 0:
		if m.Min > 0 {
			o.num("min", m.Min)
		}
		if m.Max > 0 {
			o.num("max", m.Max)
		}
	case m.Qty > 0:
		o.str("unit", m.Unit)
		o.raw("qty", milliJSON(m.Qty))
		o.raw("value", "null")
	case m.Over:
		o.num("gt", m.VND)
	default:
		o.num("value", m.VND)
		o.flag("approx", m.Approx)
	}
	o.text("period", m.Period)
	if m.Qty == 0 {
		o.text("unit", m.Unit)
	}
}

// moneyChoiceJSON writes candidates: amounts as numbers, the readings of a slang word as words.
func moneyChoiceJSON(candidates []Sum) string {
	var o jsonObject
	first := candidates[0]
	if len(candidates) == 1 && (first.Currency != "" || first.Min > 0 || first.Max > 0) {
		first.writeJSON(&o)
		o.flag("ask", true)
		return o.String()
	}
	words := len(candidates) == 2 && candidates[1].Qty > 0
	o.key("ambiguous")
	o.b = append(o.b, '[')
	for i, c := range candidates {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		switch {
		case words && c.Qty > 0:
			o.b = appendJSONString(o.b, formatMilli(c.Qty)+" "+c.Unit+" (đồ vật)")
		case words:
			o.b = appendJSONString(o.b, strconv.FormatInt(c.VND, 10)+" VND (tiếng lóng: "+c.Slang+")")
		case c.Currency != "":
			o.b = strconv.AppendInt(o.b, c.Foreign, 10)
		case c.Min > 0:
			o.b = strconv.AppendInt(o.b, c.Min, 10)
		case c.Max > 0:
			o.b = strconv.AppendInt(o.b, c.Max, 10)
		default:
			o.b = strconv.AppendInt(o.b, c.VND, 10)
		}
	}
	o.b = append(o.b, ']')
	if !words {
		o.text("slang", first.Slang)
	}
	o.text("period", first.Period)
	o.text("unit", first.unitOfEach())
	o.text("currency", first.Currency)
	o.flag("approx", first.Approx)
	o.flag("ask", true)
	return o.String()
}

// unitOfEach is the unit an amount is for each of, "" where Unit says something else.
func (m Sum) unitOfEach() string {
	if m.Qty > 0 {
		return ""
	}
	return m.Unit
}

func understandItems(phrase string) string {
	r := ReadItems(phrase)
	list := r.Value
	switch {
	case r.Problem != "":
		return problemJSON(r.Problem)
	case len(r.Candidates) > 0:
		list = r.Candidates[0]
	case !r.Sure:
		return NotUnderstood
	}
	if len(list) == 1 {
		it := list[0]
		if tokens := Tokenize(phrase); it.Name == "" && it.Qty > 0 && !itemFillers.has(tokens, len(tokens)-1) { // a quantity of nothing in particular
			it.Vague = false
		}
		return it.json()
	}
	return itemsJSON(list)
}

func itemsJSON(list []Item) string {
	b := []byte{'['}
	for i, it := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, it.json()...)
	}
	return string(append(b, ']'))
}

func (it Item) json() string {
	var o jsonObject
	if it.Qty > 0 {
		o.raw("qty", milliJSON(it.Qty))
	} else {
		o.raw("qty", "null")
	}
	o.text("unit", it.Unit)
	o.text("item", it.Name)
	for _, v := range []struct {
		key string
		vnd int64
	}{{"unit_value", it.UnitValue}, {"total", it.Total}, {"value", it.Value}} {
		if v.vnd > 0 {
			o.num(v.key, v.vnd)
		}
	}
	o.text("note", it.Note)
	o.flag("approx", it.Approx)
	o.flag("ask", it.Vague)
	return o.String()
}

// milliJSON writes thousandths as a JSON number.
func milliJSON(v int64) string {
	s := strconv.FormatInt(v/milli, 10)
	if f := v % milli; f != 0 {
		frac := strconv.FormatInt(milli+f, 10)[1:]
		for frac[len(frac)-1] == '0' {
			frac = frac[:len(frac)-1]
		}
		s += "." + frac
	}
	return s
}
