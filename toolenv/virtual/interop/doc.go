// Package interop tests package virtual against the released Python programs: the
// released pipeline asks our server, our environment asks the released server,
// and both servers are put under the same load.
//
// Nothing of the release is in here. With a checkout of
// github.com/yuyq18/StepTool in $STEPTOOL_DIR:
//
//	./install.sh venv                                       # Python packages, in the versions that the release names
//	STEPTOOL_PYTHON=venv/bin/python go test .
//	STEPTOOL_PYTHON=venv/bin/python ./load.sh 30            # seconds a server
//
// Without the two variables the tests are skipped.
package interop
