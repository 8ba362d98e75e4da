#!/bin/bash
# pki.sh: makes the lab's CA and the servers' certificates in $LAB/pki. Needs openssl 3 and faketime.
#
# ECDSA P-256, but RSA for OpenSMTPD. NAME.pem is the certificate, NAME.chain.pem with the CA, NAME.all.pem with the key.
set -eu
cd "$LAB/pki"

key() { if [ "$1" = rsa ]; then openssl genrsa -out "$2" 2048 2>/dev/null; else openssl ecparam -name prime256v1 -genkey -noout -out "$2"; fi; }

key ec ca.key
openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj '/O=byhand lab/CN=byhand lab root' \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out ca.pem

# leaf NAME KIND DAYS START HOST...: a certificate of the lab's CA; START is `now` or a date
leaf() {
  local name=$1 kind=$2 days=$3 start=$4 names
  shift 4
  names=$(printf 'DNS:%s,' "$@")
  key "$kind" "$name.key"
  openssl req -new -key "$name.key" -subj "/CN=$1" -out "$name.csr"
  cat >"$name.ext" <<X
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth
subjectAltName=${names%,}
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
X
  local at=()
  [ "$start" = now ] || at=(faketime "$start")
  "${at[@]}" openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" -sha256 \
    -extfile "$name.ext" -out "$name.pem" 2>/dev/null
  cat "$name.pem" ca.pem >"$name.chain.pem"
  cat "$name.key" "$name.pem" ca.pem >"$name.all.pem"
  chmod 600 "$name.key" "$name.all.pem"
  rm "$name.csr" "$name.ext"
}
leaf postfix ec 825 now mx-postfix.test mx1.good.test
leaf exim ec 825 now mx-exim.test mx2.good.test
leaf opensmtpd rsa 825 now mx-opensmtpd.test
leaf sendmail ec 825 now mx-sendmail.test
leaf dovecot ec 825 now submission.test lmtp.test
leaf aiosmtpd ec 825 now mx-aio.test
leaf expired ec 30 2020-01-01 mx-expired.test
leaf future ec 825 2040-01-01 mx-future.test
leaf wrong ec 825 now some-other-name.invalid
leaf wild ec 825 now '*.wild.test'
leaf sts ec 825 now mta-sts.good.test mta-sts.enforce.test mta-sts.testing.test mta-sts.badmx.test mta-sts.sts404.test
leaf stswrong ec 825 now wrong.invalid

key ec selfsigned.key
openssl req -x509 -new -key selfsigned.key -days 825 -subj /CN=mx-selfsigned.test \
  -addext subjectAltName=DNS:mx-selfsigned.test -out selfsigned.pem
cp selfsigned.pem selfsigned.chain.pem
cat selfsigned.key selfsigned.pem >selfsigned.all.pem
chmod 600 selfsigned.key selfsigned.all.pem
