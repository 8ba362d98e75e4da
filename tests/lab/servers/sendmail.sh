# sendmail waits a minute at its start when the host name has no dot: a UTS namespace of its own has one. It refuses key
# files below a world-writable folder: a mount namespace of its own shows it the lab as /srv/byhand-lab.
S=/srv/byhand-lab/unpacked/sendmail
hostname mx-sendmail.test
mount -t tmpfs -o mode=755 tmpfs /srv
mkdir /srv/byhand-lab
mount --bind "$LAB" /srv/byhand-lab
LD_LIBRARY_PATH=$(echo $S/lib/*-linux-gnu):$(echo $S/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
exec $S/usr/libexec/sendmail/sendmail -bD -C /srv/byhand-lab/etc/sendmail/sendmail.cf -OLogLevel=9 -q5s
