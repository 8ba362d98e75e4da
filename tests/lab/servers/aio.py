"""aio.py LAB: aiosmtpd with STARTTLS on 127.0.1.60:25, TLS and AUTH on 465, plain on [::1]:2560

Each message lands in mail/aio/N.eml as it came, its envelope in N.json. Recipients choose what happens: NNN@ gets code
NNN, slow@ waits five seconds, drop@ cuts the connection."""
import asyncio
import itertools
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

LAB = sys.argv[1]
MAIL = LAB + "/mail/aio"
numbers = itertools.count()
os.makedirs(MAIL, exist_ok=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        number = next(numbers)
        with open(f"{MAIL}/{number}.eml", "wb") as out:
            out.write(envelope.original_content)
        with open(f"{MAIL}/{number}.json", "w") as out:
            json.dump(
                dict(
                    helo=session.host_name,
                    mail=envelope.mail_from,
                    rcpt=envelope.rcpt_tos,
                    mail_opts=envelope.mail_options,
                    rcpt_opts=envelope.rcpt_options,
                    tls=bool(session.ssl),
                    user=str(session.auth_data),
                ),
                out,
            )
        return f"250 2.0.0 stored as {number}"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("drop"):
            server.transport.abort()
            return "421 4.3.2 gone"
        if address.startswith("slow"):
            await asyncio.sleep(5)
        if address[:3].isdigit():
            return f"{address[:3]} {address[0]}.1.1 as asked"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"user" and data.password == b"zebra-Quartz9"
    return AuthResult(success=good, auth_data=data.login.decode())


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(LAB + "/pki/aiosmtpd.chain.pem", LAB + "/pki/aiosmtpd.key")


async def main():
    loop = asyncio.get_running_loop()
    common = dict(hostname="mx-aio.test", enable_SMTPUTF8=True, loop=loop)
    auth = dict(authenticator=authenticate)
    await loop.create_server(
        lambda: SMTP(Handler(), tls_context=context, data_size_limit=1 << 25, auth_require_tls=True, **auth, **common),
        "127.0.1.60",
        25,
    )
    await loop.create_server(
        lambda: SMTP(Handler(), auth_require_tls=False, **auth, **common), "127.0.1.60", 465, ssl=context
    )
    await loop.create_server(lambda: SMTP(Handler(), **common), "::1", 2560)
    await asyncio.Event().wait()


asyncio.run(main())
