package records

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// VietQR is a transfer as the QR codes of Vietnam's banks say it: the NAPAS specification 1.5.2 on the EMVCo merchant-presented format.
// What else such a code may hold (bill number, store, name) is read over.
type VietQR struct {
	BIN     string // of the bank: six digits
	Account string // or card number: up to 19 letters and digits
	Card    bool
	Amount  int64  // VND; 0: the payer types it
	Purpose string // the content of the transfer: up to MaxPurpose letters, digits and spaces, without accents
}

// MaxPurpose is how many characters of a transfer's content every bank keeps.
const MaxPurpose = 25

// Errors of a QR code's text.
var (
	ErrNotVietQR = errors.New("records: not a VietQR")       // another scheme, such as VNPAY's, or no payment at all
	ErrBadVietQR = errors.New("records: a VietQR that lies") // a length or the check sum is wrong, or a value is impossible
)

const (
	napasID       = "A000000727"
	toAccount     = "QRIBFTTA"
	toCard        = "QRIBFTTC"
	maxAccount    = 19
	amountDigits  = 13
	currencyVND   = "704"
	crcField      = "6304" // the last field's id and length: they count into the sum
	staticPoint   = "11"
	dynamicPoint  = "12"
	purposeInData = "08"
)

// Payload is the text of the QR code. It refuses with ErrBadVietQR what a bank's app would not take.
func (q VietQR) Payload() (string, error) {
	if err := q.check(); err != nil {
		return "", err
	}
	point, service := staticPoint, toAccount
	if q.Amount > 0 {
		point = dynamicPoint
	}
	if q.Card {
		service = toCard
	}
	text := tlv("00", "01") + tlv("01", point) +
		tlv("38", tlv("00", napasID)+tlv("01", tlv("00", q.BIN)+tlv("01", q.Account))+tlv("02", service)) + tlv("53", currencyVND)
	if q.Amount > 0 {
		text += tlv("54", strconv.FormatInt(q.Amount, 10))
	}
	text += tlv("58", "VN")
	if q.Purpose != "" {
		text += tlv("62", tlv(purposeInData, q.Purpose))
	}
	text += crcField
	return text + checkSum(text), nil
}

func (q VietQR) check() error {
	switch {
	case len(q.BIN) != 6 || !only(q.BIN, isDigit):
		return fmt.Errorf("%w: the bank", ErrBadVietQR)
	case q.Account == "" || len(q.Account) > maxAccount || !only(q.Account, isAlnum):
		return fmt.Errorf("%w: the account", ErrBadVietQR)
	case q.Amount < 0 || q.Amount >= 1e13:
		return fmt.Errorf("%w: the amount", ErrBadVietQR)
	case len(q.Purpose) > MaxPurpose || !only(q.Purpose, func(c byte) bool { return c == ' ' || isAlnum(c) }):
		return fmt.Errorf("%w: the purpose", ErrBadVietQR)
	}
	return nil
}

// ParseVietQR reads the text of a QR code. Fields are found by their id, wherever they stand.
func ParseVietQR(text string) (VietQR, error) {
	body, sum := len(text)-len(crcField)-4, len(text)-4
	if body < 0 || !only(text, func(c byte) bool { return c >= ' ' && c < 0x7F }) {
		return VietQR{}, ErrNotVietQR
	}
	fields, err := readTLV(text)
	switch {
	case err != nil:
		return VietQR{}, err
	case fields["00"] != "01" || text[body:sum] != crcField:
		return VietQR{}, ErrNotVietQR
	case !strings.EqualFold(checkSum(text[:sum]), text[sum:]):
		return VietQR{}, fmt.Errorf("%w: its check sum", ErrBadVietQR)
	case fields["38"] == "":
		return VietQR{}, ErrNotVietQR
	}
	merchant, err := readTLV(fields["38"])
	switch {
	case err != nil:
		return VietQR{}, err
	case merchant["00"] != napasID:
		return VietQR{}, ErrNotVietQR
	}
	to, err := readTLV(merchant["01"])
	if err != nil {
		return VietQR{}, err
	}
	more, err := readTLV(fields["62"])
	if err != nil {
		return VietQR{}, err
	}
	q := VietQR{BIN: to["00"], Account: to["01"], Card: merchant["02"] == toCard, Purpose: more[purposeInData]}
	if service := merchant["02"]; service != toAccount && service != toCard {
		return VietQR{}, fmt.Errorf("%w: no transfer", ErrBadVietQR)
	}
	if fields["53"] != currencyVND || fields["58"] != "VN" {
		return VietQR{}, fmt.Errorf("%w: another currency or country", ErrBadVietQR)
	}
	if a := fields["54"]; a != "" {
		if len(a) > amountDigits || !only(a, isDigit) {
			return VietQR{}, fmt.Errorf("%w: the amount", ErrBadVietQR)
		}
		if q.Amount, err = strconv.ParseInt(a, 10, 64); err != nil {
			return VietQR{}, fmt.Errorf("%w: the amount", ErrBadVietQR)
		}
	}
	kept := q
	kept.Purpose = "" // what others write there is theirs
	return q, kept.check()
}

// tlv is a field: its id, the length of its value in two digits, its value.
func tlv(id, value string) string { return id + fmt.Sprintf("%02d", len(value)) + value }

// readTLV reads fields; every length must be right to the end, and no id may come twice.
func readTLV(s string) (map[string]string, error) {
	fields := map[string]string{}
	for s != "" {
		if len(s) < 4 || !only(s[:4], isDigit) {
			return nil, fmt.Errorf("%w: a field", ErrBadVietQR)
		}
		n := int(s[2]-'0')*10 + int(s[3]-'0')
		if _, twice := fields[s[:2]]; twice || len(s) < 4+n {
			return nil, fmt.Errorf("%w: a length", ErrBadVietQR)
		}
		fields[s[:2]], s = s[4:4+n], s[4+n:]
	}
	return fields, nil
}

// checkSum is the CRC-16/CCITT-FALSE of a text in four hexadecimal digits: polynomial 0x1021, beginning with 0xFFFF.
func checkSum(s string) string {
	crc := uint16(0xFFFF)
	for i := range len(s) {
		crc ^= uint16(s[i]) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return fmt.Sprintf("%04X", crc)
}

func only(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool { return isDigit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }
