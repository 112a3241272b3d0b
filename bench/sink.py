"""A mail server on loopback that takes every mail and forgets it: `python -m bench.sink` prints its port, then serves until killed."""

from __future__ import annotations

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session


class Forgetful:
    """Says yes to everything."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


async def serve() -> None:
    """Listen on a port that the system picks."""
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Forgetful()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
