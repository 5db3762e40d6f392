"""A small HTTP/1.1 client with a deadline for the whole exchange, for the toy driver: http.client has none."""
import gzip
import socket
import ssl
import time
import zlib

LIMIT = 64 << 20


class Failed(Exception):
    """No reply, or none that can be trusted."""


class Deadline:
    def __init__(self, seconds):
        self.end = time.monotonic() + seconds if seconds else None

    def left(self):
        if self.end is None:
            return None
        left = self.end - time.monotonic()
        if left <= 0:
            raise Failed("timed out")
        return left


class Line:
    """One connection, kept between exchanges."""

    def __init__(self, host, port, context=None, name=None):
        self.address, self.context, self.name = (host, port), context, name or host
        self.socket, self.buffer = None, b""

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket, self.buffer = None, b""

    def connect(self, deadline):
        self.socket = socket.create_connection(self.address, deadline.left())
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.context:
            self.socket = self.context.wrap_socket(self.socket, server_hostname=self.name)

    def usable(self):
        """Whether the peer has neither closed nor said anything since the last exchange."""
        if not self.socket or self.buffer:
            return False
        self.socket.setblocking(False)
        try:
            self.socket.recv(1)
            return False
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False

    def more(self, deadline):
        self.socket.settimeout(deadline.left())
        data = self.socket.recv(65536)
        self.buffer += data
        if len(self.buffer) > LIMIT:
            raise Failed("the reply is too long")
        return bool(data)

    def take(self, count, deadline):
        while len(self.buffer) < count:
            if not self.more(deadline):
                raise Failed("the connection was closed in the middle of the reply")
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def line(self, deadline):
        while b"\r\n" not in self.buffer:
            if not self.more(deadline):
                raise Failed("the connection was closed in the middle of the reply")
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def exchange(self, request, deadline):
        """Sends the bytes once; answers (status, headers, body). Raises Failed for whatever goes wrong."""
        try:
            if not self.usable():
                self.close()
                self.connect(deadline)
            self.socket.settimeout(deadline.left())
            self.socket.sendall(request)
            return self.reply(deadline)
        except (OSError, ValueError, zlib.error, EOFError) as error:
            self.close()
            raise Failed(f"{type(error).__name__}: {error}") from error
        except Failed:
            self.close()
            raise

    def reply(self, deadline):
        version, status, *_ = self.line(deadline).split(b" ", 2)
        if version not in (b"HTTP/1.1", b"HTTP/1.0") or not (len(status) == 3 and status.isdigit()):
            raise Failed("this is no HTTP")
        headers = []
        while line := self.line(deadline):
            name, colon, value = line.partition(b":")
            if not colon or name != name.strip():
                raise Failed("a header without a name")
            headers.append((name.decode("latin-1").lower(), value.strip().decode("latin-1")))
        if status.startswith(b"1"):
            return self.reply(deadline)
        values = {name: [v for n, v in headers if n == name] for name, _ in headers}
        body = self.body(values, deadline)
        if "gzip" in values.get("content-encoding", []):
            body = gzip.decompress(body)
        if "close" in [v.lower() for v in values.get("connection", [])] or version == b"HTTP/1.0":
            self.close()
        return int(status), values, body

    def body(self, values, deadline):
        lengths = values.get("content-length", [])
        if "transfer-encoding" in values:
            if [v.lower() for v in values["transfer-encoding"]] != ["chunked"] or lengths:
                raise Failed("two lengths, or none")
            return self.chunks(deadline)
        if not lengths:
            while self.more(deadline):
                pass
            body = self.buffer
            self.close()
            return body
        if len(set(lengths)) > 1 or not (lengths[0].isascii() and lengths[0].isdigit()):
            raise Failed("a length that is none")
        if int(lengths[0]) > LIMIT:
            raise Failed("the reply is too long")
        return self.take(int(lengths[0]), deadline)

    def chunks(self, deadline):
        body = b""
        while size := int(self.line(deadline).split(b";")[0], 16):
            if not 0 < size <= LIMIT - len(body):
                raise Failed("the reply is too long")
            body += self.take(size, deadline)
            if self.line(deadline):
                raise Failed("a chunk without its end")
        while self.line(deadline):
            pass
        return body
