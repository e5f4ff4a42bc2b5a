#!/usr/bin/env bash
# Installs what benchpeers compares with into a folder: PyTorch, llama.cpp and
# TRL in virtual environments of their own, OpenBLAS, oneDNN and MKL, and random
# GGUF files (4 GB). Nothing of it is needed to build or test the rest.
#
#   cmd/benchpeers/install.sh [DIR]     default $PEERS_DIR
#
# Needs python3 with venv (3.11 was used; TRL's versions want 3.9 to 3.11), about
# 15 GB, and on Debian: apt-get install python3-venv gcc libc6-dev util-linux.
set -euo pipefail
dir=${1:-${PEERS_DIR:?name a folder, or set PEERS_DIR}}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"

# venv NAME MODULE PACKAGE…: an environment, made unless MODULE is already there
venv() {
  local env=$dir/$1 module=$2
  shift 2
  if ! { [ -x "$env/bin/python" ] && "$env/bin/python" -c "import importlib.util as u, sys; sys.exit(u.find_spec('$module') is None)"; } 2>/dev/null; then
    python3 -m venv "$env"
    "$env/bin/pip" install -q "$@"
  fi
  echo "$1: $("$env/bin/python" -c 'import sys; print(sys.prefix)')"
}

venv new torch torch==2.15.0 numpy transformers safetensors
venv llama llama_cpp llama-cpp-python==0.3.36 numpy
# Its code for the tiles of AMX crashes on some machines: a second one without.
if grep -qm1 amx_tile /proc/cpuinfo; then
  no='-mno-amx-tile -mno-amx-int8 -mno-amx-bf16'
  export CMAKE_ARGS="-DCMAKE_C_FLAGS='$no' -DCMAKE_CXX_FLAGS='$no'"
  venv llama-noamx llama_cpp --no-binary llama-cpp-python llama-cpp-python==0.3.36 numpy
  unset CMAKE_ARGS
fi
venv trl trl torch==2.4.1 numpy==1.24.3 transformers==4.43.1 tokenizers==0.19.1 accelerate==0.33.0 datasets==2.21.0 'pyarrow<17' rich trl==0.10.1 peft==0.5.0
# The libraries come as wheels too, which run on any Linux.
venv libs scipy_openblas32 mkl onednn scipy-openblas32

# MKL takes AVX-512 on an AMD processor only if it believes that Intel made it.
if grep -qm1 AuthenticAMD /proc/cpuinfo && command -v gcc >/dev/null; then
  echo 'int mkl_serv_intel_cpu_true(void) { return 1; }' | gcc -shared -fPIC -x c - -o "$dir/libs/fakeintel.so"
fi

"$dir/llama/bin/python" "$here/peers/random_gguf.py" "$dir"
echo "ready: PEERS_DIR=$dir go run -tags peers ./cmd/benchpeers"
