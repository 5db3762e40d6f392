"""Drivers that are no good, to prove the runner: bad_driver.py KIND

    lying       tells of success and sends nothing
    dying       ends by SIGSEGV in every call
    leaving     exits with code 3 in every call
    silent      never answers a call
    mute        never answers the hello
    talkative   says on standard output what nobody asked for, before it answers
    late        the same, after it answered
    confused    answers to a call that is not the one that was made
    inventive   knows a kind of error that there is none of
    leaving-half    exits with code 3 in the middle of its answer
    leaving-after   exits with code 3 when it has answered
    closing         closes its standard output, and lives
    surrogate   answers with half a surrogate pair
"""
import json
import os
import signal
import sys
import time

KIND = sys.argv[1]


def say(message):
    print(json.dumps(message), flush=True)


def call(message):
    number = message["id"]
    if KIND == "dying":
        print("about to die", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
    if KIND == "leaving":
        os._exit(3)
    if KIND == "leaving-half":
        print('{"id":', end="", flush=True)
        os._exit(3)
    if KIND == "closing":
        os.close(1)
        time.sleep(60)
    if KIND == "silent":
        time.sleep(60)
    if KIND == "talkative":
        print("connecting…", flush=True)
    if KIND == "confused":
        number += 7
    if KIND == "inventive":
        return say({"id": number, "ok": False, "error": {"kind": "odd", "message": ""}})
    if KIND == "surrogate":
        return say({"id": number, "ok": False, "error": {"kind": "api", "code": "X", "message": "\ud800"}})
    say({"id": number, "ok": True, "result": {"RequestId": ""}})
    if KIND == "leaving-after":
        os._exit(3)
    if KIND == "late":
        print("done", flush=True)


for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "call":
        call(request)
    elif KIND == "mute":
        time.sleep(60)
    else:
        say({"id": request["id"], "ok": True, "sdk": KIND, "version": "1", "language": "python",
             "features": ["post-json", "port", "timeout", "https"]})
