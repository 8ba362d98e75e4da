# OpenSMTPD has its paths compiled in; in a mount namespace of its own they are the lab's.
mount --bind "$LAB/run/opensmtpd/spool" /var/spool/smtpd
mount --bind "$LAB/unpacked/opensmtpd/usr/libexec/opensmtpd" /usr/libexec/opensmtpd
mount -t tmpfs tmpfs /run/lock 2>/dev/null
exec "$LAB/unpacked/opensmtpd/usr/sbin/smtpd" -d -f "$LAB/etc/smtpd.conf"
