# Sourced by the scripts beside it: where the lab lives, what it is called, and which listeners make it whole.
# BYHAND_LAB names another folder; not one below a world-writable folder, where sendmail refuses its keys.
set -eu
LAB=${BYHAND_LAB:-/var/lib/byhand-lab}
NETNS=byhand-lab
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LAB

listeners=(
  127.0.1.{1,2,3,4}:53
  127.0.1.{10,11,12,13,14,15,16,17,18,19,20,21,22,30,40,60,61}:25
  127.0.1.{10,20,30,40,50,60}:465
  127.0.1.{10,20,30,50}:587
  127.0.1.10:2525
  '[::1]:25' '[::1]:2520' '[::1]:2530' '[::1]:2540' '[::1]:2560'
  127.0.1.50:24
  127.0.1.{80,81,82}:443
  127.0.1.16:10023
)

# Prints the listeners that do not answer; all of them when the namespace is not there.
missing() {
  local open=" $(ip netns exec $NETNS ss -Hlnt 2>/dev/null | awk '{printf "%s ", $4}')"
  local each
  for each in "${listeners[@]}"; do
    case $open in *" $each "*) ;; *) echo "$each" ;; esac
  done
}

# The fingerprint of what setup makes the folder from; anything else in it can stay.
fingerprint() { (cd "$here" && find setup.sh pki.sh zones.sh tlsa.sh common.sh servers etc -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1); }
