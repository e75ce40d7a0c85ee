package flows

import (
	"slices"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

func topicKeys() (keys []dialog.Key) {
	for _, topic := range records.Topics {
		keys = append(keys, dialog.Key{Name: "topic." + topic}, dialog.Key{Name: "nhantin.off." + topic}, dialog.Key{Name: "nhantin.on." + topic})
	}
	return keys
}

// TopicsOf is /nhantin: which kinds of messages the person wants; each is switched off and on again by its button.
var TopicsOf = dialog.Command("nhantin").
	On("/nhantin").
	Says(append(topicKeys(), dialog.Key{Name: "nhantin.list", Args: records.Topics}, dialog.Key{Name: "nhantin.kept", Args: []string{"topic", "on"}},
		dialog.Key{Name: "nhantin.see"}, dialog.Key{Name: "nhantin.none"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}})...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		topic, how, _ := strings.Cut(c.Input, " ")
		if !slices.Contains(records.Topics, topic) || how != "on" && how != "off" {
			return []dialog.Effect{dialog.Ask{Query: records.AskTopics}}
		}
		return []dialog.Effect{keep(records.CmdTopic, records.SetTopic{Topic: topic, On: how == "on"}, &dialog.Say{
			Lines: []dialog.Line{{Key: "nhantin.kept"}}, Loose: true, Menu: []dialog.Option{{Key: "see", Label: c.Label("nhantin.see"), Do: "/nhantin"}},
		})}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		say := dialog.Say{Lines: []dialog.Line{{Key: "nhantin.list", Args: found.Facts}}, Columns: 1}
		for _, topic := range records.Topics {
			how := "off"
			if found.Facts[topic] != "" {
				how = "on"
			}
			say.Menu = append(say.Menu, dialog.Option{Key: topic, Label: c.Label("nhantin." + how + "." + topic), Do: "/nhantin " + topic + " " + how})
		}
		say.Menu = append(say.Menu, dialog.Option{Key: "none", Label: c.Label("nhantin.none"), Do: "/tamdung"})
		return []dialog.Effect{say}
	})
