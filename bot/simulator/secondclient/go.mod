module chungtay/bot/simulator/secondclient

go 1.26.0

require (
	chungtay v0.0.0
	github.com/PaulSonOfLars/gotgbot/v2 v2.0.0-rc.33
)

replace chungtay => ../../..
