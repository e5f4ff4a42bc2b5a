// Package report makes report.html: one page, readable without network, that
// shows what a run learned: pass rates before and after with their intervals,
// curves, and a few episodes whose tokens are coloured by their advantage.
//
// Everything on the page comes from the run's own files, so that a report can
// be made again at any time. Text from the run is escaped by html/template.
package report
