package store

import (
	"context"
	"errors"

	bolt "go.etcd.io/bbolt"
)

// bulkSize is how many entries Copy writes at once.
const bulkSize = 20_000

// bulk implements the fast side of Copy: many APIs in one transaction.
func (b *Bolt) bulk(_ context.Context, f func(put func(context.Context, Name, ...Entry) error) error) error {
	var tx *bolt.Tx
	n := 0
	commit := func() error {
		if tx == nil {
			return nil
		}
		err := tx.Commit()
		tx, n = nil, 0
		return err
	}
	err := f(func(_ context.Context, name Name, entries ...Entry) (err error) {
		if err := name.Check(); err != nil {
			return err
		}
		if tx == nil {
			if tx, err = b.db.Begin(true); err != nil {
				return err
			}
			// New APIs get growing numbers, so pages fill from left to right.
			tx.Bucket(keysBucket).FillPercent, tx.Bucket(entriesBucket).FillPercent = 0.95, 0.95
		}
		if err := b.put(tx, name, entries); err != nil {
			return err
		}
		if n += len(entries); n >= bulkSize {
			return commit()
		}
		return nil
	})
	if err != nil {
		if tx != nil {
			err = errors.Join(err, tx.Rollback())
		}
		return err
	}
	return commit()
}
