// Package tfevents writes scalars in the format that TensorBoard reads:
// events.out.tfevents.* files.
//
// Such a file is a sequence of TFRecords, each a framed protocol buffer:
//
//	uint64  length of data, little endian
//	uint32  masked CRC32C of those 8 bytes
//	data    a tensorflow.Event message
//	uint32  masked CRC32C of data
//
// The part of tensorflow/core/util/event.proto and framework/summary.proto
// that scalars need is small enough to be written by hand:
//
//	Event   { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5 }
//	Summary { repeated Value value = 1 }
//	Value   { string tag = 1; float simple_value = 2 }
package tfevents
