#!/bin/bash
# down.sh: ends whatever runs in the lab's namespace (asked first, killed after two seconds) and takes it away.
. "$(dirname "$0")/common.sh"
ip netns list | grep -qw "^$NETNS" || { echo "lab: is down"; exit; }
for round in $(seq 40); do
  pids=$(ip netns pids $NETNS)
  [ -z "$pids" ] && break
  case $round in
    1 | 10) kill $pids 2>/dev/null || true ;;
    20 | 30) kill -9 $pids 2>/dev/null || true ;;
  esac
  sleep .1
done
ip netns del $NETNS
rm -rf /etc/netns/$NETNS "$LAB/run/started"
echo "lab: down"
