#!/usr/bin/env python3
"""The requests of the benchmarks, signed, as each program wants them. Standard library only.

requests.py world HOOK                 makes the account and its image; its rate limit is lifted
requests.py wrk URL                    a script for wrk: one signed DryRun of an image that is there, again and again
requests.py suite COUNT                a suite of COUNT trials: each one POST that names an absent image
requests.py newman URL COUNT           the same POSTs and the same assertion as a collection for newman"""
import hashlib
import hmac
import json
import sys
import time
import urllib.parse
import urllib.request

SECRET_ID, SECRET_KEY, IMAGE = "AKIDdiconformbench01", "bench-secret-of-nobody", "img-1a2b3c4d"
WANTED = "InvalidImageId.NotFound"


def absent(number):
    return f"img-{number:08x}"


def signed(url, params):
    """Headers and body of a TC3-HMAC-SHA256 call, as the manual's signature page has it."""
    host, body, now = urllib.parse.urlsplit(url).netloc, json.dumps(params), int(time.time())
    date = time.strftime("%Y-%m-%d", time.gmtime(now))
    names, scope = "content-type;host", f"{date}/cvm/tc3_request"
    digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
    canonical = f"POST\n/\n\ncontent-type:application/json\nhost:{host}\n\n{names}\n{digest(body)}"
    key = ("TC3" + SECRET_KEY).encode()
    for part in (date, "cvm", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"TC3-HMAC-SHA256\n{now}\n{scope}\n{digest(canonical)}"
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return {"Content-Type": "application/json", "Host": host, "X-TC-Action": "DeleteImages", "X-TC-Version": "2017-03-12",
            "X-TC-Region": "ap-guangzhou", "X-TC-Timestamp": str(now),
            "Authorization": f"TC3-HMAC-SHA256 Credential={SECRET_ID}/{scope}, SignedHeaders={names}, Signature={signature}"}, body


def world(hook):
    content = {"secretKey": SECRET_KEY, "rateLimit": None, "images": [{"ImageId": IMAGE}]}
    call = urllib.request.Request(f"{hook}/{SECRET_ID}", json.dumps(content).encode(), {"Content-Type": "application/json"},
                                  method="PUT")
    urllib.request.urlopen(call).read()


def wrk(url):
    headers, body = signed(url, {"ImageIds": [IMAGE], "DryRun": True})
    call = urllib.request.Request(url, body.encode(), headers)
    reply = urllib.request.urlopen(call).read()
    if b'"Error"' in reply:
        sys.exit(f"the endpoint refuses what is to be measured: {reply}")
    lines = ['wrk.method = "POST"', f"wrk.body = {json.dumps(body)}"]
    return "\n".join(lines + [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()])


def suite(count):
    return json.dumps({"suite": "bench", "purpose": "Absent images, one POST each.", "cases": [
        {"name": "absent", "covers": ["errors.not-found"],
         "forEach": {"id": {f"n{n}": absent(n) for n in range(count)}},
         "call": {"ImageIds": ["$id"]}, "expect": {"reply": WANTED}}]})


def newman(url, count):
    test = ["pm.test('names the absent image', () => {",
            "  pm.expect(pm.response.code).to.eql(200);",
            f"  pm.expect(pm.response.json().Response.Error.Code).to.eql('{WANTED}');",
            "  pm.expect(pm.response.json().Response.RequestId).to.match(/^[0-9a-f-]{36}$/);", "});"]

    def item(number):
        headers, body = signed(url, {"ImageIds": [absent(number)]})
        return {"name": absent(number), "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": test}}],
                "request": {"method": "POST", "url": url, "header": [{"key": k, "value": v} for k, v in headers.items()],
                            "body": {"mode": "raw", "raw": body}}}
    return json.dumps({"info": {"name": "bench", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
                       "item": [item(number) for number in range(count)]})


if __name__ == "__main__":
    _, what, *rest = sys.argv
    made = {"world": world, "wrk": wrk, "suite": lambda count: suite(int(count)),
            "newman": lambda url, count: newman(url, int(count))}[what](*rest)
    if made:
        print(made)
