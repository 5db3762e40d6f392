"""The faults of the toy client: each bends one thing and names the clause that it breaks.

FAULTS maps a name to (clause, pattern, bend): the pattern selects cases among which some must notice it, and bend(Toy,
toy) answers a class that has the fault, where `toy` is the module of the toy.
"""
import json
import os
import ssl
import sys
import threading
import time

FAULTS = {}


def fault(name, clause, pattern):
    def add(bend):
        assert name not in FAULTS, name
        FAULTS[name] = (clause, pattern, bend)
        return bend
    return add


def bent(name, toy_class, module):
    return FAULTS[name][2](toy_class, module) if name else toy_class


def method(name, clause, pattern, **methods):
    """A fault that replaces methods; each gets the method it replaces as its second argument."""
    def bend(toy_class, module):
        members = {}
        for word, function in methods.items():
            members[word] = lambda self, *args, _f=function, _w=word: _f(self, getattr(super(made, self), _w), *args)
        made = type(name, (toy_class,), members)
        made.module = module
        return made
    fault(name, clause, pattern)(bend)


def of_ids(change):
    return lambda self, rest, params: {**params, "ImageIds": change(params["ImageIds"])} if "ImageIds" in params else params


def header(change):
    """`change` gets and answers a dictionary of headers."""
    return lambda self, rest, m, target, headers, body: (m, target, list(change(self, dict(headers)).items()), body)


# -- what is sent ---------------------------------------------------------------------------------------------------

DROPPED, ADDED, VALUES = "client.send.nothing-dropped", "client.send.nothing-added", "client.send.values"
method("drops-the-last-id", DROPPED, "client-ids", params=of_ids(lambda ids: ids[:-1] if len(ids) > 1 else ids))
method("drops-the-eleventh-id", DROPPED, "client-ids", params=of_ids(lambda ids: ids[:10] + ids[11:]))
method("drops-repeated-ids", DROPPED, "client-ids", params=of_ids(lambda ids: list(dict.fromkeys(ids))))
method("sends-an-id-twice", ADDED, "client-ids", params=of_ids(lambda ids: ids + ids[:1]))
method("trims-ids", VALUES, "client-texts", params=of_ids(lambda ids: [i.strip() for i in ids]))
method("lowers-ids", VALUES, "client-texts", params=of_ids(lambda ids: [i.lower() for i in ids]))
method("cuts-ids-at-nul", VALUES, "client-texts", params=of_ids(lambda ids: [i.split("\0")[0] for i in ids]))
method("drops-what-is-not-ascii", VALUES, "client-texts",
       params=of_ids(lambda ids: [i.encode("ascii", "ignore").decode() for i in ids]))
method("drops-false", DROPPED, "client-booleans",
       params=lambda self, rest, p: {k: v for k, v in p.items() if v is not False})
method("adds-dry-run", ADDED, "client-send", params=lambda self, rest, p: {"DryRun": False, **p})
method("deletes-snapshots-unasked", ADDED, "client-send", params=lambda self, rest, p: {"DeleteBindedSnap": True, **p})
method("forgets-nothing", ADDED, "client-send",
       params=lambda self, rest, p: self.__dict__.setdefault("kept", {}).update(p) or dict(self.kept))
method("dry-run-is-always-false", VALUES, "client-booleans",
       params=lambda self, rest, p: {**p, "DryRun": False} if "DryRun" in p else p)
method("booleans-as-numbers-in-json", VALUES, "client-booleans",
       params=lambda self, rest, p: {k: int(v) if isinstance(v, bool) and self.config["method"] == "POST" else v
                                     for k, v in p.items()})
method("counts-from-one", "client.send.readable", "client-ids",
       flat=lambda self, rest, p: {k if "." not in k else f"{k.split('.')[0]}.{int(k.split('.')[1]) + 1}": v
                                   for k, v in rest(p).items()})
method("leaves-plus-signs", VALUES, "client-texts", encoded=lambda self, rest, p: rest(p).replace("%2B", "+"))
method("encodes-twice", VALUES, "client-texts", encoded=lambda self, rest, p: rest(p).replace("%20", "%2520"))
method("wrong-version", "client.send.version", "client-send",
       finished=header(lambda self, h: {**h, "X-TC-Version": "2016-03-12"} if "X-TC-Version" in h else h))
method("wrong-action", "client.send.action", "client-send",
       finished=header(lambda self, h: {**h, "X-TC-Action": "DescribeImages"} if "X-TC-Action" in h else h))
method("one-region-for-all", "client.send.region", "client-send",
       finished=header(lambda self, h: {**h, "X-TC-Region": "ap-guangzhou"} if "X-TC-Region" in h else h))
method("drops-the-language", "client.send.language", "client-send",
       finished=header(lambda self, h: {k: v for k, v in h.items() if k != "X-TC-Language"}))
method("drops-the-token", "client.send.token", "client-send",
       finished=header(lambda self, h: {k: v for k, v in h.items() if k != "X-TC-Token"}))
method("token-unasked", "client.send.token", "client-send",
       finished=header(lambda self, h: {"X-TC-Token": "of-somebody", **h}))
method("path-of-version-two", "client.send.path", "client-send",
       finished=lambda self, rest, m, target, headers, body: (m, target.replace("/", "/v2/index.php", 1), headers, body))
method("post-for-get", "client.send.method", "client-send",
       finished=lambda self, rest, m, target, headers, body: ("POST", target, headers, body))
method("content-type-of-text", "client.send.content-type", "client-send",
       finished=header(lambda self, h: {**h, "Content-Type": "text/plain"}))
method("another-host", "client.send.host", "client-send",
       finished=header(lambda self, h: {**h, "Host": "cvm.example.com"}))

# -- the signature --------------------------------------------------------------------------------------------------

method("date-of-tomorrow", "client.sign.scope", "client-send", date=lambda self, rest, now: rest(now + 86400))
method("service-of-others", "client.sign.scope", "client-send", service=lambda self, rest: "cbs")
method("clock-ten-minutes-slow", "client.sign.timestamp", "client-send", now=lambda self, rest: rest() - 600)
method("milliseconds", "client.sign.timestamp", "client-send", now=lambda self, rest: rest() * 1000,
       date=lambda self, rest, now: rest(now // 1000))
method("v1-not-sorted", "client.sign.verifies", "client-ids", order=lambda self, rest, pairs: list(pairs))
method("v1-sorted-by-number", "client.sign.verifies", "client-ids",
       order=lambda self, rest, pairs: sorted(pairs, key=lambda k: (k.split(".")[0], int((k + ".0").split(".")[1]))))
method("sha1-for-sha256", "client.sign.family", "client-send",
       __init__=lambda self, rest, c: rest({**c, "sign": c["sign"].replace("HmacSHA256", "HmacSHA1")}))
method("signs-the-host-alone", "client.sign.signed-headers", "client-send",
       finished=header(lambda self, h: {**h, "Authorization": h["Authorization"].replace("content-type;host", "host")}
                       if "Authorization" in h else h))
method("no-signature", "client.sign.signed", "client-send",
       finished=header(lambda self, h: {k: v for k, v in h.items() if k != "Authorization"}))
method("sends-the-key", "client.leak.key-on-the-wire", "client-send",
       finished=header(lambda self, h: {**h, "X-Debug": self.config["secretKey"]}))
method("signature-of-the-first-call", "client.sign.verifies", "client-send",
       finished=header(lambda self, h: {**h, "Authorization": self.__dict__.setdefault("first", h["Authorization"])}
                       if "Authorization" in h else h))



def v1(change):
    """`change(self, pairs)` bends what a v1 request holds before it is signed."""
    def order(self, rest, pairs):
        change(self, pairs)
        return rest(pairs)
    return order


NONCE = "client.sign.nonce"
method("one-nonce-for-all", NONCE, "client-send/client*", order=v1(lambda self, pairs: pairs.update(Nonce="11886")))
method("nonce-of-letters", NONCE, "client-send/one-image*", order=v1(lambda self, pairs: pairs.update(Nonce="a1b2")))
method("retries-with-the-same-nonce", NONCE, "client-retries/rate*",
       request=lambda self, rest, *args: self.__dict__.setdefault("signed", rest(*args)))
method("date-of-this-place", "client.sign.scope", "client-send/one-image*",
       date=lambda self, rest, now: time.strftime("%Y-%m-%d", time.localtime(now)))
method("clock-of-ten-minutes", "client.sign.timestamp", "client-send", now=lambda self, rest: rest() // 600 * 600 - 91)
method("header-twice", "client.send.readable", "client-send/one-image*",
       finished=lambda self, rest, m, target, headers, body: (m, target, headers + [("X-TC-Action", "DescribeImages")], body))
method("parameter-twice-in-json", "client.send.readable", "client-booleans",
       tc3=lambda self, rest, action, params: twice(rest(action, params)))


def twice(request):
    method, target, headers, body = request
    return method, target, headers, body[:-1] + b',"DryRun":false}' if b'"DryRun"' in body else body


# -- what is made of a reply ----------------------------------------------------------------------------------------

FALSE, OWN, ID = "client.hear.no-false-success", "client.hear.own-error", "client.hear.request-id"


def on_error(kind, change):
    """`change(self, error)` answers the result, or raises something else."""
    def answer(self, rest, *reply):
        try:
            return rest(*reply)
        except getattr(self.module, kind) as error:
            return change(self, error)
    return answer


def again(self, error, **members):
    for name, value in members.items():
        setattr(error, name, value)
    if "message" in members:
        error.message = members["message"]
    raise error


def throw(error):
    raise error


method("error-is-success", FALSE, "client-errors",
       answer=on_error("ApiError", lambda self, e: {"RequestId": e.request_id}))
method("not-found-is-success", FALSE, "client-errors",
       answer=on_error("ApiError", lambda self, e: {"RequestId": e.request_id} if "NotFound" in e.code else throw(e)))
method("error-only-with-a-status", FALSE, "client-errors",
       answer=lambda self, rest, status, headers, body: {"RequestId": json.loads(body)["Response"]["RequestId"]}
       if status == 200 and b'"Error"' in body else rest(status, headers, body))
method("error-only-as-json-type", FALSE, "client-errors",
       answer=lambda self, rest, status, headers, body: {"RequestId": "x"}
       if b'"Error"' in body and "json" not in headers.get("content-type", ["json"])[0] else rest(status, headers, body))
method("sub-codes-dropped", "client.hear.code", "client-errors",
       answer=on_error("ApiError", lambda self, e: again(self, e, code=e.code.split(".")[0])))
method("unknown-codes-are-own-errors", "client.hear.code", "client-errors",
       answer=on_error("ApiError", lambda self, e: throw(self.module.ToyError("?") if "-" in e.code else e)))
method("unknown-codes-throw", OWN, "client-errors",
       answer=on_error("ApiError", lambda self, e: throw(KeyError(e.code) if e.code == "SomethingNew" else e)))
method("messages-trimmed", "client.hear.message", "client-errors",
       answer=on_error("ApiError", lambda self, e: throw(self.module.ApiError(e.code, str(e).strip(), e.request_id))))
method("messages-in-latin-1", "client.hear.message", "client-errors",
       answer=on_error("ApiError", lambda self, e: throw(self.module.ApiError(
           e.code, str(e).encode().decode("latin-1"), e.request_id))))
method("request-id-lost-in-errors", ID, "client-errors",
       answer=on_error("ApiError", lambda self, e: again(self, e, request_id="")))
method("request-id-of-the-first-call", ID, "client-success",
       answer=lambda self, rest, *reply: self.__dict__.setdefault("first_reply", rest(*reply)))
method("what-is-no-reply-is-success", FALSE, "client-malformed",
       answer=on_error("ToyError", lambda self, e: {}))
method("null-throws", OWN, "client-malformed",
       answer=lambda self, rest, status, headers, body: throw(TypeError("null")) if body == b"null" else
       rest(status, headers, body))
method("no-json-throws", OWN, "client-malformed",
       answer=lambda self, rest, status, headers, body: (json.loads(body), rest(status, headers, body))[1])
method("request-id-not-needed", "client.hear.request-id-required", "client-malformed",
       answer=lambda self, rest, status, headers, body: {} if body == b'{"Response":{}}' else rest(status, headers, body))
method("last-of-two-members", "client.hear.duplicates", "client-malformed", parsed=lambda self, rest, text: json.loads(text))
method("empty-error-is-none", "client.hear.empty-error", "client-malformed",
       parsed=lambda self, rest, text: json.loads(text.replace('"Error":{},', "")))
method("status-ignored", "client.hear.status", "client-broken/status*", answer=lambda self, rest, status, headers, body: rest(200, headers, body))
method("dies-of-depth", "client.process.survives", "client-json/a-hundred*",
       answer=lambda self, rest, status, headers, body: os.abort() if body.count(b"[") > 5000 else rest(status, headers, body))
method("exits-on-no-json", "client.process.survives", "client-malformed/body*",
       answer=lambda self, rest, status, headers, body: os._exit(3) if body.startswith(b"<") else rest(status, headers, body))
method("hangs-on-null", "client.process.answers", "client-malformed/body[post-tc3,null]",
       answer=lambda self, rest, status, headers, body: time.sleep(60) if body == b"null" else rest(status, headers, body))


@fault("short-bodies-do", FALSE, "client-broken")
def _(toy_class, module):
    import http11
    def take(self, count, deadline):
        while len(self.buffer) < count and self.more(deadline):
            pass
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data
    http11.Line.take = take
    return toy_class


method("reads-the-beginning", FALSE, "client-errors/behind*",
       answer=lambda self, rest, status, headers, body: {"RequestId": body.decode()[27:63]} if len(body) > 65536 else
       rest(status, headers, body))
method("first-error-member-only", FALSE, "client-errors/order*",
       answer=lambda self, rest, status, headers, body: rest(status, headers, body) if
       not body.startswith(b'{"Response":{"RequestId"') else {"RequestId": body.decode()[27:63]})
method("escapes-left-in-messages", "client.hear.message", "client-errors/message*",
       answer=lambda self, rest, status, headers, body: rest(status, headers, body.replace(b"\\u", b"\\\\u")))
method("success-by-2xx-and-3xx", FALSE, "client-redirects", answer=lambda self, rest, status, headers, body:
       {} if status // 100 in (2, 3) and not body else rest(status, headers, body))
method("last-reply-again", ID, "client-success/again*", exchange=lambda self, rest, request, deadline:
       self.__dict__.setdefault("cached", rest(request, deadline)))


@fault("no-trailers", "client.hear.lawful-http", "client-http/trailer*")
def _(toy_class, module):
    import http11
    whole = http11.Line.chunks
    def chunks(self, deadline):
        line = self.line
        def shorter(deadline):
            text = line(deadline)
            if text.startswith(b"X-"):
                self.buffer = text + b"\r\n" + self.buffer
                return b""
            return text
        self.line = shorter
        try:
            return whole(self, deadline)
        finally:
            del self.line
    http11.Line.chunks, http11.Line.usable = chunks, lambda self: bool(self.socket)
    return toy_class


@fault("coding-in-small-letters-only", "client.hear.lawful-http", "client-http/chunked-in*")
def _(toy_class, module):
    import http11
    whole = http11.Line.body
    def body(self, values, deadline):
        if values.get("transfer-encoding", ["chunked"]) != ["chunked"]:
            raise http11.Failed("no such coding")
        return whole(self, values, deadline)
    http11.Line.body = body
    return toy_class


@fault("surplus-is-the-next-reply", "client.hear.recovers", "client-once/next-call*")
def _(toy_class, module):
    import http11
    http11.Line.usable = lambda self: bool(self.socket)
    http11.Line.close, whole = lambda self: None, http11.Line.close
    return toy_class


@fault("names-of-headers-by-case", "client.hear.lawful-http", "client-http/names*")
def _(toy_class, module):
    import http11
    whole = http11.Line.body
    def body(self, values, deadline):
        if not self.raw_names & {"Content-Length", "Transfer-Encoding"}:
            raise http11.Failed("no length")
        return whole(self, values, deadline)
    line = http11.Line.line
    def noted(self, deadline):
        text = line(self, deadline)
        self.raw_names = getattr(self, "raw_names", set()) | {text.partition(b":")[0].decode("latin-1")}
        if text.startswith(b"HTTP/"):
            self.raw_names = set()
        return text
    http11.Line.body, http11.Line.line = body, noted
    return toy_class


@fault("no-gzip", "client.hear.lawful-http", "client-http/gzip*")
def _(toy_class, module):
    import http11
    http11.gzip.decompress = lambda body: body
    return toy_class


@fault("no-chunks", "client.hear.lawful-http", "client-http/chunk*")
def _(toy_class, module):
    import http11
    http11.Line.chunks = lambda self, deadline: self.line(deadline)
    return toy_class


# -- how often and how long -----------------------------------------------------------------------------------------

UNASKED = "client.repeat.unasked"


def with_retries(when):
    """Once more, behind the caller's back, when `when(self, error)`."""
    def call(self, rest, *args):
        try:
            return rest(*args)
        except Exception as error:
            if not when(self, error):
                raise
            return rest(*args)
    return call


method("retries-a-delete", UNASKED, "client-once/reset*", call=with_retries(lambda self, e: isinstance(e, self.module.ToyError)
                                                                     and "Status" not in str(e)))
method("retries-the-rate-limit", UNASKED, "client-once/error*",
       call=with_retries(lambda self, e: getattr(e, "code", "") == "RequestLimitExceeded"))
method("retries-internal-errors", UNASKED, "client-once/error*",
       call=with_retries(lambda self, e: getattr(e, "code", "") == "InternalError"))
method("retries-bad-gateways", UNASKED, "client-once/status*", call=with_retries(lambda self, e: "status 502" in str(e)))
method("retries-gets", UNASKED, "client-once/reset*",
       call=with_retries(lambda self, e: isinstance(e, self.module.ToyError) and self.config["method"] == "GET"))
method("retries-on-used-connections", UNASKED, "client-once/on-a*",
       call=with_retries(lambda self, e: isinstance(e, self.module.ToyError) and "closed" in str(e)
                         and self.__dict__.get("worked")),
       answer=lambda self, rest, *reply: (rest(*reply), self.__dict__.update(worked=True))[0])
method("retries-time-outs", UNASKED, "client-once/silence*", call=with_retries(lambda self, e: "timed out" in str(e).lower()))
method("sends-again-later", UNASKED, "client-once/success*",
       exchange=lambda self, rest, request, deadline: threading.Timer(0.005, lambda: self.module.Line(
           *self.line.address).exchange(request, self.deadline())).start() or rest(request, deadline))
method("sends-twice", UNASKED, "client-once/success*",
       exchange=lambda self, rest, request, deadline: (rest(request, deadline), rest(request, deadline))[1])


def on_retry(change):
    """`change(self, method, target, headers, body)` bends the second request of a call."""
    def finished(self, rest, *request):
        self.sent = self.__dict__.get("sent", 0) + 1
        return change(self, *request) if self.sent > 1 else request
    return finished


def without(*names):
    return lambda self, m, target, headers, body: (m, target, [h for h in headers if h[0] not in names], body)


method("token-dropped-on-retry", "client.send.token", "client-retries/rate*", finished=on_retry(without("X-TC-Token")))
method("region-dropped-on-retry", "client.send.region", "client-retries/rate*", finished=on_retry(without("X-TC-Region")))
method("dry-run-dropped-on-retry", DROPPED, "client-retries/rate*",
       params=lambda self, rest, p: {k: v for k, v in p.items() if k != "DryRun" or not self.__dict__.get("sent")},
       finished=on_retry(lambda self, *request: request))


def retries(change):
    return lambda self, rest, c: rest({**c, "retries": change(dict(c["retries"]))})


method("retries-without-end", "client.retry.bounded", "client-retries/network*",
       __init__=retries(lambda r: {k: 8 if v else 0 for k, v in r.items()}))
method("one-retry-too-many", "client.retry.bounded", "client-retries/network*",
       __init__=retries(lambda r: {k: v + 1 if v else 0 for k, v in r.items()}))
method("no-network-retries", "client.retry.network", "client-retries/connection*", __init__=retries(lambda r: {**r, "network": 0}))
method("no-rate-retries", "client.retry.rate", "client-retries/rate*", __init__=retries(lambda r: {**r, "rate": 0}))
method("retries-every-error", "client.retry.only-what-passes", "client-retries/other*",
       call=with_retries(lambda self, e: hasattr(e, "code") and self.config["retries"]["rate"] > 0))
method("signs-retries-once", "client.sign.timestamp", "client-retries/rate*",
       request=lambda self, rest, *args: self.__dict__.setdefault("signed", rest(*args)), now=lambda self, rest: rest() - 400)
method("retries-at-once", "client.retry.spacing", "client-retries/rate*", pause=lambda self, rest, deadline: None)
method("time-out-four-times", "client.time.silence", "client-timeouts/silence*",
       __init__=lambda self, rest, c: rest({**c, "timeoutMs": c["timeoutMs"] * 4}))
method("time-out-for-each-read", "client.time.drip", "client-timeouts/bytes*",
       deadline=lambda self, rest: type("Each", (), {"left": lambda _: self.config["timeoutMs"] / 1000})())
method("time-out-for-each-line", "client.time.drip", "client-timeouts/head*",
       deadline=lambda self, rest: type("Each", (), {"left": lambda _: self.config["timeoutMs"] / 1000})())
method("impatient", "client.time.patience", "client-timeouts/slow-but*",
       __init__=lambda self, rest, c: rest({**c, "timeoutMs": min(c["timeoutMs"], 800)}))


# -- connections ----------------------------------------------------------------------------------------------------

method("a-connection-for-each-call", "client.line.kept", "client-connections/kept*",
       exchange=lambda self, rest, *args: (rest(*args), self.line.close())[0])


@fault("goes-on-after-close", "client.line.close-honoured", "client-connections")
def _(toy_class, module):
    import http11
    whole = http11.Line.reply
    def reply(self, deadline):
        close, self.close = self.close, lambda: None
        try:
            return whole(self, deadline)
        finally:
            del self.close
    http11.Line.reply = reply
    return toy_class


@fault("does-not-notice-a-closed-connection", "client.line.closed-idle", "client-connections")
def _(toy_class, module):
    import http11
    http11.Line.usable = lambda self: bool(self.socket)
    return toy_class


@fault("takes-late-replies", "client.line.replies-keep-their-calls", "client-timeouts/late*")
def _(toy_class, module):
    import http11
    def exchange(self, request, deadline):
        if not self.socket:
            self.connect(deadline)
        try:
            self.socket.sendall(request)
            return self.reply(deadline)
        except OSError as error:
            raise http11.Failed(str(error))
    http11.Line.exchange = exchange
    return toy_class


# -- leaks ----------------------------------------------------------------------------------------------------------

def follows(change=lambda self, request: request, when=lambda self, status, place: True):
    def exchange(self, rest, request, deadline):
        from urllib.parse import urlsplit
        status, headers, body = rest(request, deadline)
        place = urlsplit(headers.get("location", [""])[0])
        if status // 100 != 3 or not place.port or not when(self, status, place):
            return status, headers, body
        context = None
        if place.scheme == "https":
            context = ssl.create_default_context(cafile=self.config["caFile"] or None)
        line = self.module.Line(place.hostname, place.port, context)
        return line.exchange(change(self, request), deadline)
    return exchange


def without_authorization(self, request):
    return b"\r\n".join(line for line in request.split(b"\r\n") if not line.startswith(b"Authorization"))


REDIRECT = "client.leak.redirect"
method("follows-redirects", REDIRECT, "client-redirects", exchange=follows())
method("follows-redirects-with-the-token", REDIRECT, "client-redirects", exchange=follows(without_authorization))
method("follows-307", REDIRECT, "client-redirects", exchange=follows(when=lambda self, status, place: status == 307))
method("follows-to-http", "client.leak.downgrade", "client-redirects",
       exchange=follows(when=lambda self, status, place: self.config["scheme"] == "https" and place.scheme == "http"))
method("follows-to-the-same-host", "client.leak.redirect-repeats", "client-redirects",
       exchange=follows(when=lambda self, status, place: place.netloc == self.host))


def unverified(self, rest, context):
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def any_name(self, rest, context):
    context.check_hostname = False
    return context


method("trusts-everybody", "client.tls.untrusted", "client-certificates", trust=unverified)
method("takes-any-name", "client.tls.wrong-name", "client-certificates", trust=any_name)


def any_time(self, rest, context):
    context.verify_flags |= 0x200000  # X509_V_FLAG_NO_CHECK_TIME
    return context


method("takes-any-time", "client.tls.expired", "client-certificates", trust=any_time)


def saying(text):
    def call(self, rest, *args):
        try:
            return rest(*args)
        except self.module.ToyError as error:
            raise self.module.ToyError(f"{error} ({text(self)})") from error
    return call


method("key-in-messages", "client.leak.messages", "client-secrets", call=saying(lambda self: self.config["secretKey"]))
method("token-in-messages", "client.leak.messages", "client-secrets", call=saying(lambda self: self.config["token"]))
method("key-in-the-log", "client.leak.log", "client-secrets",
       request=lambda self, rest, *args: print(self.config, file=sys.stderr) or rest(*args))


def into_a_file(self, rest, *args):
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"toy-{os.getpid()}.log")
    with open(path, "a") as log:
        log.write(self.config["secretKey"] + "\n")
    return rest(*args)


method("key-in-a-file", "client.leak.files", "client-secrets/in-files*", request=into_a_file)


# -- a second endpoint (in an isolated place alone) ---------------------------------------------------------------------

ANSWERS, DOWN = "client-failover/first-endpoint-answers*", "client-failover/first-endpoint-down*"
ISOLATED = "client-failover*", "client-redirects/from-https-to-http-of*"


def turning(change):
    """`change(self)` once the second endpoint is turned to."""
    def turn_to(self, rest, host):
        rest(host)
        if host == self.config.get("backupEndpoint"):
            change(self)
    return turn_to


method("turns-away-from-errors", "client.failover.only-when-down", ANSWERS,
       answer=on_error("ApiError", lambda self, e: self.__dict__.update(refused=self.__dict__.get("refused", 0) + 1) or throw(e)),
       down=lambda self, rest: rest() or self.__dict__.get("refused", 0) >= 5)
method("turns-away-from-successes", "client.failover.only-when-down", ANSWERS,
       answer=lambda self, rest, *reply: (rest(*reply), self.__dict__.update(done=self.__dict__.get("done", 0) + 1))[0],
       down=lambda self, rest: rest() or self.__dict__.get("done", 0) >= 5)
method("never-turns", "client.failover.switches", DOWN, down=lambda self, rest: False)
method("region-of-the-second-endpoint", "client.send.region", DOWN,
       turn_to=turning(lambda self: self.config.update(region="ap-guangzhou")))
method("token-for-the-first-alone", "client.send.token", DOWN, turn_to=turning(lambda self: self.config.update(token="")))
method("signs-for-the-first-endpoint", "client.sign.verifies", DOWN,
       turn_to=turning(lambda self: setattr(self, "host", self.config["endpoint"])),
       finished=header(lambda self, h: {**h, "Host": self.line.address[0]}))
method("follows-to-http-of-the-same-host", "client.leak.downgrade", "client-redirects/from-https-to-http-of*",
       exchange=lambda self, rest, request, deadline: to_plain(self, rest(request, deadline), request, deadline))


def to_plain(self, reply, request, deadline):
    if reply[0] // 100 != 3:
        return reply
    return self.module.Line(self.line.address[0], 80).exchange(request, deadline)
