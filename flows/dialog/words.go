package dialog

// Words is every word people see or say, by language: the engine needs labels to match what is typed against what was
// shown, and the nav words and trigger phrases of each language. An implementation is static data: the same question
// always has the same answer.
type Words interface {
	// Label is the text of a short key without arguments ("kind.tien_mat"), in lang or the default language; the key
	// itself where it is unknown.
	Label(lang, key string) string
	// Phrases are the words that mean key ("nav.cancel", "pledge.triggers"), in every language, spelt rightly, accents
	// and all: the engine folds them itself, and must know that "hủy" typed so is meant, while "huy" may be a name.
	Phrases(key string) []string
	// Languages are the languages offered, the default first.
	Languages() []string
}
