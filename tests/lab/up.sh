#!/bin/bash
# up.sh: starts the whole lab in its network namespace, and returns when every listener answers (about a second).
#
# Nothing in the namespace but loopback: no packet can leave it. 127.0.1.98 port 25 swallows connection attempts,
# 127.0.1.99 has no listener, everything outside 127/8 and ::1 is unreachable.
. "$(dirname "$0")/common.sh"
cd "$LAB"

ip netns add $NETNS 2>/dev/null || true
ip -n $NETNS link set lo up
mkdir -p /etc/netns/$NETNS
printf 'nameserver 127.0.1.2\noptions edns0 trust-ad timeout:3 attempts:1\n' >/etc/netns/$NETNS/resolv.conf
ip netns exec $NETNS nft -f - <<'N'
add table inet lab
add chain inet lab in { type filter hook input priority 0; }
add rule inet lab in ip daddr 127.0.1.98 tcp dport 25 drop
N

rm -rf run/postgrey run/exim/grey-*
mkdir -p run/{knot,knot-lame,nginx,dovecot,exim,exim4,opensmtpd/spool,sendmail/queue,postfix-spool,postfix-data,postgrey} \
  mail/{postfix,exim,opensmtpd/all,dovecot,sink,sendmail,aio} log
chown 65534:65534 mail/postfix mail/dovecot
chown Debian-exim:Debian-exim run/exim mail/exim
chown postfix run/postfix-data
chown postgrey run/postgrey
chown byhandlab mail/opensmtpd mail/opensmtpd/all
chmod 711 run/opensmtpd/spool
chmod 700 run/sendmail/queue
chmod 777 mail/sink mail/sendmail
chgrp Debian-exim pki/exim.all.pem
chmod 640 pki/exim.all.pem
mkdir -p /var/spool/smtpd /usr/libexec/opensmtpd /var/lib/opensmtpd/empty /etc/exim4 # places to mount on
postfix -c "$LAB/etc/postfix" check 2>/dev/null                                    # makes the queue folders

go() { local name=$1; shift; ip netns exec $NETNS setsid "$@" >"log/$name.out" 2>&1 </dev/null & }
go knot knotd -c etc/knot.conf
go knot-lame knotd -c etc/knot-lame.conf
go unbound unbound -d -c etc/unbound.conf
go hole /usr/bin/python3 servers/hole.py 127.0.1.4 53
go postfix /usr/lib/postfix/sbin/master -c "$LAB/etc/postfix" -d
go postgrey postgrey --inet=127.0.1.16:10023 --delay=3 --auto-whitelist-clients=0 --dbdir="$LAB/run/postgrey" \
  --user=postgrey --group=postgrey --hostname=mx-grey.test
go dovecot dovecot -F -c etc/dovecot/dovecot.conf
go exim unshare -m bash servers/exim.sh
go opensmtpd unshare -m bash servers/opensmtpd.sh
go sendmail unshare -m -u bash servers/sendmail.sh
go aio /usr/bin/python3 servers/aio.py "$LAB"
go sink smtp-sink -u nobody -h mx-sink.test -d "$LAB/mail/sink/%M." 127.0.1.61:25 100
go nginx nginx -c "$LAB/etc/nginx.conf"

for _ in $(seq 200); do
  [ -z "$(missing)" ] && { fingerprint >run/started; echo "lab: up"; exit; }
  sleep .05
done
echo "lab: not up, nothing listens on $(missing | tr '\n' ' '); see $LAB/log" >&2
exit 1
