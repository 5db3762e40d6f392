"""HTTP/1.1, read by hand: the bytes stay as they were sent, because signatures are over them."""
import asyncio
import json
import re
from dataclasses import dataclass

READ_BYTES = 64 << 20           # beyond any limit of the API, so that the API itself can refuse


class BadHttp(Exception):
    """Bytes that are no HTTP/1.1 request: answered with 400, and the connection is closed."""


@dataclass
class Request:
    method: str
    path: str
    query: str          # as it was sent, for the signature
    headers: dict       # lower-case name -> value as it was sent; of several, joined by commas
    body: bytes
    keep_alive: bool

    def hosts(self):
        """The two forms that clients sign: with the port, and without."""
        host = self.headers.get("host", "")
        return dict.fromkeys((host, re.sub(r":\d+$", "", host)))


async def read_request(reader, writer):
    """One request, bytes as they were sent; raises BadHttp, or IncompleteReadError at the end of the connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).lstrip(b"\r\n").decode("latin-1")
    except asyncio.LimitOverrunError:
        raise BadHttp("the head is too long") from None
    first, *lines = head[:-4].split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not re.fullmatch(r"HTTP/1\.[01]", parts[2]) or not re.fullmatch(r"[!-~]+", parts[1]):
        raise BadHttp("the request line is not METHOD TARGET HTTP/1.1")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise BadHttp("a header is not NAME: VALUE")
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    path, _, query = re.sub(r"^https?://[^/?]*", "", parts[1]).partition("?")
    connection = headers.get("connection", "").lower()
    keep_alive = "close" not in connection if parts[2] == "HTTP/1.1" else "keep-alive" in connection
    return Request(parts[0], path or "/", query, headers, await read_body(reader, headers), keep_alive)


async def read_body(reader, headers):
    length = headers.get("content-length", "0")
    if not re.fullmatch("[0-9]{1,12}", length) or int(length) > READ_BYTES:
        raise BadHttp("Content-Length is not one number that can be read")
    if "transfer-encoding" not in headers:
        return await reader.readexactly(int(length)) if int(length) else b""
    if headers["transfer-encoding"].lower() != "chunked" or "content-length" in headers:
        raise BadHttp("a transfer encoding that cannot be read")
    body = b""
    while True:
        size = (await reader.readuntil(b"\r\n")).split(b";")[0].strip()
        if not re.fullmatch(b"[0-9A-Fa-f]{1,8}", size) or len(body) + int(size, 16) > READ_BYTES:
            raise BadHttp("a chunk's size cannot be read")
        if int(size, 16) == 0:
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass            # trailers mean nothing to this API
            return body
        body += await reader.readexactly(int(size, 16))
        if await reader.readexactly(2) != b"\r\n":
            raise BadHttp("a chunk is longer than it says")


def reply_bytes(status, content_type, body, keep_alive, head_only=False):
    data = json.dumps(body).encode()
    reason = {200: "OK", 400: "Bad Request"}.get(status, "Status")
    head = (f"HTTP/1.1 {status} {reason}\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n"
            f"Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n").encode()
    return head if head_only else head + data
