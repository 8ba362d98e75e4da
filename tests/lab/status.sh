#!/bin/bash
# status.sh: says whether the lab is up (exit 0), partly up or down (exit 1), and which listeners are missing.
. "$(dirname "$0")/common.sh"
if ! ip netns list | grep -qw "^$NETNS"; then
  echo "lab: down"
  exit 1
fi
gone=$(missing)
if [ -n "$gone" ]; then
  echo "lab: partly up; nothing listens on" $gone
  exit 1
fi
echo "lab: up in namespace $NETNS, ${#listeners[@]} listeners, folder $LAB"
[ "$(cat "$LAB/run/started" 2>/dev/null)" = "$(fingerprint)" ] || echo "lab: its files have changed since it was started; take it down and up"
