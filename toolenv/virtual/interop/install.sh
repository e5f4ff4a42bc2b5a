#!/bin/sh
# Installs what the released server and pipeline need, in the versions that the
# release was recorded with, into a virtual environment of Python 3.11.
#
# usage: install.sh FOLDER
set -eu
[ $# -eq 1 ] || { echo "usage: install.sh FOLDER" >&2; exit 2; }
"${PYTHON:-python3}" -m venv "$1"
"$1/bin/pip" install --quiet \
    fastapi==0.110.0 starlette==0.36.3 uvicorn==0.28.0 slowapi==0.1.9 pydantic==1.10.11 \
    openai==1.42.0 requests==2.31.0 httpx==0.27.2 tenacity==9.2.1 backoff==2.2.1 PyYAML==6.0.1 \
    tqdm termcolor
