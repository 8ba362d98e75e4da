#!/bin/bash
# setup.sh: from nothing to a lab that up.sh can start, on Debian as root. Quick and harmless when all is there.
#
# Installs the servers, fills in the configuration templates of etc/, makes the certificates (pki.sh) and the signed
# zones (zones.sh). Those two are made again only when they are missing or their script has changed.
# apt sets the mail transport agents against each other, so all but Postfix are unpacked and not installed.
. "$(dirname "$0")/common.sh"

made=$LAB/made
same() { [ "$(cat "$made/$1" 2>/dev/null)" = "$2" ]; }
sum() { cat "$@" | sha256sum | cut -d' ' -f1; }

if same all "$(fingerprint)" && [ -s "$LAB/dns/root.key" ] && command -v knotd >/dev/null; then
  echo "lab: ready in $LAB"
  exit
fi
mkdir -p "$LAB"/{etc,log,run,mail,pki,dns,unpacked,debs,sts,made,servers}
chmod 755 "$LAB"

packages=(postfix postfix-pcre postgrey dovecot-core dovecot-lmtpd dovecot-submissiond dovecot-imapd
  knot knot-dnsutils unbound bind9-utils bind9-dnsutils python3 python3-aiosmtpd
  libsasl2-modules swaks libnet-ssleay-perl libauthen-sasl-perl libdigest-hmac-perl libnet-dns-perl
  nginx-light faketime nftables iproute2 netcat-openbsd openssl tmux xxd)
unpacked=(exim4-daemon-light opensmtpd sendmail-bin sendmail-base sendmail-cf m4)

if ! same packages "${packages[*]}" || ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
  echo "lab: installing the servers"
  if [ ! -e /usr/sbin/policy-rc.d ]; then # nothing starts by itself
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  command -v postfix >/dev/null || echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
    "${packages[@]}" >"$LAB/log/apt.log" 2>&1 || { cat "$LAB/log/apt.log"; exit 1; }
  echo "${packages[*]}" >"$made/packages"
fi

if ! same unpacked "${unpacked[*]}"; then
  echo "lab: unpacking Exim, OpenSMTPD and sendmail"
  cd "$LAB/debs"
  rm -f ./*.deb
  apt-get -qq download "${unpacked[@]}" 2>/dev/null
  for each in *.deb; do dpkg -f "$each" Depends; done | tr ',' '\n' | grep -oE '^ *lib[a-z0-9.+-]+' | sort -u |
    DEBIAN_FRONTEND=noninteractive xargs apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
      >>"$LAB/log/apt.log" 2>&1 || { cat "$LAB/log/apt.log"; exit 1; }
  dpkg -x exim4-daemon-light_*.deb "$LAB/unpacked/exim"
  dpkg -x opensmtpd_*.deb "$LAB/unpacked/opensmtpd"
  for each in sendmail-bin sendmail-base sendmail-cf m4; do
    dpkg -x ${each}_*.deb "$LAB/unpacked/sendmail"
  done
  rm -f ./*.deb
  echo "${unpacked[*]}" >"$made/unpacked"
fi

getent group Debian-exim >/dev/null || groupadd -r Debian-exim
user() { id "$1" >/dev/null 2>&1 || useradd -r "${@:2}" -s /usr/sbin/nologin "$1"; }
user Debian-exim -g Debian-exim
for each in opensmtpd opensmtpq smmta smmsp; do user $each -U -d /var/empty; done
user byhandlab -U -d /

cp "$here"/tlsa.sh "$LAB"/
cp "$here"/servers/* "$LAB/servers/"
(cd "$here/etc" && find . -type f) | while read -r file; do
  mkdir -p "$LAB/etc/$(dirname "$file")"
  sed "s#@LAB@#$LAB#g" "$here/etc/$file" >"$LAB/etc/$file"
done
: >"$LAB/etc/sendmail/aliases"
m4() { LD_LIBRARY_PATH=$(echo "$LAB"/unpacked/sendmail/usr/lib/*-linux-gnu) "$LAB/unpacked/sendmail/usr/bin/m4" "$@"; }
m4 "$LAB/etc/sendmail/sendmail.mc" >"$LAB/etc/sendmail/sendmail.cf"

# policy FOLDER MODE MX...: an MTA-STS policy (RFC 8461)
policy() {
  mkdir -p "$LAB/sts/$1/.well-known"
  { printf 'version: STSv1\nmode: %s\n' "$2"; printf 'mx: %s\n' "${@:3}"; echo 'max_age: 86400'; } >"$LAB/sts/$1/.well-known/mta-sts.txt"
}
policy good enforce mx-postfix.test '*.test'
policy enforce enforce mx1.good.test
policy testing testing mx-plain2.test
policy badmx enforce only-this.example
policy stswrong enforce mx1.good.test

pki=$(sum "$here/pki.sh")
if ! same pki "$pki"; then
  echo "lab: making certificates"
  rm -f "$LAB"/pki/*
  bash "$here/pki.sh"
  echo "$pki" >"$made/pki"
  rm -f "$made/zones" # the TLSA records name the certificates
fi
zones=$(sum "$here/zones.sh" "$here/tlsa.sh")
if ! same zones "$zones" || [ ! -s "$LAB/dns/root.key" ]; then
  echo "lab: signing zones"
  bash "$here/zones.sh"
  echo "$zones" >"$made/zones"
fi
fingerprint >"$made/all"
echo "lab: ready in $LAB"
