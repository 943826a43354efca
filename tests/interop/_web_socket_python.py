"""
websockets of Python, as one side of WebSockets. It reads its options as JSON
from its standard input.

- ``python3 _web_socket_python.py server`` is the echo server that ``EchoServer``
  of ``_web_socket_peers.ts`` describes.
- ``python3 _web_socket_python.py client`` has the conversation with the server
  at ``url`` that ``Report`` there describes.
"""

import asyncio
import json
import re
import sys

import websockets
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)

FRAGMENTS = ["one, ", "two, ", "three"]
PAYLOAD = b"are you there"


def limits(deflate, factory):
    """The settings that have no limit on messages but compression."""
    settings = {"compression": None, "max_size": None, "ping_interval": None}
    if deflate is None:
        return settings
    arguments = {
        re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): value
        for name, value in deflate.items()
    }
    return settings | {"extensions": [factory(**arguments)]}


async def answer(web_socket, message):
    """Does what a message says, or sends it back."""
    name, *words = message.split(" ") if isinstance(message, str) else [None]
    if name == "close":
        await web_socket.close(int(words[0]), " ".join(words[1:]))
    elif name == "fragments":
        await web_socket.send(FRAGMENTS)
    elif name == "ping":
        await (await web_socket.ping(PAYLOAD))
        await web_socket.send(f"pong {PAYLOAD.decode()}")
    elif name == "request":
        extensions = web_socket.response_headers.get("Sec-WebSocket-Extensions", "")
        request = {
            "protocol": web_socket.subprotocol or "",
            "extensions": extensions,
            "cookie": web_socket.request_headers.get("Cookie"),
        }
        await web_socket.send(json.dumps(request))
    else:
        await web_socket.send(message)


async def serve_one(web_socket):
    """Answers one client."""
    try:
        async for message in web_socket:
            await answer(web_socket, message)
    except websockets.ConnectionClosed:
        pass
    print("closed", web_socket.close_code, web_socket.close_reason, flush=True)


async def serve(deflate=None, credentials=None):
    """Serves until the program is stopped."""
    settings = limits(deflate, ServerPerMessageDeflateFactory)
    if credentials is not None:
        settings["create_protocol"] = websockets.basic_auth_protocol_factory(
            realm="tests", credentials=tuple(credentials)
        )
    server = await websockets.serve(
        serve_one, "127.0.0.1", 0, subprotocols=["chat"], **settings
    )
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.wait_closed()


async def talk(
    url, messages, protocols=None, headers=None, deflate=None, close=None
):
    """Has a conversation, and prints what has come of it."""
    web_socket = await websockets.connect(
        url,
        subprotocols=protocols,
        extra_headers=headers,
        **limits(deflate, ClientPerMessageDeflateFactory),
    )

    async def ask(data):
        await web_socket.send(data)
        return await web_socket.recv()

    echoes = [
        await ask(text.encode()) == text.encode() and await ask(text) == text
        for text in messages
    ]
    joined = await ask(FRAGMENTS)
    fragments = await ask("fragments")
    await (await web_socket.ping(PAYLOAD))
    pinged = await ask("ping")
    if close is None:
        await web_socket.send("close 4002 you go")
        await web_socket.wait_closed()
    else:
        await web_socket.close(*close)
    report = {
        "protocol": web_socket.subprotocol or "",
        "extensions": web_socket.response_headers.get("Sec-WebSocket-Extensions", ""),
        "header": web_socket.response_headers.get("X-Header", ""),
        "echoes": echoes,
        "joined": joined,
        "fragments": fragments,
        "pong": PAYLOAD.decode(),
        "pinged": pinged,
        "closed": f"{web_socket.close_code} {web_socket.close_reason}",
    }
    print(json.dumps(report))


try:
    asyncio.run({"server": serve, "client": talk}[sys.argv[1]](**json.load(sys.stdin)))
except websockets.WebSocketException as error:
    print(json.dumps({"error": str(error)}))
