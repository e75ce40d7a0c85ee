package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"chungtay/storage"
	"chungtay/storage/records"
)

// sampleFund is the appeal of the sample: the fund of the ward that lives all year. Nobody has such an account, so that nothing is paid.
var sampleFund = records.ProposeCampaign{
	Fund: records.FundPoor, Plan: "MẪU/KH-MTTQ", From: "2026-01-01", Way: records.WayBank, BIN: "970436", Account: "0000000000",
	Holder: "TAI KHOAN MAU KHONG CHUYEN TIEN", Goods: "Nhà sinh hoạt cộng đồng (mẫu), 8 giờ đến 17 giờ",
}

// loadSampleFund opens the fund of the sample leader's ward, as two of its Front do: one proposes, the other types the account. Both have left
// since, and get no messages.
func loadSampleFund(ctx context.Context, r *storage.Records, at time.Time) error {
	var fund int64
	for n := range 2 {
		who := r.ContactKey("sample", "sample", strconv.Itoa(n))
		if err := r.SeeContact(ctx, who, "sample", r.Seal(strconv.Itoa(n))); err != nil {
			return err
		}
		code, err := r.CreateInvite(ctx, records.RoleFront, records.CommuneOf(sampleLeaderGroup), "sample", time.Hour)
		if err != nil {
			return err
		}
		do := func(form, kind string, data any) (*storage.Outcome, error) {
			text, err := json.Marshal(data)
			if err != nil {
				return nil, err
			}
			outcomes, err := r.Apply(ctx, []storage.Request{{Contact: who, Form: form, Kind: kind, Data: text, At: at}})
			if err == nil && outcomes[0].Refused != "" {
				err = errors.New(outcomes[0].Refused)
			}
			if err != nil {
				return nil, fmt.Errorf("the sample's fund: %s: %w", kind, err)
			}
			return &outcomes[0], nil
		}
		if _, err := do("role", records.CmdRedeem, records.Redeem{Code: code}); err != nil {
			return err
		}
		if n == 0 {
			proposed, err := do("fund", records.CmdProposeCampaign, sampleFund)
			if err != nil {
				return err
			}
			if fund, err = strconv.ParseInt(proposed.Args["campaign"], 10, 64); err != nil {
				return err
			}
		} else if _, err := do("fund", records.CmdApproveCampaign, records.ApproveCampaign{ID: fund, Account: sampleFund.Account}); err != nil {
			return err
		}
		if _, err := do("leaves", records.CmdContactBlocked, struct{}{}); err != nil {
			return err
		}
	}
	return nil
}
