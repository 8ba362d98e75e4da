#!/bin/bash
# zones.sh: writes the zones of the lab, signs them offline, leaves the trust anchors in $LAB/dns (root.key, delv.anchors, root.ds).
set -eu
L=$LAB
Z=$L/dns/zones; K=$L/dns/keys; rm -rf $Z $K; mkdir -p $Z $K; cd $Z
T() { bash "$L/tlsa.sh" "$1" "$2" "$3" "$L/pki/$4.pem"; }
soa() { printf '$TTL 300\n@ IN SOA ns.test. hostmaster.test. 1 3600 900 604800 60\n@ IN NS %s\n' "${1:-ns.test.}"; }
BAD=0000000000000000000000000000000000000000000000000000000000000000
{ soa; cat <<Z
ns            A 127.0.1.1
; --- mail hosts
mx-postfix    A 127.0.1.10
mx-plain      A 127.0.1.11
mx-expired    A 127.0.1.12
mx-selfsigned A 127.0.1.13
mx-wrong      A 127.0.1.14
mx-policy     A 127.0.1.15
mx-grey       A 127.0.1.16
mx-size       A 127.0.1.17
mx-tlsonly    A 127.0.1.18
mx-tls12      A 127.0.1.19
mx-exim       A 127.0.1.20
mx-opensmtpd  A 127.0.1.30
mx-sendmail   A 127.0.1.40
lmtp          A 127.0.1.50
submission    A 127.0.1.50
mx-aio        A 127.0.1.60
mx-sink       A 127.0.1.61
mx-dead       A 127.0.1.99
mx-v6         AAAA ::1
mx-dual       A 127.0.1.10
mx-dual       AAAA ::1
mx-tlsa-bad   A 127.0.1.10
mx-tlsa-pkix  A 127.0.1.10
mx-tlsa-roll  A 127.0.1.10
mx-tlsa-cname A 127.0.1.10
mx-tlsa-bogus A 127.0.1.10
mx-notlsa     A 127.0.1.10
mx1.good      A 127.0.1.10
mx2.good      A 127.0.1.20
mx-plain2     A 127.0.1.11
mx-wrong-ta   A 127.0.1.14
; --- TLSA
_25._tcp.mx-postfix    TLSA $(T 3 1 1 postfix)
_465._tcp.mx-postfix   TLSA $(T 3 1 1 postfix)
_25._tcp.mx-exim       TLSA $(T 2 1 1 ca)
_25._tcp.mx-opensmtpd  TLSA $(T 3 0 1 opensmtpd)
_25._tcp.mx-sendmail   TLSA $(T 3 1 2 sendmail)
_25._tcp.mx-expired    TLSA $(T 3 1 1 expired)
_25._tcp.mx-selfsigned TLSA $(T 3 1 1 selfsigned)
_25._tcp.mx-wrong      TLSA $(T 3 1 1 wrong)
_25._tcp.mx-wrong-ta   TLSA $(T 2 1 1 ca)
_25._tcp.mx-plain      TLSA $(T 3 1 1 postfix)
_25._tcp.mx-tlsa-bad   TLSA 3 1 1 $BAD
_25._tcp.mx-tlsa-pkix  TLSA $(T 1 1 1 postfix)
_25._tcp.mx-tlsa-roll  TLSA 3 1 1 $BAD
_25._tcp.mx-tlsa-roll  TLSA $(T 3 1 1 postfix)
_25._tcp.mx-tlsa-cname CNAME _dane
_dane                  TLSA $(T 3 1 1 postfix)
_25._tcp.mx-tlsa-bogus CNAME _25._tcp.mx.bogus.test.
; --- mail domains
good          MX 10 mx-postfix
good          MX 20 mx-exim
_mta-sts.good TXT "v=STSv1; id=20260101T000000;"
mta-sts.good  A 127.0.1.80
_smtp._tls.good TXT "v=TLSRPTv1; rua=mailto:tlsrpt@good.test,https://mta-sts.good.test/rpt"
enforce       MX 10 mx1.good
_mta-sts.enforce TXT "v=STSv1; id=2;"
mta-sts.enforce  A 127.0.1.80
testing       MX 10 mx-plain2
_mta-sts.testing TXT "v=STSv1; id=3;"
mta-sts.testing  A 127.0.1.80
badmx         MX 10 mx2.good
_mta-sts.badmx TXT "v=STSv1; id=4;"
mta-sts.badmx  A 127.0.1.80
stswrong      MX 10 mx1.good
_mta-sts.stswrong TXT "v=STSv1; id=5;"
mta-sts.stswrong  A 127.0.1.81
sts404        MX 10 mx1.good
_mta-sts.sts404 TXT "v=STSv1; id=6;"
mta-sts.sts404  A 127.0.1.82
ststwice      MX 10 mx1.good
_mta-sts.ststwice TXT "v=STSv1; id=7;"
_mta-sts.ststwice TXT "v=STSv1; id=8;"
equal         MX 10 mx-postfix
equal         MX 10 mx-exim
equal         MX 10 mx-opensmtpd
implicit      A 127.0.1.10
implicit6     AAAA ::1
nullmx        MX 0 .
nullmx-mixed  MX 0 .
nullmx-mixed  MX 10 mx-postfix
cnamemx       MX 10 mx-alias
mx-alias      CNAME mx-postfix
cnameowner    CNAME good
loop1         CNAME loop2
loop2         CNAME loop1
dangling      CNAME nowhere
missing       MX 10 nohost
missing-first MX 10 nohost
missing-first MX 20 mx-postfix
ipmx          MX 10 127.0.1.10.
nodata        TXT "neither MX nor address"
deadfirst     MX 10 mx-dead
deadfirst     MX 20 mx-postfix
v6only        MX 10 mx-v6
dual          MX 10 mx-dual
*.wildmx      MX 10 mx-postfix
xn--bcher-kva MX 10 mx-postfix
policy        MX 10 mx-policy
tlsonly       MX 10 mx-tlsonly
tls12         MX 10 mx-tls12
plain         MX 10 mx-plain2
opensmtpd     MX 10 mx-opensmtpd
grey          MX 10 mx-grey
size          MX 10 mx-size
tlsabad       MX 10 mx-tlsa-bad
tlsabogus     MX 10 mx-tlsa-bogus
expiredcert   MX 10 mx-expired
selfsigned    MX 10 mx-selfsigned
wrongname     MX 10 mx-wrong
wrongta       MX 10 mx-wrong-ta
bogusmxhost   MX 10 mx.bogus.test.
insecmxhost   MX 10 mx.insecure.test.
; --- delegations (dnssec-signzone -g adds the DS from dsset- files)
nsec3         NS ns
optout        NS ns
insecure      NS ns
bogus         NS ns
sigexp        NS ns
badds         NS ns
lame          NS ns.lame
ns.lame       A 127.0.1.3
dead          NS ns.dead
ns.dead       A 127.0.1.99
hole          NS ns.hole
ns.hole       A 127.0.1.4
Z
for i in $(seq -w 1 40); do echo "big MX $i mx-with-a-rather-long-host-name-$i.big"; echo "mx-with-a-rather-long-host-name-$i.big A 127.0.1.10"; done
} >test.zone
child() { soa; cat <<Z
@ MX 10 mx
mx A 127.0.1.10
_25._tcp.mx TLSA $(T 3 1 1 postfix)
sub MX 10 mx-postfix.test.
sub TXT "x"
*.wild MX 10 mx
Z
}
for z in nsec3 insecure bogus sigexp badds; do child >$z.test.zone; done
{ child; echo 'unsigned NS ns.test.'; } >optout.test.zone; child >unsigned.optout.test.zone
{ soa; cat <<Z
ns.test. A 127.0.1.1
test. NS ns.test.
Z
awk '$2=="A" && $3 ~ /^127\.0\.1\./ && $1 ~ /^mx-/ && !s[$3]++ {split($3,o,"."); print o[4]".1.0.127.in-addr.arpa. PTR "$1".test."}' test.zone
} >root.zone
END=20361231000000
sign() { # zone file extra...
  local z=$1 f=$2; shift 2
  dnssec-keygen -q -K $K -a ECDSAP256SHA256 -f KSK "$z" >/dev/null
  dnssec-signzone -q -P -O full -S -z -K $K -g -d . -o "$z" -e $END "$@" -f $f.signed $f >/dev/null 2>$L/log/sign-$f.log || { cat $L/log/sign-$f.log; exit 1; }
}
sign nsec3.test  nsec3.test.zone -3 - -H 0
sign unsigned.optout.test unsigned.optout.test.zone; rm dsset-unsigned.optout.test.
sign optout.test optout.test.zone -3 aabbccdd -A -H 0
sign bogus.test  bogus.test.zone
sign badds.test  badds.test.zone
sign sigexp.test sigexp.test.zone -s 20200101000000 -e 20200201000000
# bogus: change the data after it was signed, the signatures stay
sed -i -E 's/^(mx\.bogus\.test\.\s.*\sA\s+)127\.0\.1\.10$/\1127.0.1.11/; s/(\sMX\s+)10 mx\.bogus/\111 mx.bogus/; s/(\sTLSA\s+3 1 1 )[0-9A-F]{4}/\10000/' bogus.test.zone.signed
# badds: DS that fits no key
awk '{$NF=""; print}' dsset-badds.test. >/dev/null; sed -i -E 's/ ([0-9]+) 13 2 .*/ \1 13 2 0000000000000000000000000000000000000000000000000000000000000000/' dsset-badds.test.
cp insecure.test.zone insecure.test.zone.signed   # unsigned: no DS, no RRSIG
sign test test.zone
sign . root.zone
KEY=$(awk '$3=="DNSKEY"{k=$7;for(i=8;i<=NF;i++)k=k $i; print $4,$5,$6,k}' $K/K.+013+*.key); set -- $KEY
echo ". 300 IN DNSKEY $1 $2 $3 $4" >$L/dns/root.key
printf 'trust-anchors {\n  . static-key %s %s %s "%s";\n};\n' $1 $2 $3 $4 >$L/dns/delv.anchors
dnssec-dsfromkey -2 $K/K.+013+*.key >$L/dns/root.ds
