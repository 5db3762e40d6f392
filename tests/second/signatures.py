"""TC3-HMAC-SHA256 and v1, as the manual's signature pages have them."""
import base64
import hashlib
import hmac
import time


def sha256_hex(data):
    return hashlib.sha256(data).hexdigest()


def tc3_signatures(request, timestamp, scope, secret_key):
    """Every lawful TC3-HMAC-SHA256 signature of this request: values in the canonical form are lower case, but SDKs sign
    the content type as it is, the host with or without its port, and "/" or the path they were given. None at all if
    the scope is wrong."""
    _, date, service, signed, _ = scope.groups()
    names, headers = sorted(signed.split(";")), request.headers
    if not {"host", "content-type"} <= set(names) <= set(headers) \
            or date != time.strftime("%Y-%m-%d", time.gmtime(int(timestamp))) or service not in ("cvm", headers["host"].split(".")[0]):
        return
    unsigned = headers.get("x-tc-content-sha256") == "UNSIGNED-PAYLOAD"
    payload_hash = sha256_hex(b"UNSIGNED-PAYLOAD" if unsigned else request.body)
    key = ("TC3" + secret_key).encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    for host in request.hosts():
        for content_type in dict.fromkeys((headers["content-type"], headers["content-type"].lower())):
            values = {**headers, "host": host.lower(), "content-type": content_type}
            lines = "".join(f"{n}:{values[n] if n == 'content-type' else values[n].lower()}\n" for n in names)
            query = request.query if request.method == "GET" else ""
            for path in dict.fromkeys(("/", request.path)):
                canonical = "\n".join((request.method, path, query, lines, signed, payload_hash)).encode("latin-1")
                text = f"TC3-HMAC-SHA256\n{timestamp}\n{date}/{service}/tc3_request\n{sha256_hex(canonical)}"
                yield hmac.digest(key, text.encode(), "sha256").hex().encode()


def v1_signatures(request, flat, secret_key):
    """Every lawful v1 signature: over the decoded values, sorted by name; exactly HmacSHA256 chooses SHA-256."""
    digest = "sha256" if flat.get("SignatureMethod") == "HmacSHA256" else "sha1"
    joined = "&".join(f"{name}={value}" for name, value in sorted(flat.items()) if name != "Signature")
    for host in request.hosts():
        text = f"{request.method}{host}/?{joined}".encode("utf-8", "surrogateescape")
        yield base64.b64encode(hmac.digest(secret_key.encode(), text, digest))
