"""Drives tccli: one JSON object a line on stdin, one on stdout. Each call is one process of tccli, as at a shell.

The process is forked off this one, which has tccli loaded already: a start of Python for every call would be most of the time.
"""
import importlib.metadata
import json
import os
import platform
import re
import select
import signal
import sys
import traceback

# tccli wraps the standard output it finds when it is loaded: it may not have ours.
REPLIES = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

import certifi
import tccli.main
import tccli.services.cvm.cvm_client

HELLO = {
    "ok": True,
    "sdk": "tccli",
    "version": importlib.metadata.version("tccli"),
    "language": f"python {platform.python_version()}",
    # Always HTTPS, always POST, always TC3; no retries.
    "features": ["process-per-call", "post-json", "token", "language", "region", "timeout", "https", "port"],
}
SDK_ERROR = re.compile(r"^\[TencentCloudSDKException\] code:(.*?) message:(.*?) requestId:(\S*)$", re.S | re.M)


def error(kind, message, type="", code="", request_id=""):
    return {"ok": False, "error": {"kind": kind, "type": type, "code": code, "message": message, "requestId": request_id}}


def arguments_for(action, params, config):
    """What a user would type; None and why where tccli has no way to say it."""
    if config["scheme"] == "http":
        return None, "tccli speaks HTTPS only"
    if config["method"] not in ("", "POST") or config["sign"] not in ("", "TC3-HMAC-SHA256"):
        return None, "tccli always POSTs with TC3-HMAC-SHA256"
    if config["retries"]["network"] or config["retries"]["rate"]:
        return None, "tccli has no retries"
    if config["timeoutMs"] % 1000:
        return None, "the time-out is a whole number of seconds"
    arguments = ["tccli", "cvm", action, "--secretId", config["secretId"], "--secretKey", config["secretKey"]]
    for option in ("token", "region", "endpoint", "language"):
        if config[option]:
            arguments += ["--" + option, config[option]]
    if config["timeoutMs"]:
        arguments += ["--timeout", str(config["timeoutMs"] // 1000)]
    for name, value in params.items():
        if value is None:
            return None, "an option cannot be null"
        arguments += ["--" + name, json.dumps(value)]
    if any("\0" in argument for argument in arguments):
        return None, "an argument cannot hold a NUL"
    return arguments, ""


def run_as(arguments, ca_file):
    """In the child: becomes tccli."""
    if ca_file:  # tccli has no setting for trust: it takes certifi's file
        certifi.where = lambda: ca_file
    sys.argv = arguments
    try:
        code = tccli.main.main() or 0
    except SystemExit as thrown:
        code = thrown.code if isinstance(thrown.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


def run(arguments, ca_file):
    """The exit code and what it said on both outputs."""
    pipes = [os.pipe(), os.pipe()]
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(pipes[0][1], 1)
        os.dup2(pipes[1][1], 2)
        run_as(arguments, ca_file)
    said = {}
    for reading, writing in pipes:
        os.close(writing)
        said[reading] = b""
    waiting = list(said)
    while waiting:
        for reading in select.select(waiting, [], [])[0]:
            chunk = os.read(reading, 1 << 16)
            said[reading] += chunk
            if not chunk:
                waiting.remove(reading)
                os.close(reading)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), *(text.decode("utf-8", "replace") for text in said.values())


def result_of(output):
    try:
        result = json.loads(output)
    except ValueError:
        return {}
    return result if isinstance(result, dict) else {}


def call(action, params, config):
    arguments, why_not = arguments_for(action, params, config)
    if arguments is None:
        return error("unsupported", why_not)
    code, output, errors = run(arguments, config["caFile"])
    sys.stderr.write(errors)
    sys.stderr.flush()
    if code == 0:
        return {"ok": True, "result": result_of(output)}
    if code < 0:
        return error("raw", errors, signal.strsignal(-code))
    found = SDK_ERROR.search(errors)
    if not found and "Traceback (most recent call last)" in errors:
        return error("raw", errors, errors.rstrip().rsplit("\n", 1)[-1].split(":")[0])
    if not found:
        return error("client", errors.strip(), "tccli")
    code, message, request_id = found.groups()
    # Errors of the SDK itself have a code too, but only the service gives a RequestId.
    own = request_id in ("", "None")
    return error("client" if own else "api", message, "TencentCloudSDKException", code, "" if own else request_id)


def main():
    for line in open(0, encoding="utf-8"):
        request = json.loads(line)
        if request["op"] == "exit":
            return
        if request["op"] == "hello":
            reply = HELLO
        elif request["op"] == "call":
            reply = call(request["action"], request["params"], request["config"])
        else:
            reply = error("unsupported", f"no operation {request['op']}")
        REPLIES.write(json.dumps({"id": request["id"], **reply}) + "\n")
        REPLIES.flush()


main()
