// Package catalog describes the tools of the embedded world: one small file per
// category, with its records, its tools and what each of them offers.
package catalog
