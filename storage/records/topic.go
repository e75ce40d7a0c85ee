package records

import "time"

// TopicOff says that a person wants no messages of a kind. What is about their own promise or need comes all the same.
type TopicOff struct {
	PersonID int64  `gorm:"primaryKey"`
	Topic    string `gorm:"primaryKey"`
	At       time.Time
}

// TableName is the table of TopicOff.
func (TopicOff) TableName() string { return "topics_off" }

// Kinds of messages that somebody may want or not, one by one.
const (
	TopicNews    = "news"    // of the ward and its campaigns
	TopicRemind  = "remind"  // what is to be done, and when
	TopicPledges = "pledges" // about what one promised, written to many
	TopicSupport = "support" // about what one's household received
)

// Topics are all topics, in the order of menus.
var Topics = []string{TopicNews, TopicRemind, TopicPledges, TopicSupport}

// CmdTopic switches a topic off, or on again: SetTopic.
const CmdTopic = "topic.set"

// AskTopics are the topics that the asker switched off.
const AskTopics = "topic.mine"

// SetTopic says whether the person wants messages of a topic. The outcome's args: topic, on ("1" or none).
type SetTopic struct {
	Topic string `json:"topic"`
	On    bool   `json:"on,omitempty"`
}

// Topic is what a broadcast is about, by its audience; "" for what is said to those who hold a duty, which they cannot switch off.
func (b Broadcast) Topic() string {
	switch b.Who {
	case AudienceDonors, AudienceAll:
		return TopicNews
	case AudienceDue:
		return TopicPledges
	case AudienceHomes, AudienceNeeds:
		return TopicSupport
	}
	return ""
}
