#!/bin/sh
# docs/images/report.png: the first page of the demo's report as a browser shows it. Needs Chromium, and `voronka` on the path.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: "${VORONKA:=voronka}"
: "${CHROMIUM:=$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"
$VORONKA init "$work/demo" --demo --locale en
$VORONKA audit "$work/demo" --format html >/dev/null
page=$(ls "$work"/demo/reports/*/plan.html)
HOME="$work" "$CHROMIUM" --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1280,1500 \
  --user-data-dir="$work/profile" --screenshot="$here/report.png" "file://$page" 2>/dev/null
