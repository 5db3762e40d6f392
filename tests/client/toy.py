"""A toy SDK and its driver in one, in Python's standard library alone: what a careful client does.

    toy.py [--fault NAME]        one of toy_faults.FAULTS is switched on

It proves the runner: without a fault it passes every client case, with one it is caught by name.
"""
import base64
import hashlib
import hmac
import json
import random
import ssl
import sys
import time
import uuid
from urllib.parse import quote, urlencode

import toy_faults
from http11 import Deadline, Failed, Line

FEATURES = ["post-json", "get", "v1", "token", "timeout", "retry-network", "retry-rate", "https", "port", "failover"]
HOST = "cvm.tencentcloudapi.com"
VERSION = "2017-03-12"
RATE = "RequestLimitExceeded"


class ApiError(Exception):
    """The service said no."""

    def __init__(self, code, message, request_id):
        super().__init__(message)
        self.code, self.message, self.request_id = code, message, request_id


class ToyError(Exception):
    """The toy's own: there is no answer of the service."""


def hmac256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def flat(params):
    """Name and text of each parameter, as a query carries them."""
    pairs = {}
    for name, value in params.items():
        if isinstance(value, list):
            pairs.update({f"{name}.{i}": str(item) for i, item in enumerate(value)})
        elif value is not None:
            pairs[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return pairs


def encoded(pairs):
    return urlencode(pairs, quote_via=quote, safe="-_.~")


def unique(pairs):
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a member stands there twice")
    return dict(pairs)


class Toy:
    """One client of the SDK. The small methods are where faults bend it."""

    def __init__(self, config):
        self.config = config
        self.context, self.failures = None, 0
        if (config["scheme"] or "https") == "https":
            self.context = self.trust(ssl.create_default_context(cafile=config["caFile"] or None))
        self.turn_to(config["endpoint"] or HOST)

    def turn_to(self, host):
        self.host = host
        name, _, port = host.partition(":")
        self.line = Line(name, int(port or (443 if self.context else 80)), self.context)

    # -- what is sent -----------------------------------------------------------------------------------------

    def trust(self, context):
        return context

    def params(self, params):
        return params

    def flat(self, params):
        return flat(params)

    def encoded(self, pairs):
        return encoded(pairs)

    def now(self):
        return int(time.time())

    def date(self, now):
        return time.strftime("%Y-%m-%d", time.gmtime(now))

    def service(self):
        return "cvm"

    def order(self, pairs):
        return sorted(pairs)

    def finished(self, method, target, headers, body):
        return method, target, headers, body

    def request(self, action, params):
        config = self.config
        params = self.params(dict(params))
        if config["sign"] == "TC3-HMAC-SHA256":
            method, target, headers, body = self.tc3(action, params)
        else:
            method, target, headers, body = self.v1(action, params)
        method, target, headers, body = self.finished(method, target, headers, body)
        if method == "POST" or body:
            headers.append(("Content-Length", str(len(body))))
        head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)
        return head.encode() + b"\r\n" + body

    def tc3(self, action, params):
        config, now = self.config, self.now()
        get = config["method"] == "GET"
        query = self.encoded(self.flat(params)) if get else ""
        body = b"" if get else json.dumps(params).encode()
        content_type = "application/x-www-form-urlencoded" if get else "application/json"
        canonical = "\n".join([config["method"], "/", query, f"content-type:{content_type}\nhost:{self.host}\n",
                               "content-type;host", hashlib.sha256(body).hexdigest()])
        date = self.date(now)
        scope = f"{date}/{self.service()}/tc3_request"
        text = "\n".join(["TC3-HMAC-SHA256", str(now), scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("TC3" + config["secretKey"]).encode()
        for part in scope.split("/"):
            key = hmac256(key, part)
        signature = hmac256(key, text).hex()
        headers = [("Host", self.host), ("Content-Type", content_type), ("Accept-Encoding", "gzip"),
                   ("Authorization", f"TC3-HMAC-SHA256 Credential={config['secretId']}/{scope}, "
                                     f"SignedHeaders=content-type;host, Signature={signature}"),
                   ("X-TC-Action", action), ("X-TC-Version", VERSION), ("X-TC-Timestamp", str(now))]
        for name, member in (("X-TC-Region", "region"), ("X-TC-Language", "language"), ("X-TC-Token", "token")):
            if config[member]:
                headers.append((name, config[member]))
        return config["method"], "/?" + query if query else "/", headers, body

    def v1(self, action, params):
        config = self.config
        pairs = {**self.flat(params), "Action": action, "Version": VERSION, "Timestamp": str(self.now()),
                 "Nonce": str(random.randrange(1, 1 << 31)), "SecretId": config["secretId"],
                 "SignatureMethod": config["sign"]}
        for name in ("Region", "Language", "Token"):
            if config[name.lower()]:
                pairs[name] = config[name.lower()]
        text = config["method"] + self.host + "/?" + "&".join(f"{k}={pairs[k]}" for k in self.order(pairs))
        digest = hashlib.sha256 if config["sign"] == "HmacSHA256" else hashlib.sha1
        signature = hmac.new(config["secretKey"].encode(), text.encode(), digest).digest()
        pairs["Signature"] = base64.b64encode(signature).decode()
        headers = [("Host", self.host), ("Accept-Encoding", "gzip")]
        if config["method"] == "GET":
            return "GET", "/?" + self.encoded(pairs), headers, b""
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        return "POST", "/", headers, self.encoded(pairs).encode()

    # -- what is made of the reply ----------------------------------------------------------------------------

    def parsed(self, text):
        return json.loads(text, object_pairs_hook=unique)

    def pause(self, deadline):
        time.sleep(min(0.15, deadline.left() or 0.15))

    def answer(self, status, headers, body):
        if status != 200:
            raise ToyError(f"HTTP status {status}")
        try:
            response = self.parsed(body.decode("utf-8"))["Response"]
            request_id, error = response["RequestId"], response.get("Error")
            if error is not None:
                error = (error["Code"], error.get("Message", ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            raise ToyError(f"this is no reply: {type(problem).__name__}") from problem
        texts = [request_id, *(error or ())]
        if not all(isinstance(text, str) for text in texts) or not request_id:
            raise ToyError("this is no reply: a text is none")
        if error:
            raise ApiError(*error, request_id)
        return {"RequestId": request_id}

    # -- how often and how long --------------------------------------------------------------------------------------------

    def deadline(self):
        return Deadline(self.config["timeoutMs"] / 1000)

    def down(self):
        return self.failures >= 5

    def exchange(self, request, deadline):
        """Counts what the endpoint leaves unanswered, for the second one's sake."""
        self.failures += 1
        reply = self.line.exchange(request, deadline)
        self.failures = 0
        return reply

    def call(self, action, params):
        deadline = self.deadline()
        if self.config.get("backupEndpoint") and self.down():
            self.turn_to(self.config["backupEndpoint"])
        network, rate = (self.config["retries"][kind] for kind in ("network", "rate"))
        while True:
            try:
                return self.answer(*self.exchange(self.request(action, params), deadline))
            except Failed as failed:
                if network == 0:
                    raise ToyError(str(failed)) from failed
                network -= 1
            except ApiError as error:
                if rate == 0 or error.code != RATE:
                    raise
                rate -= 1
            self.pause(deadline)


class Driver:
    def __init__(self, sdk):
        self.sdk, self.config, self.toy = sdk, None, None

    def call(self, message):
        if self.config != message["config"]:
            self.config = message["config"]
            self.toy = self.sdk(self.config)
        try:
            return {"ok": True, "result": self.toy.call(message["action"], message["params"])}
        except ApiError as error:
            return {"ok": False, "error": {"kind": "api", "type": "ApiError", "code": error.code,
                                           "message": error.message, "requestId": error.request_id}}
        except (ToyError, Failed) as error:
            return {"ok": False, "error": {"kind": "client", "type": "ToyError", "message": str(error)}}
        except Exception as error:
            return {"ok": False, "error": {"kind": "raw", "type": type(error).__name__, "message": str(error)}}

    def run(self):
        for line in sys.stdin:
            message = json.loads(line)
            if message["op"] == "exit":
                return
            if message["op"] == "hello":
                reply = {"ok": True, "sdk": "toy", "version": "1", "language": "python " + sys.version.split()[0],
                         "features": FEATURES}
            else:
                reply = self.call(message)
            print(json.dumps({"id": message["id"], **reply}), flush=True)


if __name__ == "__main__":
    name = sys.argv[sys.argv.index("--fault") + 1] if "--fault" in sys.argv else ""
    Driver(toy_faults.bent(name, Toy, sys.modules[__name__])).run()
