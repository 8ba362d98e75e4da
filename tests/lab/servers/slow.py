"""slow.py LISTEN PORT TARGET PORT MS [CHUNK] [CUT_AFTER]: a TCP proxy that delays, drips (CHUNK octets at a time) or cuts
(after CUT_AFTER octets) what the server sends"""
import asyncio
import sys

listen, listen_port, target, target_port, delay = sys.argv[1:6]
chunk = int(sys.argv[6]) if len(sys.argv) > 6 else 65536
cut = int(sys.argv[7]) if len(sys.argv) > 7 else None


async def pump(reader, writer, slow):
    sent = 0
    step = chunk if slow else 65536
    try:
        while data := await reader.read(65536):
            for i in range(0, len(data), step):
                part = data[i : i + step]
                if slow:
                    await asyncio.sleep(int(delay) / 1000)
                    sent += len(part)
                    if cut is not None and sent >= cut:
                        writer.transport.abort()
                        return
                writer.write(part)
                await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def serve(reader, writer):
    far_reader, far_writer = await asyncio.open_connection(target, int(target_port))
    await asyncio.gather(pump(reader, far_writer, False), pump(far_reader, writer, True))


async def main():
    server = await asyncio.start_server(serve, listen, int(listen_port))
    async with server:
        await server.serve_forever()


asyncio.run(main())
