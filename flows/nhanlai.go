package flows

import (
	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

var replyWords = dialog.Text("words").Check(dialog.Length(2, 500))

// Reply is /nhanlai: who got a message to many answers it. Whoever wrote that message is told, and the ward has a task.
var Reply = dialog.Form("nhanlai", 1, bulkID, replyWords).
	On("/nhanlai").
	Open(bulkNamed).
	Unconfirmed().
	Says(dialog.Key{Name: "nhanlai.kept", Args: []string{"from"}}, dialog.Key{Name: "notice.broadcast.reply", Args: []string{"broadcast", "words"}},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: records.RefusedNotTold}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdReplyBroadcast, records.ReplyBroadcast{ID: bulkID.Of(c.Answers), Words: replyWords.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "nhanlai.kept"}}})}
	})
