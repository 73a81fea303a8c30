#!/bin/sh
# Fetches about 3,700 emoji pictures with their names, about 60 MB of download:
#
#   examples/fetch-emoji.sh FOLDER
#
# afterwards FOLDER/emoji holds emoji.json and img/twitter/64/*.png, which
# org.dl4jplugins.multimodal.data.EmojiFiles reads. Needed: npm (package emoji-datasource-twitter;
# the pictures are Twemoji, CC-BY 4.0). What is there already is not fetched again. No administrator
# rights are needed.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 FOLDER" >&2
    exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)

if [ ! -d "$folder/emoji" ]; then
    command -v npm > /dev/null || { echo "$0: npm is needed for the emoji pictures" >&2; exit 1; }
    work=$(mktemp -d "$folder/.fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    npm install --prefix "$work/npm" --ignore-scripts --no-audit --no-fund --no-save \
        emoji-datasource-twitter@15.1.2
    package="$work/npm/node_modules/emoji-datasource-twitter"
    mkdir -p "$work/emoji/img/twitter"
    cp "$package/emoji.json" "$work/emoji/"
    cp -r "$package/img/twitter/64" "$work/emoji/img/twitter/"
    mv "$work/emoji" "$folder/emoji"
fi

echo "$folder/emoji: $(ls "$folder/emoji/img/twitter/64" | wc -l) pictures"
