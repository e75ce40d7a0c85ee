package storage

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/postgres"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"modernc.org/sqlite"

	"chungtay/storage/records"
)

//go:embed migrations
var migrations embed.FS

// RecordsOptions are what OpenRecords needs besides the address.
type RecordsOptions struct {
	DataKey   string                                         // seals phones and platform ids; see NewVault
	OldKey    string                                         // the DataKey of before, where what it sealed is still to be read; see Vault.After
	Clock     func() time.Time                               // business time; nil: the real clock
	Observer  func(op string, took time.Duration, err error) // told of every method; nil: nobody
	Places    func(name string) []Place                      // reads a unit's name, for lists that are sent in a chat
	HelpPhone string                                         // whom to call where a ward has no phone of its own; "": 1022, the city's call centre
	Plan      records.Plan                                   // what a platform allows the bot; without a channel there is none
	BulkAWeek int                                            // broadcasts that one person gets in a week; 0: records.BulkAWeek
	MaxConns  int                                            // Postgres connections at most; 0: 4 per core, 8 at least
}

// Records keeps the records, in Postgres or in the embedded SQLite file. It is safe for concurrent use. Methods fail with
// ErrAway (wrapped) while the database cannot be reached or cannot take the change now, and with ctx's error.
type Records struct {
	*Vault
	db     *gorm.DB
	pool   *sql.DB
	pg     bool
	turn   fileTurn // of the SQLite file; nil for Postgres
	help   string   // HelpPhone
	places func(name string) []Place
	now    func() time.Time
	watch  func(op string, took time.Duration, err error)
	plan   records.Plan

	bulkAWeek int
}

// OpenRecords opens the records at databaseURL: postgres://... or sqlite:PATH. The folder of a SQLite file is made where
// it is missing. It does not wait for Postgres to answer (see Ping), and changes nothing (see Migrate).
func OpenRecords(ctx context.Context, databaseURL string, opts RecordsOptions) (*Records, error) {
	vault, err := NewVault(opts.DataKey)
	if err != nil {
		return nil, err
	}
	if opts.OldKey != "" {
		older, err := NewVault(opts.OldKey)
		if err == nil {
			err = vault.After(older)
		}
		if err != nil {
			return nil, err
		}
	}
	r := &Records{Vault: vault, help: cmp.Or(opts.HelpPhone, "1022"), now: opts.Clock, watch: opts.Observer, plan: opts.Plan, places: opts.Places, bulkAWeek: cmp.Or(opts.BulkAWeek, records.BulkAWeek)}
	if r.now == nil {
		r.now = time.Now
	}
	if r.watch == nil {
		r.watch = func(string, time.Duration, error) {}
	}
	r.pool, r.pg, err = openPool(databaseURL, opts.MaxConns)
	if err != nil {
		return nil, err
	}
	var dialect gorm.Dialector = gormsqlite.New(gormsqlite.Config{Conn: r.pool})
	if r.pg {
		dialect = postgres.New(postgres.Config{Conn: r.pool})
	}
	r.db, err = gorm.Open(dialect, &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard, // statements carry names
		NowFunc:                r.instant,
	})
	if err != nil {
		r.pool.Close()
		return nil, fmt.Errorf("storage: open records: %w", err)
	}
	if !r.pg {
		r.turn = turnOf(sqlitePath(databaseURL))
	}
	return r, ctx.Err()
}

// sqlitePath is the file that sqlite:PATH names.
func sqlitePath(databaseURL string) string {
	return strings.TrimPrefix(strings.TrimPrefix(databaseURL, "sqlite:"), "//")
}

// openPool opens the pool of connections that databaseURL names, and tells whether it is Postgres.
func openPool(databaseURL string, maxConns int) (pool *sql.DB, pg bool, err error) {
	scheme, _, _ := strings.Cut(databaseURL, ":")
	switch scheme {
	case "postgres", "postgresql":
		config, err := pgx.ParseConfig(databaseURL)
		if err != nil { // which may quote the password
			return nil, true, errors.New("storage: DATABASE_URL is no address of a Postgres database; it looks like postgres://user:password@host:5432/name")
		}
		pool = stdlib.OpenDB(*config)
		if maxConns <= 0 {
			maxConns = max(8, 4*runtime.GOMAXPROCS(0))
		}
		pool.SetMaxOpenConns(maxConns)
		pool.SetMaxIdleConns(maxConns)
		pool.SetConnMaxIdleTime(5 * time.Minute)
		return pool, true, nil
	case "sqlite":
		path := sqlitePath(databaseURL)
		if path == "" || path == ":memory:" {
			return nil, false, errors.New("storage: DATABASE_URL names no file; it looks like sqlite:data/chungtay.db")
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, false, fmt.Errorf("storage: folder of the database: %w", err)
		}
		pool, err = sql.Open("sqlite", sqliteDSN(path))
		if err != nil {
			return nil, false, fmt.Errorf("storage: open %s: %w", path, err)
		}
		pool.SetMaxOpenConns(8)
		pool.SetMaxIdleConns(8)
		return pool, false, nil
	}
	return nil, false, fmt.Errorf("storage: DATABASE_URL starts with %q; use postgres://user:password@host:5432/name or sqlite:PATH", scheme+":")
}

// sqliteDSN sets, for every connection: times written and compared in UTC, transactions that take the write lock at
// once (else read-then-write ones fail while others write), foreign keys, and a commit that is on the disk when it returns.
func sqliteDSN(path string) string {
	q := url.Values{
		"_busy_timeout": {"5000"}, "_journal_mode": {"WAL"}, "_foreign_keys": {"1"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"},
		"_time_format": {"sqlite"}, "_timezone": {"UTC"}, "_texttotime": {"1"}, "_dqs": {"0"},
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// instant is now as both databases keep it: UTC, in whole microseconds.
func (r *Records) instant() time.Time { return stamp(r.now()) }

func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Migrate brings the tables up to this program. Several processes may call it at once; each returns when it is done.
func (r *Records) Migrate(ctx context.Context) (err error) {
	defer r.observe("migrate", time.Now(), &err)
	dialect, dir := goose.DialectSQLite3, "migrations/sqlite"
	var opts []goose.ProviderOption
	if r.pg {
		dialect, dir = goose.DialectPostgres, "migrations/postgres"
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return fmt.Errorf("storage: migrate: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return fmt.Errorf("storage: migrate: %w", err)
	}
	provider, err := goose.NewProvider(dialect, r.pool, files, opts...)
	if err != nil {
		return fmt.Errorf("storage: migrate: %w", err)
	}
	return explain("migrate", r.change(ctx, func(*gorm.DB) error {
		for range migrateTries {
			if _, err = provider.Up(ctx); err == nil || r.pg {
				break
			}
		}
		return err
	}))
}

// migrateTries: in a SQLite file nothing keeps two processes from starting on the same migration. The one that comes second
// finds its tables there, takes its change back, and at the next try finds nothing left to do.
const migrateTries = 4

// Ping tells whether the database answers and its tables are there.
func (r *Records) Ping(ctx context.Context) (err error) {
	defer r.observe("ping", time.Now(), &err)
	var one int
	err = r.pool.QueryRowContext(ctx, "SELECT 1 FROM areas LIMIT 1").Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return explain("ping", err)
}

// Close gives the connections back. Methods fail afterwards.
func (r *Records) Close() error { return r.pool.Close() }

// Pool is the pool of connections, for metrics.
func (r *Records) Pool() *sql.DB { return r.pool }

func (r *Records) observe(op string, since time.Time, err *error) {
	r.watch("sql."+op, time.Since(since), *err)
}

// in runs work in one transaction.
func (r *Records) in(ctx context.Context, work func(tx *gorm.DB) error) error {
	return r.change(ctx, func(db *gorm.DB) error { return db.Transaction(work) })
}

// change runs work, which writes. In a SQLite file one writes at a time, the conversations among them.
func (r *Records) change(ctx context.Context, work func(db *gorm.DB) error) error {
	if r.turn != nil {
		if err := r.turn.take(ctx); err != nil {
			return err
		}
		defer r.turn.give()
	}
	return work(r.db.WithContext(ctx))
}

// explain wraps an error of the database: with ErrAway where it cannot be reached or cannot take the change now, without it
// where the data or the statement is at fault.
func explain(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), isDataError(err), isStatementError(err):
		return fmt.Errorf("storage: %s: %w", op, valueless(err))
	}
	return fmt.Errorf("storage: %s: %w: %w", op, ErrAway, valueless(err))
}

// valueless takes the values out of an error of Postgres, which quotes them in its detail.
func valueless(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return fmt.Errorf("postgres %s (table %q, constraint %q)", pg.Code, pg.TableName, pg.ConstraintName)
	}
	return err
}

// isStatementError reports a statement that the database does not understand: a table is missing, say.
func isStatementError(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "42")
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == 1
}

// isDataError reports that the database will never take this: a constraint, or a value it cannot hold.
func isDataError(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		class := pg.Code[:min(2, len(pg.Code))]
		return class == "22" || class == "23" || class == "54"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case 18, 19, 20, 25: // TOOBIG, CONSTRAINT, MISMATCH, RANGE
			return true
		}
	}
	return strings.Contains(err.Error(), "invalid byte sequence") // pgx refuses some values before they are sent
}
