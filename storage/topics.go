package storage

import (
	"context"
	"encoding/json"
	"slices"

	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// setTopic switches a topic off or on. What is written to many and waits goes out no more.
func (a *applier) setTopic(q Request) (*Outcome, error) {
	var command records.SetTopic
	if err := json.Unmarshal(q.Data, &command); err != nil || !slices.Contains(records.Topics, command.Topic) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	args := map[string]string{"topic": command.Topic, "on": ""}
	off := records.TopicOff{PersonID: who.Person, Topic: command.Topic, At: stamp(q.At)}
	if command.On {
		args["on"] = "1"
		err = a.tx.Delete(&off).Error
	} else {
		err = a.tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&off).Error
	}
	a.audit(q, who.Person, "topic "+command.Topic, "", args["on"])
	return &Outcome{Args: args}, err
}

// topicsOfMine: facts news, remind, pledges, support: "1" where the asker switched it off.
func (r *Records) topicsOfMine(ctx context.Context, actor records.Actor, to *dialog.Answer) error {
	var off []string
	if err := r.db.WithContext(ctx).Model(&records.TopicOff{}).Where("person_id = ?", actor.Person).Pluck("topic", &off).Error; err != nil {
		return err
	}
	to.Facts = map[string]string{}
	for _, topic := range records.Topics {
		if to.Facts[topic] = ""; slices.Contains(off, topic) {
			to.Facts[topic] = "1"
		}
	}
	return nil
}
