#!/usr/bin/env python3
"""Checks the second endpoint over the wire, with a client and a signer of its own, and that every fault shows.

CHECKS holds sentences: each is true of the endpoint without a fault, and false of the faults listed beside it.
"""
import base64
import hashlib
import hmac
import itertools
import json
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time
import unittest
from functools import partial
from urllib.parse import quote_plus

ENDPOINT = str(pathlib.Path(__file__).resolve().with_name("endpoint.py"))
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
A, B, C = "img-1a2b3c4d", "img-zzzz0000", "img-9876wxyz"
NEVER = "img-00000000"


# --- an independent signer -------------------------------------------------------------------------------------------

def tc3_signature(method, query, content_type, host, body, timestamp, key, more="", date=None, service="cvm"):
    """`more`: the lines of further signed headers, "name:value\\n" each."""
    date = date or time.strftime("%Y-%m-%d", time.gmtime(timestamp))
    names = ";".join(["content-type", "host"] + [line.split(":")[0] for line in more.splitlines()])
    canonical = f"{method}\n/\n{query}\ncontent-type:{content_type}\nhost:{host}\n{more}\n{names}\n".encode() \
        + hashlib.sha256(body).hexdigest().encode()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{date}/{service}/tc3_request\n" + hashlib.sha256(canonical).hexdigest()
    secret = b"TC3" + key.encode()
    for part in (date, service, "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    return names, hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def v1_signature(method, host, parameters, key):
    text = method + host + "/?" + "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    digest = hashlib.sha256 if parameters.get("SignatureMethod") == "HmacSHA256" else hashlib.sha1
    return base64.b64encode(hmac.new(key.encode(), text.encode(), digest).digest()).decode()


# --- a client --------------------------------------------------------------------------------------------------------

class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.response = json.loads(body).get("Response", {}) if body else {}
        self.request_id = self.response.get("RequestId")
        self.code = (self.response.get("Error") or {}).get("Code")


class Server:
    """A running endpoint, and one connection to it."""
    def __init__(self, *options):
        self.process = subprocess.Popen([sys.executable, "-B", ENDPOINT, "--until-eof", *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = re.fullmatch(r"ready http://127\.0\.0\.1:(\d+) world http://127\.0\.0\.1:\1/_world\n", self.process.stdout.readline())
        assert ready, "the endpoint did not get ready"
        self.address, self.numbers = ("127.0.0.1", int(ready[1])), itertools.count(1)
        self.host = "cvm.tencentcloudapi.com"
        self.connection = self.connect()

    def connect(self):
        connection = socket.create_connection(self.address, timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def send(self, data, connection=None, head_only=False):
        """Bytes out, one reply in: (status, headers, body)."""
        connection = connection or self.connection
        connection.sendall(data)
        received = b""

        def receive_more():
            more = connection.recv(65536)
            assert more, f"the connection was closed after {received!r}"
            return received + more
        while b"\r\n\r\n" not in received:
            received = receive_more()
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while not head_only and len(body) < int(headers["content-length"]):
            received = receive_more()
            body = received.partition(b"\r\n\r\n")[2]
        return int(first.split(" ")[1]), headers, body

    def hook(self, method, path="", value=None):
        body = b"" if value is None else json.dumps(value).encode()
        status, _, text = self.send(f"{method} /_world{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        return status, json.loads(text)

    def account(self, *images, **members):
        """A new account that holds these images: ids, or objects; without a rate limit unless it is given."""
        account = Account(self, f"AKID{next(self.numbers):08d}", members)
        world = {"secretKey": account.key, "rateLimit": None, "snapshots": [], **members,
                 "images": [{"ImageId": i} if isinstance(i, str) else i for i in images]}
        assert self.hook("PUT", "/" + account.name, world) == (200, {})
        account.before = account.world()
        return account

    def stop(self):
        self.connection.close()
        self.process.stdin.close()
        self.process.wait(timeout=5)
        self.process.stdout.close()


class Account:
    def __init__(self, server, name, members):
        self.server, self.name, self.key = server, name, "SECRET" + name
        self.token = members.get("token")

    def world(self):
        status, world = self.server.hook("GET", "/" + self.name)
        assert status == 200
        self.now = world.get("nowMs", time.time() * 1000) // 1000
        return {"images": {i["ImageId"]: i for i in world["images"]}, "snapshots": set(world["snapshots"])}

    def request(self, parameters, wire="json tc3", action="DeleteImages", **bend):
        """The bytes of a signed call. wire: json tc3, query tc3, query sha1, query sha256, form sha1, form sha256."""
        encoding, signature = wire.split(" ")
        method = "GET" if encoding == "query" else "POST"
        timestamp = int(self.now) + bend.get("ahead", 0)
        common = {"Action": action, "Version": bend.get("version", "2017-03-12"), "Timestamp": str(timestamp),
                  "Region": bend.get("region", "ap-guangzhou"), "Token": bend.get("token", self.token)}
        common = {name: value for name, value in common.items() if value is not None and name != bend.get("without")}
        headers = {"Host": self.server.host}
        headers["Content-Type"] = "application/json" if encoding == "json" else "application/x-www-form-urlencoded"
        flat = parameters if isinstance(parameters, dict) else {}
        flat = dict(flattened(flat)) if encoding != "json" else {}
        key, name = bend.get("key", self.key), bend.get("name", self.name)
        if signature != "tc3":
            flat |= common | {"Nonce": "11886", "SecretId": name}
            if signature == "sha256":
                flat["SignatureMethod"] = "HmacSHA256"
            flat["Signature"] = v1_signature(method, self.server.host, flat, key)
        text = "&".join(f"{quote_plus(n, safe='.')}={quote_plus(v)}" for n, v in flat.items())
        if encoding != "json" and "raw" in bend:
            text = (text + "&" if text else "") + bend["raw"]
        query = text if encoding == "query" else ""
        body = b"" if encoding == "query" else text.encode()
        if encoding == "json":
            body = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
        if signature == "tc3":
            names, signed = tc3_signature(method, query, headers["Content-Type"], self.server.host, body, timestamp, key)
            date = time.strftime("%Y-%m-%d", time.gmtime(timestamp))
            headers |= {"X-TC-" + n: v for n, v in common.items()} | {
                "Authorization": f"TC3-HMAC-SHA256 Credential={name}/{date}/cvm/tc3_request, SignedHeaders={names}, Signature={signed}"}
        headers |= bend.get("headers", {})
        body = bend.get("body", body)               # changed after it was signed
        head = "".join(f"{n}: {v}\r\n" for n, v in headers.items())
        return f"{bend.get('method', method)} /{'?' + query if query else ''} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def call(self, parameters, wire="json tc3", action="DeleteImages", connection=None, **bend):
        return Reply(*self.server.send(self.request(parameters, wire, action, **bend), connection, bend.get("method") == "HEAD"))


def flattened(value, name=""):
    if isinstance(value, dict):
        return [pair for n, v in value.items() for pair in flattened(v, f"{name}.{n}".lstrip("."))]
    if isinstance(value, list):
        return [pair for n, v in enumerate(value) for pair in flattened(v, f"{name}.{n}")]
    return [(name, {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else str(value))]


def equal(seen, expected, what=""):
    assert seen == expected, f"{what}: expected {expected!r}, saw {seen!r}"


def refused(account, code, *arguments, **bend):
    """The call tells this code, in a right envelope, and changes nothing."""
    reply = account.call(*arguments, **bend)
    equal((reply.status, reply.code), (200, code), str(arguments))
    assert UUID.fullmatch(reply.request_id or ""), reply.body
    equal(account.world(), account.before, "the world after a refusal")


def deletes(account, ids, *arguments, snapshots=None, **bend):
    """The call succeeds, and afterwards exactly these images, and snapshots, are gone."""
    reply = account.call(*arguments, **bend)
    equal((reply.status, reply.code, list(reply.response)), (200, None, ["RequestId"]), str(arguments))
    after = account.world()
    equal(set(account.before["images"]) - set(after["images"]), set(ids), "images gone")
    equal({i: after["images"][i] for i in after["images"]}, {i: account.before["images"][i] for i in after["images"]}, "images left")
    equal(account.before["snapshots"] - after["snapshots"], set(snapshots or ()), "snapshots gone")


# --- the sentences ---------------------------------------------------------------------------------------------------

WIRES = ["json tc3", "query tc3", "query sha1", "query sha256", "form sha1", "form sha256"]


def every_wire_form_deletes(server):
    for wire in WIRES:
        deletes(server.account(A, B, C), [A, C], {"ImageIds": [A, C]}, wire)


def malformed(image_id, server):
    for wire in WIRES[:2]:
        refused(server.account(A, B), "InvalidImageId.Malformed", {"ImageIds": [image_id]}, wire)


def malformed_in_second_place(server):
    refused(server.account(A), "InvalidImageId.Malformed", {"ImageIds": [A, "img-1"]})


def well_formed(image_id, server):
    deletes(server.account(image_id, A), [image_id], {"ImageIds": [image_id]})
    refused(server.account(A), "InvalidImageId.NotFound", {"ImageIds": [image_id]})


def image_refused(code, members, server, wire="json tc3"):
    for batch in ([C], [A, C, B], [C, A]):
        refused(server.account(A, B, {"ImageId": C, **members}), code, {"ImageIds": batch, "DeleteBindedSnap": True}, wire)
        refused(server.account(A, B, {"ImageId": C, **members}), code, {"ImageIds": batch, "DryRun": True}, wire)


def missing_ids(server):
    for body in ({}, {"ImageIds": []}, {"ImageIds": None}, {"DryRun": True}, b""):
        refused(server.account(A), "MissingParameter", body)
    refused(server.account(A), "MissingParameter", {}, "form sha1")


def missing_among_others(server):
    refused(server.account(A, B), "InvalidImageId.NotFound", {"ImageIds": [A, NEVER, B]})


def wrong_types(server):
    for body in ({"ImageIds": A}, {"ImageIds": [A, 1]}, {"ImageIds": [A, None]}, {"ImageIds": {"0": A}}, {"ImageIds": [A], "DryRun": 1},
                 {"ImageIds": [A], "DryRun": "yes"}, {"ImageIds": ""}, [], b"{", b'{"ImageIds":["' + A.encode() + b'"],"DryRun":NaN}',
                 b"\xff", b'{"DryRun":true,"DryRun":false}', b"[" * 100000):
        refused(server.account(A), "InvalidParameter", body if isinstance(body, (dict, bytes)) else json.dumps(body).encode())
    for raw in ("ImageIds=" + A, "ImageIds.x=" + A, "ImageIds.0.Name=" + A, "ImageIds.0=" + A + "&ImageIds.0=" + A, "ImageIds",
                "ImageIds.0=" + A + "&DryRun=2"):
        refused(server.account(A), "InvalidParameter", {}, "query tc3", raw=raw)


def unknown_parameters(server):
    for wire in WIRES:
        refused(server.account(A), "UnknownParameter", {"ImageIds": [A], "Force": True}, wire)
    refused(server.account(A), "UnknownParameter", {"ImageIds": [A], "dryrun": True})


def hundred_and_one(server):
    ids = [f"img-{n:08d}" for n in range(101)]
    refused(server.account(*ids), "InvalidParameterValue.LimitExceeded", {"ImageIds": ids})


def hundred(server):
    ids = [f"img-{n:08d}" for n in range(100)]
    for wire in WIRES[:2]:
        deletes(server.account(A, *ids), ids, {"ImageIds": ids}, wire)


def like_beginnings(server):
    deletes(server.account("img-aaaa1111", "img-aaaa2222"), ["img-aaaa1111"], {"ImageIds": ["img-aaaa1111"]})


def third_call(server):
    account = server.account(A, B, C)
    for image_id in (A, B, C):
        equal(account.call({"ImageIds": [image_id]}).code, None)
    equal(account.world()["images"], {})


def dry_run(wire, value, server):
    image = {"ImageId": A, "SnapshotSet": ["snap-1", "snap-2"]}
    for more in ({}, {"DeleteBindedSnap": True}):
        deletes(server.account(image, B), [], {"ImageIds": [A], "DryRun": value, **more}, wire)


def snapshots(flag, gone, server):
    account = server.account({"ImageId": A, "SnapshotSet": ["snap-1", "snap-2"]}, {"ImageId": B, "SnapshotSet": ["snap-3"]}, snapshots=["snap-4"])
    deletes(account, [A], {"ImageIds": [A], **flag}, snapshots=gone)


def common_snapshot(server):
    account = server.account({"ImageId": A, "SnapshotSet": ["snap-1", "snap-2"]}, {"ImageId": B, "SnapshotSet": ["snap-2"]})
    deletes(account, [A], {"ImageIds": [A], "DeleteBindedSnap": True}, snapshots=["snap-1"])


def ten_a_second(server, **parameters):
    account = server.account(A, B, rateLimit=10)
    for n in range(10):
        equal(account.call({"ImageIds": [NEVER]} if not parameters else {"ImageIds": [A], **parameters}).code,
              None if parameters else "InvalidImageId.NotFound", f"call {n + 1}")
    for _ in range(12):
        refused(account, "RequestLimitExceeded", {"ImageIds": [A]})
    equal(account.call({}, action="DescribeImages").code, None, "another action has its own budget")
    status, clock = server.hook("POST", f"/{account.name}/clock", {"advanceMs": 1000})
    equal(status, 200)
    account.now = clock["nowMs"] // 1000
    deletes(account, [A], {"ImageIds": [A]})


def a_budget_for_each(server):
    for _ in range(3):
        account = server.account(A, rateLimit=4)
        for _ in range(4):
            equal(account.call({"ImageIds": [NEVER]}).code, "InvalidImageId.NotFound")


def own_rates(server):
    account = server.account(A)
    equal(server.hook("PUT", "/" + account.name, {"secretKey": account.key})[0], 200)
    for action, limit in (("DeleteImages", 10), ("DescribeImages", 40)):
        codes = [account.call({"ImageIds": [NEVER]}, action=action).code for _ in range(limit + 2)]
        equal(codes.count("RequestLimitExceeded"), 2, action)


def envelopes(server):
    seen = set()
    account = server.account(A)
    for n in range(25):
        reply = account.call({"ImageIds": [NEVER]} if n % 2 else {"ImageIds": [A], "DryRun": True})
        equal((reply.status, reply.headers["content-type"]), (200, "application/json"))
        equal(list(json.loads(reply.body)), ["Response"])
        equal(set(reply.response), {"RequestId", "Error"} if n % 2 else {"RequestId"})
        if n % 2:
            equal(set(reply.response["Error"]), {"Code", "Message"})
        assert UUID.fullmatch(reply.request_id) and reply.request_id not in seen, reply.request_id
        seen.add(reply.request_id)


def eleven_ids(server):
    ids = [f"img-{n:08d}" for n in range(12)]
    for wire in WIRES:
        deletes(server.account(A, *ids), ids, {"ImageIds": ids}, wire)


def percent(server):
    for wire in ("query tc3", "form sha1"):
        account = server.account(A)
        raw = "ImageIds.0=" + A.replace("-", "%2d")
        if wire == "form sha1":         # v1 signs the decoded values: sign them, then send them differently
            body = account.request({"ImageIds": [A]}, wire).partition(b"\r\n\r\n")[2].replace(A.encode(), A.replace("-", "%2d").encode())
            deletes(account, [A], {"ImageIds": [A]}, wire, body=body)
        else:
            deletes(account, [A], {}, wire, raw=raw)


def plus(server):
    account = server.account({"ImageId": A, "ImageName": "web base"}, {"ImageId": B, "ImageName": "web+base"})
    found = account.call({}, "query tc3", "DescribeImages", raw="Filters.0.Name=image-name&Filters.0.Values.0=web+base")
    equal([i["ImageId"] for i in found.response["ImageSet"]], [A])
    refused(account, "InvalidImageId.Malformed", {"ImageIds": ["img 1234567"]}, "form sha1")


def gaps(server):
    deletes(server.account(A, B, C), [A, C], {}, "query tc3", raw=f"ImageIds.7={A}&ImageIds.12={C}")


def wrong_signatures(server, wires=WIRES):
    for wire in wires:
        refused(server.account(A), "AuthFailure.SignatureFailure", {"ImageIds": [A]}, wire, key="ANOTHER")


def tampered(server):
    refused(server.account(A, B), "AuthFailure.SignatureFailure", {"ImageIds": [B]}, body=json.dumps({"ImageIds": [A]}).encode())
    account = server.account(A, B)
    sent = account.request({"ImageIds": [A]}, "query tc3").replace(A.encode(), B.encode(), 1)
    equal(Reply(*server.send(sent)).code, "AuthFailure.SignatureFailure")


def skew(ahead, code, server):
    for wire in WIRES[:3]:
        account = server.account(A)
        (partial(refused, account, code) if code else partial(deletes, account, [A]))({"ImageIds": [A]}, wire, ahead=ahead)


def tokens(server):
    for wire in WIRES:
        for token in ("", "other", None):
            refused(server.account(A, token="mine"), "AuthFailure.TokenFailure", {"ImageIds": [A]}, wire, token=token)
        deletes(server.account(A, token="mine"), [A], {"ImageIds": [A]}, wire)


def two_accounts(server):
    one, other = server.account(A), server.account(A)
    deletes(one, [A], {"ImageIds": [A]})
    equal(other.world(), other.before, "the other account")


def unknown_secret(server):
    for wire in WIRES:
        refused(server.account(A), "AuthFailure.SecretIdNotFound", {"ImageIds": [A]}, wire, name="AKIDNOBODY")
    account = server.account(A)
    equal(server.hook("DELETE", "/" + account.name)[0], 200)
    equal(account.call({"ImageIds": [A]}).code, "AuthFailure.SecretIdNotFound")
    equal(server.hook("GET", "/" + account.name)[0], 404)


def common_parameters(server):
    for wire in WIRES:
        refused(server.account(A), "InvalidAction", {"ImageIds": [A]}, wire, action="DeleteImage")
        refused(server.account(A), "NoSuchVersion", {"ImageIds": [A]}, wire, version="2017-03-13")
        deletes(server.account(A), [A], {"ImageIds": [A]}, wire, without="Region")
        for name in ("Action", "Version", "Timestamp"):
            refused(server.account(A), "MissingParameter", {"ImageIds": [A]}, wire, without=name)
    refused(server.account(A), "MissingParameter", {"ImageIds": [A]}, headers={"Authorization": ""})
    refused(server.account(A), "AuthFailure.InvalidAuthorization", {"ImageIds": [A]}, headers={"Authorization": "Basic eDp5"})
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        refused(server.account(A), "UnsupportedProtocol", {"ImageIds": [A]}, method=method)
    refused(server.account(A), "InvalidRequest", {"ImageIds": [A]}, headers={"Content-Type": "multipart/form-data; boundary=x"})
    equal(server.account(A).call({"ImageIds": [A]}, method="HEAD").body, b"")


def together(server, *lists):
    """Codes of simultaneous deletes of these lists by one account, and the images that are left."""
    account = server.account(A, B, C)
    connections, codes, gate = [server.connect() for _ in lists], [None] * len(lists), threading.Barrier(len(lists))

    def delete(n):
        request = account.request({"ImageIds": lists[n]})
        gate.wait()
        codes[n] = Reply(*server.send(request, connections[n])).code
    threads = [threading.Thread(target=delete, args=(n,)) for n in range(len(lists))]
    for step in (threading.Thread.start, threading.Thread.join):
        for thread in threads:
            step(thread)
    for connection in connections:
        connection.close()
    return codes, set(account.world()["images"])


def one_winner(server):
    for _ in range(5):
        codes, left = together(server, *[[A]] * 16)
        equal((codes.count(None), codes.count("InvalidImageId.NotFound"), left), (1, 15, {B, C}))


def nothing_comes_back(server):
    for _ in range(5):
        equal(together(server, [A], [B], [C]), ([None] * 3, set()))


def describes(server):
    account = server.account({"ImageId": A, "ImageName": "web one", "SnapshotSet": ["snap-1"]}, {"ImageId": B, "ImageType": "PUBLIC_IMAGE"}, C)

    def found(parameters, wire):
        response = account.call(parameters, wire, "DescribeImages").response
        return response["TotalCount"], [i["ImageId"] for i in response["ImageSet"]]
    for wire in WIRES:
        equal(found({}, wire), (3, [A, B, C]))
        equal(found({"Offset": 1, "Limit": 1}, wire), (3, [B]))
        equal(found({"ImageIds": [C, NEVER]}, wire), (1, [C]))
        equal(found({"Filters": [{"Name": "image-type", "Values": ["PUBLIC_IMAGE", "SHARED_IMAGE"]}]}, wire), (1, [B]))
        equal(found({"Filters": [{"Name": "image-name", "Values": ["eb o"]}, {"Name": "image-id", "Values": [A, B]}]}, wire), (1, [A]))
        refused(account, "InvalidImageId.Malformed", {"ImageIds": ["img"]}, wire, "DescribeImages")
        refused(account, "InvalidParameterValue.InvalidParameterValueLimit", {"Limit": 101}, wire, "DescribeImages")
        refused(account, "InvalidFilter", {"Filters": [{"Name": "colour", "Values": ["red"]}]}, wire, "DescribeImages")
        refused(account, "InvalidParameter.InvalidParameterCoexistImageIdsFilters",
                {"ImageIds": [A], "Filters": [{"Name": "image-id", "Values": [A]}]}, wire, "DescribeImages")


def hook_keeps_its_contract(server):
    status, hello = server.hook("GET")
    equal((status, hello["protocol"], hello["isolated"], hello["clock"], hello["edition"], hello["maxImageIds"]),
          (200, "world/1", True, "virtual", "2023-03-27", 100))
    account = server.account(A, snapshots=["snap-9"])
    for bad in ({}, {"secretKey": "k", "images": [{}]}, {"secretKey": "k", "images": [{"ImageId": A, "ImageState": "BROKEN"}]}, [],
                {"secretKey": "k", "images": [{"ImageId": A}, {"ImageId": A}]}, {"secretKey": "k", "rateLimit": "ten"}):
        equal(server.hook("PUT", "/" + account.name, bad)[0], 422, bad)
        equal(account.world(), account.before, "the world after a refused PUT")
    equal(server.hook("PUT", "/short", {"secretKey": "k"})[0], 422)
    equal(server.hook("DELETE", "/AKIDNOBODY")[0], 200)
    equal(server.hook("POST", "/AKIDNOBODY/clock", {"advanceMs": 1})[0], 404)
    equal(server.hook("POST", f"/{account.name}/clock", {"advanceMs": -1})[0], 422)
    world = server.hook("GET", "/" + account.name)[1]
    assert "secretKey" not in world and "token" not in world
    equal(world["images"], [{"ImageId": A, "ImageName": "", "ImageState": "NORMAL", "ImageType": "PRIVATE_IMAGE", "SharedTo": [],
                             "SnapshotSet": [], "TaskRunning": False}])


def wire_is_read_whole(server):
    account = server.account(A, B, C)
    head, _, body = account.request({"ImageIds": [A]}).partition(b"\r\n\r\n")
    chunked = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", head) + b"\r\n\r\n" \
        + b"".join(b"%x\r\n%c\r\n" % (1, c) for c in body) + b"0\r\n\r\n"
    equal(Reply(*server.send(chunked)).code, None, "chunks of one byte")
    connection = server.connect()
    for byte in account.request({"ImageIds": [B]})[:-1]:
        connection.sendall(bytes([byte]))
    equal(Reply(*server.send(b"}", connection)).code, None, "a byte at a time")
    connection.sendall(account.request({"ImageIds": [C]}) * 2)
    pipelined = b""
    while pipelined.count(b"RequestId") < 2:
        more = connection.recv(65536)
        assert more, "the connection was closed"
        pipelined += more
    equal(re.findall(rb'NotFound"|{"RequestId', pipelined), [b'{"RequestId', b'NotFound"'], "two requests at once, answered in order")
    connection.close()
    for junk in (b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"):
        connection = server.connect()
        equal(server.send(junk, connection)[0], 400, junk)
        equal(connection.recv(1), b"", "then the connection is closed")
        connection.close()


IN_STATE, SHARED_OUT = "InvalidImageId.IncorrectState", {"SharedTo": ["100000000002"]}
CHECKS = {
    "every wire form deletes what it names": (every_wire_form_deletes, []),
    "an id starts with img-": (partial(malformed, "foo-" + A), ["id-unanchored-start"]),
    "an id ends after its characters": (partial(malformed, A + "-x"), ["id-unanchored-end"]),
    "an id is lower case": (partial(malformed, "img-1A2B3C4D"), ["id-upper-case"]),
    "the prefix is lower case": (partial(malformed, "IMG-1a2b3c4d"), []),
    "an id has more than seven characters": (partial(malformed, "img-1a2b3c4"), ["id-seven-characters"]),
    "an id has no newline": (partial(malformed, A + "\n"), ["id-trailing-newline"]),
    "blanks are not cut off": (partial(malformed, " " + A), ["id-trimmed"]),
    "an instance is not an image": (partial(malformed, "ins-1a2b3c4d"), ["id-other-prefixes"]),
    "digits are ASCII": (partial(malformed, "img-1a2b3c4\u0663"), ["id-unicode-digits"]),
    "nothing is not an id": (partial(malformed, ""), []),
    "every id's form is checked": (malformed_in_second_place, ["id-first-only"]),
    "all letters are allowed": (partial(well_formed, B), ["id-hexadecimal-only"]),
    "the page's own example is well formed": (partial(well_formed, "img-34vaef8fe"), ["code-not-found"]),
    "an image being created is refused": (partial(image_refused, IN_STATE, {"ImageState": "CREATING"}),
                                          ["code-creating", "batch-stops-half-way", "refusal-deletes-the-good", "dry-run-always-passes"]),
    "and by GET": (partial(image_refused, IN_STATE, {"ImageState": "CREATING"}, wire="query tc3"), ["state-creating-deletable-by-get"]),
    "an image in use is refused": (partial(image_refused, IN_STATE, {"ImageState": "USING"}), ["state-using-deletable"]),
    "a shared image is refused": (partial(image_refused, "InvalidImageId.InShared", SHARED_OUT), ["code-shared"]),
    "however often it is shared": (partial(image_refused, "InvalidImageId.InShared", {"SharedTo": ["1", "2"]}), ["shared-twice-deletable"]),
    "an image with a job is refused": (partial(image_refused, "MutexOperation.TaskRunning", {"TaskRunning": True}), ["code-task", "task-ignored"]),
    "a public image is refused": (partial(image_refused, "InvalidParameterValue.InvalidImageId", {"ImageType": "PUBLIC_IMAGE"}), []),
    "another's image is refused": (partial(image_refused, "InvalidParameterValue.InvalidImageId", {"ImageType": "SHARED_IMAGE"}), []),
    "ImageIds is required": (missing_ids, ["code-missing"]),
    "one missing image refuses the batch": (missing_among_others, ["missing-skipped"]),
    "types are checked": (wrong_types, ["one-string-for-a-list"]),
    "undeclared parameters are refused": (unknown_parameters, ["unknown-parameter-ignored"]),
    "a hundred ids are enough": (hundred_and_one, ["limit-off-by-one"]),
    "a hundred ids are allowed": (hundred, []),
    "two ids, two images": (lambda server: deletes(server.account(A, B, C), [A, B], {"ImageIds": [A, B]}), ["batch-first-only", "json-second-id-dropped"]),
    "two ids in a query, two images": (lambda server: deletes(server.account(A, B, C), [A, B], {"ImageIds": [A, B]}, "query tc3"), ["query-first-id-only"]),
    "one id twice, one image": (lambda server: deletes(server.account(A, B), [A], {"ImageIds": [A, A]}), []),
    "the third call is like the first": (third_call, ["third-call-idle"]),
    "like beginnings, different images": (like_beginnings, ["delete-by-prefix"]),
    "a dry run changes nothing": (partial(dry_run, "json tc3", True), ["dry-run-deletes", "dry-run-deletes-snapshots", "dry-run-changes-state"]),
    "a dry run by GET changes nothing": (partial(dry_run, "query tc3", True), ["dry-run-deletes-by-query"]),
    "a dry run by form changes nothing": (partial(dry_run, "form sha256", True), ["form-dry-run-ignored"]),
    "a dry run may be quoted": (partial(dry_run, "json tc3", "True"), ["dry-run-quoted-deletes"]),
    "snapshots go when asked": (partial(snapshots, {"DeleteBindedSnap": True}, ["snap-1", "snap-2"]),
                                ["snapshots-never-deleted", "snapshots-first-only", "snapshots-of-another"]),
    "snapshots stay when not asked": (partial(snapshots, {}, []), ["snapshots-always-deleted"]),
    "snapshots stay when it is false": (partial(snapshots, {"DeleteBindedSnap": False}, []), ["snapshots-deleted-when-false"]),
    "a snapshot that is still named stays": (common_snapshot, []),
    "ten calls a second pass": (ten_a_second, ["rate-none", "rate-twenty", "rate-delays", "rate-refused-executes", "rate-wrong-code", "rate-http-429"]),
    "a dry run counts": (partial(ten_a_second, DryRun=True), ["rate-dry-run-free"]),
    "every account has its budget": (a_budget_for_each, ["rate-shared-by-accounts"]),
    "every action has its own rate": (own_rates, []),
    "every reply is in the envelope": (envelopes, ["status-500-on-errors", "content-type-html", "request-id-missing", "request-id-constant",
                                                   "request-id-not-uuid", "request-id-repeats", "error-without-code", "code-in-wrong-place", "unwrapped"]),
    "more than ten ids are read": (eleven_ids, ["ids-beyond-ten-dropped"]),
    "percent signs are decoded": (percent, ["percent-not-decoded"]),
    "a plus is a space": (plus, ["plus-not-decoded"]),
    "numbers may have gaps": (gaps, []),
    "a wrong signature is refused": (wrong_signatures, ["signature-unchecked"]),
    "a wrong v1 signature is refused": (partial(wrong_signatures, wires=WIRES[2:]), ["v1-unchecked"]),
    "what was changed on the way is refused": (tampered, ["body-unchecked"]),
    "five minutes old is young enough": (partial(skew, -300, None), []),
    "older is too old": (partial(skew, -301, "AuthFailure.SignatureExpire"), ["skew-unchecked"]),
    "the future is refused": (partial(skew, 301, "AuthFailure.SignatureExpire"), ["skew-future-unchecked"]),
    "the token is compared": (tokens, ["token-unchecked"]),
    "accounts share nothing": (two_accounts, ["delete-in-every-account"]),
    "who is unknown is told so": (unknown_secret, ["code-unknown-secret"]),
    "common parameters are checked": (common_parameters, []),
    "of simultaneous deletes one wins": (one_winner, ["two-winners"]),
    "simultaneous deletes do not undo each other": (nothing_comes_back, ["lost-update"]),
    "DescribeImages lists": (describes, []),
    "the world hook keeps its contract": (hook_keeps_its_contract, []),
    "requests are read whole": (wire_is_read_whole, []),
}


class TheEndpoint(unittest.TestCase):
    """Without a fault every sentence is true."""
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--clock", "virtual")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()


class EveryFault(unittest.TestCase):
    """With a fault its sentence is false: by what was seen, not by a broken connection."""
    def test_is_caught_by_a_sentence(self):
        listed = subprocess.run([sys.executable, "-B", ENDPOINT, "--list-faults"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(sorted(line.split("\t")[0] for line in listed.splitlines()),
                         sorted(fault for _, faults in CHECKS.values() for fault in faults))


def add_tests():
    for number, (sentence, (function, faults)) in enumerate(CHECKS.items()):
        name = re.sub(r"\W+", "_", sentence)
        setattr(TheEndpoint, f"test_{number:02}_{name}", lambda self, function=function: function(self.server))
        for fault in faults:
            def caught(self, function=function, fault=fault):
                server = Server("--clock", "virtual", "--fault", fault)
                self.addCleanup(server.stop)
                with self.assertRaises(AssertionError) as seen:
                    function(server)
                self.assertNotIn("the connection was closed", str(seen.exception))
            setattr(EveryFault, f"test_{fault.replace('-', '_')}_breaks_{name}", caught)


class TheUndatedEdition(unittest.TestCase):
    def setUp(self):
        self.server = Server("--edition", "undated")
        self.addCleanup(self.server.stop)

    def test_has_no_dry_run_and_no_snapshots(self):
        for parameter in ("DryRun", "DeleteBindedSnap"):
            refused(self.server.account(A), "UnknownParameter", {"ImageIds": [A], parameter: True})

    def test_requires_a_region_that_looks_like_one(self):
        refused(self.server.account(A), "MissingParameter", {"ImageIds": [A]}, without="Region")
        refused(self.server.account(A), "InvalidParameterValue", {"ImageIds": [A]}, region="?")
        refused(self.server.account(A), "UnsupportedRegion", {"ImageIds": [A]}, region="ap-shanghai-fsi")
        self.server.host = "cvm.ap-shanghai-fsi.tencentcloudapi.com"
        deletes(self.server.account(A), [A], {"ImageIds": [A]}, region="ap-shanghai-fsi")

    def test_understands_the_action_of_its_example(self):
        deletes(self.server.account(A), [A], {"ImageIds": [A]}, "query sha1", "DeleteImage")

    def test_tells_only_the_four_codes_of_its_page(self):
        for members, code in (({"TaskRunning": True}, IN_STATE), ({"ImageState": "USING"}, IN_STATE), (SHARED_OUT, "InvalidImageId.InShared"),
                              ({"ImageType": "SHARED_IMAGE"}, "InvalidImageId.InShared"), ({"ImageType": "PUBLIC_IMAGE"}, "InvalidImageId.NotFound")):
            refused(self.server.account({"ImageId": A, **members}), code, {"ImageIds": [A]})


class TheRealClock(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)

    def test_lets_ten_calls_a_second_pass(self):
        account = self.server.account(A, rateLimit=10)
        time.sleep(1.02 - time.time() % 1)          # just after the second began
        codes = [account.call({"ImageIds": [NEVER]}).code for _ in range(15)]
        self.assertEqual(codes, ["InvalidImageId.NotFound"] * 10 + ["RequestLimitExceeded"] * 5)
        time.sleep(1.02 - time.time() % 1)
        deletes(account, [A], {"ImageIds": [A]})

    def test_cannot_be_advanced(self):
        self.assertEqual(self.server.hook("POST", f"/{self.server.account(A).name}/clock", {"advanceMs": 1})[0], 409)

    def test_serves_a_hundred_connections(self):
        accounts = [self.server.account(A, B) for _ in range(100)]
        connections = [self.server.connect() for _ in accounts]
        for account, connection in zip(accounts, connections):
            connection.sendall(account.request({"ImageIds": [A]}))
        for account, connection in zip(accounts, connections):
            self.assertIsNone(Reply(*self.server.send(b"", connection)).code)
            self.assertEqual(set(account.world()["images"]), {B})
            connection.close()


class TheSignatures(unittest.TestCase):
    """Vectors that the manual prints; both signers must find them: the endpoint's, and the one of this test."""
    KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
    PAYLOAD = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    ACTION = "x-tc-action:describeinstances\n"
    HOST = "cvm.tencentcloudapi.com"
    TC3 = [("POST", "", "application/json; charset=utf-8", PAYLOAD, 1551113065, "*" * 32, ACTION,
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"),
           ("POST", "", "application/json; charset=utf-8", PAYLOAD, 1551113065, "Gu5t9xGARNpq86cd98joQYCN3*******", ACTION,
            "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3"),
           ("POST", "", "application/json; charset=utf-8", PAYLOAD, 1551113065, "Gu5t9xGARNpq86cd98joQYCN3*******", "",
            "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"),
           ("POST", "", "application/json; charset=utf-8", PAYLOAD, 1551113065, KEY, "",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"),
           ("GET", "Limit=10&Offset=0", "application/x-www-form-urlencoded", b"", 1539084154, KEY, "",
            "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474")]
    V1 = [("AKID" + "*" * 32, "*" * 32, {}, "7RAM2xfNMO9EiVTNmPg06MRnCvQ="),
          ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******", "Gu5t9xGARNpq86cd98joQYCN3*******", {}, "zmmjn35mikh6pM3V7sUEuX4wyYM="),
          ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", KEY, {}, "EliP9YW3pW28FpsEdkXt/+WcGeI="),
          ("AKID" + "*" * 32, "*" * 32, {"SignatureMethod": "HmacSHA256"}, "JeJpKl2qfbiWZ3sk88EAhwAa4TIAZ3ZqEQoYJtT2OdU=")]

    @classmethod
    def setUpClass(cls):
        sys.path.insert(0, str(pathlib.Path(ENDPOINT).parent))

    def test_of_tc3_are_the_printed_ones(self):
        from http11 import Request
        from signatures import tc3_signatures
        for method, query, content_type, body, timestamp, key, more, expected in self.TC3:
            names, ours = tc3_signature(method, query, content_type, self.HOST, body, timestamp, key, more)
            self.assertEqual(ours, expected)
            headers = {"host": self.HOST, "content-type": content_type, "x-tc-action": "DescribeInstances"}
            scope = re.fullmatch("(.*)/(.*)/(.*)/(.*)/(.*)", f"id/{time.strftime('%Y-%m-%d', time.gmtime(timestamp))}/cvm/{names}/{expected}")
            theirs = tc3_signatures(Request(method, "/", query, headers, body, True), str(timestamp), scope, key)
            self.assertIn(expected.encode(), list(theirs))

    def test_of_v1_are_the_printed_ones(self):
        from http11 import Request
        from signatures import v1_signatures
        for secret_id, key, more, expected in self.V1:
            parameters = {"Action": "DescribeInstances", "InstanceIds.0": "ins-09dx96dg", "Limit": "20", "Nonce": "11886", "Offset": "0",
                          "Region": "ap-guangzhou", "SecretId": secret_id, "Timestamp": "1465185768", "Version": "2017-03-12", **more}
            self.assertEqual(v1_signature("GET", self.HOST, parameters, key), expected)
            self.assertIn(expected.encode(), list(v1_signatures(Request("GET", "/", "", {"host": self.HOST}, b"", True), parameters, key)))


add_tests()
if __name__ == "__main__":
    unittest.main()
