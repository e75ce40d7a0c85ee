package vi

import (
	"slices"
	"strconv"
)

// messageJSON writes a message as understand prints it: the intent, and the keys that belong to it.
func messageJSON(m Message) string {
	var o jsonObject
	o.str("intent", string(m.Intent))
	switch m.Intent {
	case LogHelp:
		m.writePeople(&o)
		o.text("group", m.Group)
		o.text("unit", m.Unit)
		m.writeWhat(&o)
		m.writeDay(&o)
		o.text("donor", m.Donor)
		o.flag("ask", slices.Contains(m.Ambiguous, PartPerson) || slices.Contains(m.Ambiguous, PartGroup) || slices.Contains(m.Ambiguous, PartDonor) || slices.Contains(m.Ambiguous, PartNumber))
	case MakePledge:
		m.writeWhat(&o)
		o.flag("anonymous", m.Anonymous)
		if m.Amounts.Sure {
			o.text("period", m.Amounts.Value.Period)
		}
		o.text("unit", m.Unit)
	case TellNeed:
		o.text("dimension", m.Dimension)
	case Remind:
		switch {
		case m.At.Sure:
			o.str("at", m.At.Value.String())
		case m.Date != nil:
			o.str("date", m.Date.String())
		}
		o.text("text", m.Text)
		o.flag("ask", len(m.Ambiguous) > 0)
	case Export:
		if m.Range.Sure {
			var r jsonObject
			r.str("from", m.Range.Value.From.String())
			r.str("to", m.Range.Value.To.String())
			r.flag("approx", m.Range.Value.Approx)
			o.raw("range", r.String())
		}
	case Correct:
		m.From.write(&o, "from")
		m.To.write(&o, "to")
		m.writePeople(&o)
	}
	return o.String()
}

func (m Message) writePeople(o *jsonObject) {
	if m.Person != nil {
		o.text("person", m.Person.String())
		return
	}
	if len(m.People) == 0 {
		return
	}
	o.key("person")
	o.b = append(o.b, '[')
	for i, p := range m.People {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = appendJSONString(o.b, p.String())
	}
	o.b = append(o.b, ']')
}

func (m Message) writeWhat(o *jsonObject) {
	switch {
	case m.Money != nil && *m.Money == (Sum{VND: m.Money.VND, Period: m.Money.Period}):
		o.num("money", m.Money.VND)
	case m.Amounts.Sure:
		var v jsonObject
		m.Amounts.Value.writeJSON(&v)
		o.raw("money", v.String())
	case len(m.Amounts.Candidates) > 0:
		o.raw("money", moneyChoiceJSON(m.Amounts.Candidates))
	case m.Amounts.Problem != "":
		o.raw("money", problemJSON(m.Amounts.Problem))
	}
	if len(m.Items) > 0 {
		o.raw("items", itemsJSON(m.Items))
	}
}

func (m Message) writeDay(o *jsonObject) {
	switch {
	case m.Date != nil:
		o.str("date", m.Date.String())
	case m.Range.Sure:
		var v jsonObject
		v.str("from", m.Range.Value.From.String())
		v.str("to", m.Range.Value.To.String())
		v.flag("ask", true)
		o.raw("date", v.String())
	case len(m.Days.Candidates) > 0:
		b := []byte{'['}
		for i, w := range m.Days.Candidates {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSONString(b, w.Date.String())
		}
		var v jsonObject
		v.raw("ambiguous", string(append(b, ']')))
		v.flag("ask", true)
		o.raw("date", v.String())
	}
}

// write adds one side of a correction to o.
func (p Part) write(o *jsonObject, key string) {
	switch {
	case p.Money > 0:
		o.raw(key, strconv.FormatInt(p.Money, 10))
	case p.Item != nil:
		o.raw(key, p.Item.json())
	default:
		o.text(key, p.Text)
	}
}
