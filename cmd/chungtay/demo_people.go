package main

import (
	"slices"

	"chungtay/bot/simulator"
	"chungtay/flows"
	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// samplePerson is somebody on the page.
type samplePerson struct {
	simulator.PagePerson
	called, address string // what they tell the bot
	role            string // "": what anybody is
}

// samplePeople are on the page at its start; the leader is the first.
var samplePeople = []samplePerson{
	{
		PagePerson: simulator.PagePerson{
			ID: "hoa", Name: "Cô Hoa", About: "Tổ trưởng tổ 12", Channel: simulator.PageTelegram,
			Tries: []string{"hang xom gop cho ba lan to 12 500k voi 10kg gao hom qua", "cho anh Huy 5kg gạo", "menu"},
		},
		called: "Hoa", address: "cô", role: records.RoleLeader,
	},
	{PagePerson: simulator.PagePerson{
		ID: "hanh", Name: "Chị Hạnh", About: "Người trong hộ", Channel: simulator.PageZalo,
		Tries: []string{"xin chào"},
	}},
	{PagePerson: simulator.PagePerson{
		ID: "dung", Name: "Anh Dũng", About: "Nhà hảo tâm", Channel: simulator.PageZalo,
		Tries: []string{"an danh nha, gop quy vi nguoi ngheo phuong hoa khanh 300k", "cho tui góp 5 thùng mì với 20kg gạo", "góp của tôi"},
	}},
	{
		PagePerson: simulator.PagePerson{
			ID: "minh", Name: "Anh Minh", About: "Cán bộ Mặt trận phường", Channel: simulator.PageTelegram,
			Tries: []string{"menu", "cho bà Lan tổ 12 thùng mì"},
		},
		called: "Minh", address: "anh", role: records.RoleFront,
	},
	{
		PagePerson: simulator.PagePerson{
			ID: "thao", Name: "Chị Thảo", About: "Quản trị", Channel: simulator.PageTelegram,
			Tries: []string{"menu"},
		},
		called: "Thảo", address: "chị", role: records.RoleAdmin,
	},
}

func sampleIndex(id string) int {
	return slices.IndexFunc(samplePeople, func(p samplePerson) bool { return p.ID == id })
}

// samplePageRoles are what somebody who is added can be.
var samplePageRoles = []simulator.PageRole{
	{Label: "Người mới, chưa có mã"},
	{Name: records.RoleLeader, Label: "Tổ trưởng tổ 12"},
	{Name: records.RoleOfficer, Label: "Cán bộ phường"},
	{Name: records.RoleFront, Label: "Cán bộ Mặt trận phường"},
	{Name: records.RoleTreasurer, Label: "Kế toán quỹ"},
	{Name: records.RoleCity, Label: "Thành phố"},
	{Name: records.RoleAdmin, Label: "Quản trị"},
}

// sampleAreaOf is where somebody with a role works in the sample data.
func sampleAreaOf(role string) string {
	switch role {
	case records.RoleLeader:
		return sampleLeaderGroup
	case records.RoleCity, records.RoleAdmin:
		return "48"
	}
	return "48/20200"
}

// scenes are the scenes of the tour whose conversations the bot has.
func sampleScenes() []simulator.PageScene {
	const lan = "hang xom gop cho ba lan to 12 500k voi 10kg gao hom qua"
	all := []struct {
		flow  string
		scene simulator.PageScene
	}{
		{"ghinhan", simulator.PageScene{ID: "ghi", Title: "Ghi giúp đỡ bằng một tin", Steps: []simulator.PageStep{
			{Person: "hoa", Tell: "Cô Hoa là tổ trưởng. Hàng xóm vừa góp tiền và gạo cho bà Lan; cô nhắn cho bot như nhắn cho người quen."},
			{Person: "hoa", Type: lan, Expect: "bà Lan", Tell: "Không dấu, viết tắt, \"hom qua\": bot đọc được. Tổ 12 có hai bà Lan nên bot hỏi, không đoán."},
			{Person: "hoa", Choose: "Trần Thị Lan, 1963, vợ ông Sáu", Expect: "Dạ em ghi", Tell: "Bot nhắc lại điều đã hiểu, cả ngày âm lịch, để cô xem trước khi lưu."},
			{Person: "hoa", Choose: "Lưu", Expect: "GN-", Tell: "Lưu xong mới báo, kèm mã phiếu. Một tin và hai lần bấm là xong một phiếu."},
		}}},
		{"noiho", simulator.PageScene{ID: "ho", Title: "Hộ gia đình xem hỗ trợ của mình", Steps: []simulator.PageStep{
			{Person: "hoa", Type: "hang xom gop cho ba lan vo ong sau 500k", Expect: "Dạ em ghi", Tell: "Cô Hoa ghi một lượt giúp cho nhà bà Lan, vợ ông Sáu."},
			{Person: "hoa", Choose: "Lưu", Expect: "GN-", Tell: "Phiếu đã lưu. Nhà bà Lan cũng xem được, nếu nối bằng mã của hộ."},
			{Person: "hoa", Type: "/the bà Lan vợ ông Sáu", Expect: "mã", Find: `\d{4} ?\d{4}`, Tell: "Cô xin thẻ của hộ: mã dùng một lần, cô đưa tận tay người trong nhà."},
			{Person: "hanh", Type: "{}", Expect: "phải không", Tell: "Chị Hạnh, con bà Lan, nhắn mã đó từ máy của mình. Bot hỏi lại, không nêu đủ tên."},
			{Person: "hanh", Choose: "Phải", Expect: "Đồng ý", Tell: "Chị là người trong hộ. Bot nói rõ giữ gì, để làm gì, rồi mới nối."},
			{Person: "hanh", Choose: "Đồng ý", Expect: "nối xong", Tell: "Nối xong. Tổ trưởng và Mặt trận phường được báo, để không ai nối nhầm hộ."},
			{Person: "hanh", Type: "tui da duoc ho tro chi chua", Expect: "Dạ", Tell: "Từ nay chị hỏi lúc nào cũng được, không dấu cũng được. Chỉ người trong hộ xem được."},
		}}},
		{"ungho", simulator.PageScene{ID: "gop", Title: "Góp tiền, không nêu tên", Steps: []simulator.PageStep{
			{Person: "dung", Tell: "Anh Dũng muốn góp cho quỹ của phường mà không nêu tên. Anh không phải đăng ký gì."},
			{Person: "dung", Type: "an danh nha, gop quy vi nguoi ngheo phuong hoa khanh 300k", Expect: "không công khai tên", Tell: "Một tin là đủ. Trước khi góp, bot nói rõ ai vẫn thấy tên anh: kế toán, trên sao kê ngân hàng."},
			{Person: "dung", Choose: "Đúng", Expect: "Nội dung", Find: `[A-Z]{3}\w{7}`, Tell: "Ảnh QR có sẵn số tiền và mã góp. Tên người nhận ghi rõ: khác tên thì dừng. Tài khoản ở đây là mẫu, đừng chuyển."},
			{Person: "dung", Type: "chuyen roi do", Expect: "chưa thấy tiền", Tell: "Bot không tin lời nói là tiền đã tới: kế toán đối chiếu sao kê xong mới báo."},
			{Person: "dung", Type: "{}", Expect: "300.000", Tell: "Cầm mã là xem được lúc nào cũng được, không ai thấy tên."},
		}}},
		{"thongbao", simulator.PageScene{ID: "bao", Title: "Báo bão cho cả phường", Steps: []simulator.PageStep{
			{Person: "minh", Type: "thong bao", Expect: "muốn báo gì", Tell: "Anh Minh ở Mặt trận phường cần báo gấp cho mọi người."},
			{
				Person: "minh", Type: "Bão số 9 vào chiều nay. Bà con chằng chống nhà cửa, ai ở nhà tạm thì sang nhà văn hóa tổ trước 14 giờ.", Expect: "báo cho ai",
				Tell: "Anh gõ nội dung như mọi người sẽ đọc, rồi bot hỏi từng câu một.",
			},
			{Person: "minh", Choose: "Tất cả", Expect: "ở đâu", Tell: "Gửi cho ai thì chọn: tổ trưởng, hộ gia đình, người hứa góp... Lần này là tất cả."},
			{Person: "minh", Choose: "Cả địa bàn", Expect: "mọi người sẽ nhận", Tell: "Bot cho xem y nguyên tin sẽ gửi, và đang có bao nhiêu người nhận. Phường chỉ gửi trong phường."},
			{Person: "minh", Choose: "Đúng", Expect: "chưa gửi", Tell: "Soạn xong chưa gửi vội: anh có thể gửi thử cho mình, hẹn giờ, hoặc thôi."},
			{Person: "minh", Choose: "Gửi", Expect: "lúc nào", Tell: "Tin thường ban đêm thì chờ sáng; đông người thì cần cán bộ thứ hai đồng ý."},
			{Person: "minh", Choose: "Tin khẩn: bão, lũ", Expect: "phải không", Tell: "Tin bão lũ thì đi ngay, xem lại sau."},
			{Person: "minh", Choose: "Gửi", Expect: "em nhận rồi", Tell: "Mỗi người nhận đúng một lần, dù có hai máy, dù bot tắt giữa chừng."},
			{Person: "hoa", Expect: "Bão số 9", Tell: "Máy cô Hoa nhận được rồi. Ai đang nhắn dở với bot thì câu hỏi đang dở vẫn còn nguyên."},
		}}},
		{"ghinhan", simulator.PageScene{ID: "tat", Title: "Máy chủ mất điện giữa chừng", Steps: []simulator.PageStep{
			{Person: "hoa", Type: "cho anh huy 5kg gao", Expect: "ai giúp", Tell: "Cô Hoa đang ghi một phiếu khác, bot hỏi tiếp."},
			{Person: "hoa", Kill: true, Tell: "Mất điện: bot bị tắt ngang (SIGKILL), không kịp làm gì nữa."},
			{Person: "hoa", Type: "hàng xóm góp", Tell: "Cô Hoa không biết, cứ trả lời. Tin mới một dấu tích: bot chưa nhận."},
			{Person: "hoa", Start: true, Expect: "Dạ em ghi", Tell: "Bot bật lại, nhớ đang hỏi tới đâu và trả lời tiếp. Cô không phải nhắn lại chữ nào."},
			{Person: "hoa", Choose: "Lưu", Expect: "GN-", Tell: "Phiếu được lưu đúng một lần. Tắt ngang lúc nào cũng vậy."},
		}}},
	}
	var scenes []simulator.PageScene
	for _, s := range all {
		if slices.ContainsFunc(flows.All, func(f dialog.Flow) bool { return f.Key() == s.flow }) {
			scenes = append(scenes, s.scene)
		}
	}
	return scenes
}
