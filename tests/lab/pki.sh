#!/bin/bash
# pki.sh: makes the lab CA and the leaf certificates (ECDSA P-256; one RSA) in $LAB/pki. Needs openssl 3 and faketime.
set -eu
cd "$LAB/pki"
openssl ecparam -name prime256v1 -genkey -noout -out ca.key
openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj '/O=byhand lab/CN=byhand lab root' \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out ca.pem
leaf() { # name keytype days startdate|now san...
  local n=$1 kt=$2 days=$3 start=$4; shift 4
  local san; san=$(printf 'DNS:%s,' "$@"); san=${san%,}
  [ $kt = rsa ] && openssl genrsa -out $n.key 2048 2>/dev/null || openssl ecparam -name prime256v1 -genkey -noout -out $n.key
  openssl req -new -key $n.key -subj "/CN=$1" -out $n.csr
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' "$san" >$n.ext
  local pre=""; [ "$start" != now ] && pre="faketime $start"
  $pre openssl x509 -req -in $n.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $days -sha256 -extfile $n.ext -out $n.pem 2>/dev/null
  cat $n.pem ca.pem >$n.chain.pem; cat $n.key $n.pem ca.pem >$n.all.pem; chmod 600 $n.key $n.all.pem; rm $n.csr $n.ext
}
leaf postfix ec 825 now mx-postfix.test mx1.good.test
leaf exim    ec 825 now mx-exim.test mx2.good.test
leaf opensmtpd rsa 825 now mx-opensmtpd.test
leaf sendmail ec 825 now mx-sendmail.test
leaf dovecot ec 825 now submission.test lmtp.test
leaf aiosmtpd ec 825 now mx-aio.test
leaf expired ec 30 2020-01-01 mx-expired.test
leaf future  ec 825 2040-01-01 mx-future.test
leaf wrong   ec 825 now some-other-name.invalid
leaf wild    ec 825 now '*.wild.test'
leaf sts     ec 825 now mta-sts.good.test mta-sts.enforce.test mta-sts.testing.test mta-sts.badmx.test mta-sts.sts404.test
leaf stswrong ec 825 now wrong.invalid
# self-signed leaf
openssl ecparam -name prime256v1 -genkey -noout -out selfsigned.key
openssl req -x509 -new -key selfsigned.key -days 825 -subj /CN=mx-selfsigned.test -addext subjectAltName=DNS:mx-selfsigned.test -out selfsigned.pem
cp selfsigned.pem selfsigned.chain.pem; cat selfsigned.key selfsigned.pem >selfsigned.all.pem; chmod 600 selfsigned.key selfsigned.all.pem
