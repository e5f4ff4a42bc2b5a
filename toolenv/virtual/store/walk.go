package store

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Walk implements Store. Files elsewhere than {category}/{tool}/{api}.json are
// passed over; a damaged one is an error.
func (d *Dir) Walk(ctx context.Context, f func(n Name, entries []Entry) error) error {
	categories, err := d.folders(".")
	if err != nil {
		return err
	}
	for _, category := range categories {
		tools, err := d.folders(category)
		if err != nil {
			return err
		}
		for _, tool := range tools {
			if err := d.walkTool(ctx, category, tool, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Dir) walkTool(ctx context.Context, category, tool string, f func(n Name, entries []Entry) error) error {
	list, err := fs.ReadDir(d.root.FS(), path.Join(category, tool))
	if err != nil {
		return err
	}
	var apis []string
	for _, e := range list {
		if api, ok := strings.CutSuffix(e.Name(), ext); ok {
			apis = append(apis, api)
		}
	}
	slices.Sort(apis)
	for _, api := range apis {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := Name{category, tool, api}
		file, err := readFile(d.root, n.String(), d.o.MaxFile)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed since
		}
		if err == nil {
			err = f(n, file.entries)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// folders lists the folders in a folder.
func (d *Dir) folders(dir string) ([]string, error) {
	list, err := fs.ReadDir(d.root.FS(), dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range list {
		st, err := d.root.Stat(path.Join(dir, e.Name()))
		if err == nil && st.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
