#!/usr/bin/env python3
"""A second DeleteImages endpoint, written from the two manual pages and the world/1 contract alone.

Its author has not read the endpoint, the model or the cases of this project: where the two disagree, one of us has
misread the page. Pure standard library, Python 3.11. One thread, one event loop: nothing is awaited between looking
at an account and changing it, so calls on one account never overlap (no lock could do more), and accounts share nothing.

Where the pages are silent this endpoint decides so (an answer marked * is lawful, but not the first one thinks of):

  point                                  | decision
  ---------------------------------------+--------------------------------------------------------------------------
* nine characters in an image id         | well formed, because the page's own example has nine; so NotFound if absent
* several true errors in one list        | by place: the first id in the list that is in trouble names the code
* several troubles of one image          | type, then running job, then state, then sharing
* an image shared to this account        | InvalidParameterValue.InvalidImageId, like a public image; undated: InShared
  codes an edition's page does not list  | never used: undated says IncorrectState for a running job, NotFound for a
                                         | public image, and has no limit on ImageIds (no code could tell it)
  states SYNCING and IMPORTING           | deletable: both pages name only CREATING and USING
  a passing dry run                      | plain success, as in the page's example
  duplicated ids                         | count as one image, but each counts for the limit of 100
* a snapshot that another image names    | stays, as long as an image that is left names it
* JSON "True", "false", any case         | a Boolean, as the page's example has it; numbers are not
  query Boolean                          | true, false (any case), 1, 0
  JSON null                              | the parameter is absent; within a list: InvalidParameter
  ImageIds empty                         | MissingParameter
* gaps in ImageIds.N, start at 1         | accepted, ordered by number; ImageIds without a number: InvalidParameter
* a parameter given twice                | InvalidParameter, in JSON as in a query
  nothing in a POST's body               | {}
* order of checks                        | method, size, query or form syntax, missing common parameters, SecretId, skew,
                                         | signature, token, Action, Version, rate, region, JSON syntax, unknown
                                         | parameters, missing parameters, types, limit, images
  what the rate counts                   | every authentic call of a known action, refused or wrong calls included, in
                                         | whole seconds of the clock; a world's rateLimit holds for each action alone
  skew of exactly 300 s                  | accepted ("more than five minutes" is refused); whole seconds are compared
* no Authorization, no Signature         | MissingParameter; an Authorization of another form: InvalidAuthorization
  a token though the account has none    | ignored
* form body signed with TC3              | accepted; multipart and other content types: InvalidRequest
  host signed with or without its port   | both; scope's service: cvm, or the first label of Host
  Region                                 | ignored in 2023-03-27. undated: required, must look like one
                                         | (InvalidParameterValue); a finance region needs its own host (UnsupportedRegion)
* Action=DeleteImage                     | accepted by the undated edition, whose example says so
  common parameters in a signed query    | tolerated and ignored; in JSON: UnknownParameter
  path                                   | any but /_world; signed as "/", or (TC3) as it is
  bytes that are not HTTP                | HTTP 400 with InvalidRequest, then the connection is closed
"""
import argparse
import asyncio
import hmac
import os
import re
import socket
import sys
import threading
import uuid
from urllib.parse import unquote_plus

from faults import BENT_CODES, BENT_ID_PATTERNS, FAULTS
from http11 import BadHttp, read_request, reply_bytes
from parameters import Refusal, check_types, json_object, nested
from signatures import tc3_signatures, v1_signatures
from worlds import Worlds

MAX_IMAGE_IDS = 100             # no page tells the limit: the neighbouring actions have 100
SKEW_SECONDS = 300
GET_BYTES, FORM_BYTES, JSON_BYTES = 32 << 10, 1 << 20, 10 << 20
COMMON = {"Action", "Version", "Region", "Timestamp", "Nonce", "SecretId", "Signature", "SignatureMethod", "Token",
          "Language", "RequestClient"}
DESCRIBE = {"ImageIds": ["string"], "Filters": [{"Name": "string", "Values": ["string"]}], "Offset": "integer",
            "Limit": "integer", "InstanceType": "string"}
EDITIONS = {
    "2023-03-27": {
        "parameters": {"ImageIds": ["string"], "DeleteBindedSnap": "boolean", "DryRun": "boolean"},
        "codes": {"malformed": "InvalidImageId.Malformed", "absent": "InvalidImageId.NotFound",
                  "public": "InvalidParameterValue.InvalidImageId", "shared in": "InvalidParameterValue.InvalidImageId",
                  "task": "MutexOperation.TaskRunning", "state": "InvalidImageId.IncorrectState",
                  "shared out": "InvalidImageId.InShared"}},
    "undated": {
        "parameters": {"ImageIds": ["string"]},
        "codes": {"malformed": "InvalidImageId.Malformed", "absent": "InvalidImageId.NotFound",
                  "public": "InvalidImageId.NotFound", "shared in": "InvalidImageId.InShared",
                  "task": "InvalidImageId.IncorrectState", "state": "InvalidImageId.IncorrectState",
                  "shared out": "InvalidImageId.InShared"}}}

ID_PATTERN = r"img-[0-9a-z]{8,9}"


class Endpoint:
    def __init__(self, edition="2023-03-27", fault=None, virtual=False):
        self.edition, self.fault = edition, fault
        self.worlds, self.shared_windows = Worlds(virtual), {}
        self.replies, self.request_id = 0, str(uuid.uuid4())
        self.id_pattern = re.compile(BENT_ID_PATTERNS.get(fault, ID_PATTERN))
        self.actions = {"DeleteImages": (self.delete_images, EDITIONS[edition]["parameters"], ["ImageIds"]),
                        "DescribeImages": (self.describe_images, DESCRIBE, [])}
        self.hello = {"edition": edition, "actions": list(self.actions), "auth": True,
                      **({} if edition == "undated" else {"maxImageIds": MAX_IMAGE_IDS})}

    # --- one call ----------------------------------------------------------------------------------------------------

    async def call(self, request):
        """The members of a successful reply beside RequestId, or a Refusal."""
        if request.method not in ("GET", "POST"):
            raise Refusal("UnsupportedProtocol", "The request protocol is not supported, only GET and POST are.")
        encoding = self.encoding(request)
        flat = None if encoding == "json" else self.flat_parameters(
            request.query if encoding == "query" else request.body.decode("latin-1"))
        account, common = self.authenticate(request, encoding, flat)
        action = common["Action"]
        if action == "DeleteImage" and self.edition == "undated":
            action = "DeleteImages"
        if action not in self.actions:
            raise Refusal("InvalidAction", f"The action `{action}` does not exist.")
        if common["Version"] != "2017-03-12":
            raise Refusal("NoSuchVersion", f"The specified api version=`{common['Version']}` does not exist in service=`cvm`.")
        too_many = self.over_rate(account, action)
        if too_many and self.fault == "rate-delays":
            await asyncio.sleep(1 - self.worlds.now(account) % 1)
        elif too_many and self.fault != "rate-refused-executes":
            raise too_many
        if self.edition == "undated" and action == "DeleteImages":
            self.check_region(common["Region"], request.headers.get("host", ""))
        handler, declared, required = self.actions[action]
        parameters = self.parameters(encoding, flat, request.body, declared)
        if action == "DeleteImages":
            parameters = self.bend_parameters(parameters, encoding)
        reply = await handler(account, check_types(parameters, declared, required, encoding), encoding)
        if too_many and self.fault == "rate-refused-executes":
            raise too_many
        return reply

    def encoding(self, request):
        """query, form or json; and whether the request is small enough."""
        if request.method == "GET":
            if len(request.query) > GET_BYTES:
                raise Refusal("RequestSizeLimitExceeded", "The request size exceeds the limit of 32 KB.")
            return "query"
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        encoding = {"application/json": "json", "application/x-www-form-urlencoded": "form"}.get(kind)
        if not encoding:
            raise Refusal("InvalidRequest", f"The content type `{kind}` is not supported.")
        if len(request.body) > JSON_BYTES:
            raise Refusal("RequestSizeLimitExceeded", "The request size exceeds the limit of 10 MB.")
        if encoding == "form" and len(request.body) > FORM_BYTES and not request.headers.get("authorization"):
            raise Refusal("AuthFailure.SignatureFailure", "The provided credentials could not be validated because of "
                          "exceeding request size limit, please use new signature method `TC3-HMAC-SHA256`.")
        return encoding

    def flat_parameters(self, text):
        """name=value pairs, decoded, as a dictionary. Bytes that are not UTF-8 survive as surrogates for the signature."""
        flat = {}
        for pair in filter(None, text.split("&")):
            name, equals, value = pair.partition("=")
            if not equals:
                raise Refusal("InvalidParameter", "Url key and value should be splited by `=`.")
            if self.fault == "plus-not-decoded":
                value = value.replace("+", "%2B")
            if self.fault == "percent-not-decoded" and name not in COMMON:
                value = value.replace("%", "%25")
            name, value = (unquote_plus(raw, errors="surrogateescape") for raw in (name, value))
            if name in flat:
                raise Refusal("InvalidParameter", f"The parameter `{name}` is given twice.")
            flat[name] = value
        return flat

    def parameters(self, encoding, flat, body, declared):
        """The action's own parameters as a tree of lists, objects and strings, whatever the encoding was."""
        if encoding == "json":
            tree = {name: value for name, value in json_object(body).items() if value is not None}
        else:
            tree = nested({name: value for name, value in flat.items() if name not in COMMON}, declared)
        unknown = [name for name in tree if name not in declared]
        if unknown and self.fault != "unknown-parameter-ignored":
            raise Refusal("UnknownParameter", f"The parameter `{unknown[0]}` is not recognized.")
        return tree

    def bend_parameters(self, tree, encoding):
        """Nothing but faults: what a careless decoder would have read."""
        ids = tree.get("ImageIds")
        if self.fault == "one-string-for-a-list" and isinstance(ids, str):
            ids = [ids]
        if isinstance(ids, list):
            if self.fault == "json-second-id-dropped" and encoding == "json":
                ids = ids[:1] + ids[2:]
            if self.fault == "query-first-id-only" and encoding == "query":
                ids = ids[:1]
            if self.fault == "ids-beyond-ten-dropped":
                ids = ids[:10]
            if self.fault == "id-trimmed":
                ids = [i.strip() if isinstance(i, str) else i for i in ids]
            tree["ImageIds"] = ids
        if self.fault == "form-dry-run-ignored" and encoding == "form" \
                or self.fault == "dry-run-quoted-deletes" and encoding == "json" and tree.get("DryRun") == "True":
            tree.pop("DryRun", None)
        return tree

    def check_region(self, region, host):
        if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", region):
            raise Refusal("InvalidParameterValue",
                          "A value specified in `Region` is not valid, is unsupported, or cannot be used.")
        if region.endswith("-fsi") and region not in host:
            raise Refusal("UnsupportedRegion", "The action not support this region.")

    def over_rate(self, account, action):
        """Counts the call. A Refusal (not raised) if this second has had its calls, else None."""
        windows = self.shared_windows if self.fault == "rate-shared-by-accounts" else account.windows
        second, limit = int(self.worlds.now(account)), account.rate[action]
        window = windows.setdefault(action, [second, 0])
        if second > window[0]:
            window[:] = [second, 0]
        window[1] += 1
        if self.fault == "rate-twenty" and limit is not None:
            limit *= 2
        if limit is None or window[1] <= limit or self.fault == "rate-none":
            return None
        return Refusal("RequestLimitExceeded", f"Your current request times equals to `{window[1]}` in a second, which "
                       f"exceeds the frequency limit `{limit}` for a second. Please reduce the frequency of calls.")

    # --- who calls ---------------------------------------------------------------------------------------------------

    def authenticate(self, request, encoding, flat):
        """The account that signed, and the common parameters. Nothing is believed before the signature holds."""
        header = request.headers.get("authorization", "")
        if header or encoding == "json":
            required = ["Authorization", "Action", "Version", "Timestamp"]
            common = {name: request.headers.get("x-tc-" + name.lower(), "")
                      for name in ("Action", "Version", "Timestamp", "Region", "Token")} | {"Authorization": header}
        else:
            required = ["Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature"]
            common = {name: flat.get(name, "") for name in COMMON}
        if self.edition == "undated" and common["Action"] in ("DeleteImages", "DeleteImage"):
            required.append("Region")
        for name in required:
            if not common[name]:
                raise Refusal("MissingParameter", f"The request is missing a required parameter `{name}`.")
        scope = None
        if header:
            scope = re.fullmatch(r"TC3-HMAC-SHA256 +Credential=([^/,\s]+)/([0-9-]+)/([^/,\s]+)/tc3_request, *"
                                 r"SignedHeaders=([^,\s]+), *Signature=([^,\s]+)", header)
            if not scope:
                raise Refusal("AuthFailure.InvalidAuthorization",
                              "The header `Authorization` is not of the form of TC3-HMAC-SHA256.")
        account = self.worlds.accounts.get(scope[1] if scope else common["SecretId"])
        if not account:
            raise Refusal("AuthFailure.SecretIdNotFound",
                          "The SecretId is not found, please ensure that your SecretId is correct.")
        if not re.fullmatch(r"-?[0-9]{1,11}", common["Timestamp"]):
            raise Refusal("InvalidParameter", "The parameter `Timestamp` should be an integer.")
        self.check_skew(int(common["Timestamp"]) - int(self.worlds.now(account)))
        if scope:
            right = tc3_signatures(request, common["Timestamp"], scope, account.secret_key)
            given, unchecked = scope[5], self.fault == "body-unchecked" and request.body
        else:
            right = v1_signatures(request, flat, account.secret_key)
            given, unchecked = common["Signature"], self.fault == "v1-unchecked"
        given = given.encode("utf-8", "surrogateescape")
        if not (unchecked or self.fault == "signature-unchecked" or any(hmac.compare_digest(s, given) for s in right)):
            raise Refusal("AuthFailure.SignatureFailure",
                          "The provided credentials could not be validated. Please check your signature is correct.")
        if account.token and common["Token"] != account.token and self.fault != "token-unchecked":
            raise Refusal("AuthFailure.TokenFailure", "The token is not valid.")
        return account, common

    def check_skew(self, ahead):
        forgiven = self.fault == "skew-unchecked" or self.fault == "skew-future-unchecked" and ahead > 0
        if abs(ahead) > SKEW_SECONDS and not forgiven:
            raise Refusal("AuthFailure.SignatureExpire", "The timestamp is more than five minutes off.")

    # --- the actions -------------------------------------------------------------------------------------------------

    def trouble(self, image_id, image, encoding, place):
        """Why this id cannot be deleted, in the words of EDITIONS' codes, or None."""
        checked = place == 0 or self.fault != "id-first-only"
        if checked and not self.id_pattern.fullmatch(image_id):
            return "malformed"
        if image is None:
            return "absent"
        if image["ImageType"] != "PRIVATE_IMAGE":
            return "public" if image["ImageType"] == "PUBLIC_IMAGE" else "shared in"
        if image["TaskRunning"] and self.fault != "task-ignored":
            return "task"
        undeletable = {"CREATING", "USING"}
        if self.fault == "state-using-deletable":
            undeletable.remove("USING")
        if self.fault == "state-creating-deletable-by-get" and encoding == "query":
            undeletable.remove("CREATING")
        if image["ImageState"] in undeletable:
            return "state"
        if image["SharedTo"] and not (self.fault == "shared-twice-deletable" and len(image["SharedTo"]) > 1):
            return "shared out"
        return None

    def refusal_of(self, image_id, trouble, image):
        code = EDITIONS[self.edition]["codes"][trouble]
        bent_trouble, bent_code = BENT_CODES.get(self.fault, (None, None))
        if bent_trouble in (trouble, f"{trouble} {image and image['ImageState']}"):
            code = bent_code
        return Refusal(code, f"ImageId {image_id}: {trouble}.")

    async def delete_images(self, account, parameters, encoding):
        account.deletes += 1
        limit = MAX_IMAGE_IDS + (self.fault == "limit-off-by-one")
        if self.edition != "undated" and len(parameters["ImageIds"]) > limit:
            raise Refusal("InvalidParameterValue.LimitExceeded", f"The number of `ImageIds` exceeds the limit `{MAX_IMAGE_IDS}`.")
        ids = list(dict.fromkeys(parameters["ImageIds"]))
        dry_run, with_snapshots = parameters.get("DryRun", False), parameters.get("DeleteBindedSnap", False)
        troubles = {i: self.trouble(i, account.images.get(i), encoding, place) for place, i in enumerate(ids)}
        if self.fault == "missing-skipped" and any(i in account.images for i in ids):
            troubles = {i: why for i, why in troubles.items() if why != "absent"}
        good = [i for i, why in troubles.items() if not why]
        bad = [i for i, why in troubles.items() if why]
        if bad and not (dry_run and self.fault == "dry-run-always-passes"):
            if self.fault == "batch-stops-half-way" and not dry_run:
                self.delete(account, ids[:ids.index(bad[0])], with_snapshots)
            if self.fault == "refusal-deletes-the-good" and not dry_run:
                self.delete(account, good, with_snapshots)
            raise self.refusal_of(bad[0], troubles[bad[0]], account.images.get(bad[0]))
        if dry_run:
            self.bend_dry_run(account, good, with_snapshots, encoding)
            return {}
        if self.fault == "snapshots-deleted-when-false" and parameters.get("DeleteBindedSnap") is False:
            with_snapshots = True
        if self.fault in ("two-winners", "lost-update"):
            before = dict(account.images)
            await asyncio.sleep(0.005)                  # the window: others look, and delete, meanwhile
            if self.fault == "lost-update":
                account.images = before
        if self.fault == "batch-first-only":
            good = good[:1]
        if not (self.fault == "third-call-idle" and account.deletes == 3):
            self.delete(account, good, with_snapshots)
        return {}

    def delete(self, account, ids, with_snapshots):
        """Takes the images away; their snapshots too if asked, but for those that an image which is left names."""
        if self.fault == "delete-by-prefix":
            ids = [i for i in account.images if any(i[:8] == j[:8] for j in ids)]
        gone = [account.images.pop(i) for i in ids if i in account.images]
        if self.fault == "delete-in-every-account":
            for other in self.worlds.accounts.values():
                for i in ids:
                    other.images.pop(i, None)
        if self.fault in ("snapshots-always-deleted", "snapshots-never-deleted"):
            with_snapshots = self.fault == "snapshots-always-deleted"
        if with_snapshots:
            self.delete_snapshots(account, gone)

    def delete_snapshots(self, account, images):
        cut = 1 if self.fault == "snapshots-first-only" else None
        doomed = {s for image in images for s in image["SnapshotSet"][:cut]}
        if self.fault == "snapshots-of-another":
            for image in list(account.images.values())[:1]:
                doomed.update(image["SnapshotSet"])
                image["SnapshotSet"] = []
        account.snapshots -= doomed - {s for image in account.images.values() for s in image["SnapshotSet"]}

    def bend_dry_run(self, account, ids, with_snapshots, encoding):
        """A dry run has no effect: so nothing but faults."""
        if self.fault == "dry-run-deletes" or self.fault == "dry-run-deletes-by-query" and encoding == "query":
            self.delete(account, ids, with_snapshots)
        if self.fault == "dry-run-deletes-snapshots" and with_snapshots:
            for i in ids:
                account.snapshots -= set(account.images[i]["SnapshotSet"])
                account.images[i]["SnapshotSet"] = []
        if self.fault == "dry-run-changes-state":
            for i in ids:
                account.images[i]["ImageState"] = "USING"
        if self.fault == "rate-dry-run-free":
            account.windows["DeleteImages"][1] -= 1

    async def describe_images(self, account, parameters, encoding):
        ids, filters = parameters.get("ImageIds"), parameters.get("Filters", [])
        if ids and filters:
            raise Refusal("InvalidParameter.InvalidParameterCoexistImageIdsFilters",
                          "`ImageIds` and `Filters` cannot be given together.")
        if ids and len(ids) > MAX_IMAGE_IDS:
            raise Refusal("InvalidParameterValue.LimitExceeded", f"The number of `ImageIds` exceeds the limit `{MAX_IMAGE_IDS}`.")
        for i in ids or []:
            if not self.id_pattern.fullmatch(i):
                raise self.refusal_of(i, "malformed", None)
        offset, limit = parameters.get("Offset", 0), parameters.get("Limit", 20)
        if not 1 <= limit <= 100:
            raise Refusal("InvalidParameterValue.InvalidParameterValueLimit", "`Limit` should be between 1 and 100.")
        found = [image for image in account.images.values() if not ids or image["ImageId"] in ids]
        if len(filters) > 10 or any(len(f["Values"]) > 5 for f in filters):
            raise Refusal("InvalidFilterValue.LimitExceeded", "There may be 10 filters with 5 values each.")
        for one in filters:
            member = {"image-id": "ImageId", "image-type": "ImageType", "image-name": "ImageName"}.get(one["Name"])
            if not member:
                raise Refusal("InvalidFilter", f"The filter `{one['Name']}` is not supported.")
            matches = (lambda v, w: w in v) if member == "ImageName" else (lambda v, w: w == v)     # a name is fuzzy
            found = [image for image in found if any(matches(image[member], value) for value in one["Values"])]
        return {"TotalCount": len(found), "ImageSet": [
            {**{k: image[k] for k in ("ImageId", "ImageName", "ImageState", "ImageType")}, "SnapshotSet":
             [{"SnapshotId": s, "DiskUsage": "SYSTEM_DISK", "DiskSize": 50} for s in image["SnapshotSet"]]}
            for image in found[offset:offset + limit]]}

    # --- the reply ---------------------------------------------------------------------------------------------------

    def envelope(self, members, refusal):
        """(HTTP status, content type, body) of a reply with these members, or with this error."""
        self.replies += 1
        repeated = self.fault == "request-id-constant" or self.fault == "request-id-repeats" and self.replies % 10 == 0
        if not repeated:
            self.request_id = str(uuid.uuid4())
        response, status = dict(members or {}), 200
        if refusal:
            bent, instead = BENT_CODES.get(self.fault, (None, None))
            code = instead if refusal.code == bent else refusal.code
            response["Error"] = {"Code": code, "Message": refusal.message}
            if self.fault in ("error-without-code", "code-in-wrong-place"):
                del response["Error"]["Code"]
            if self.fault == "code-in-wrong-place":
                response["Code"] = code
            if self.fault == "status-500-on-errors":
                status = 500
            if self.fault == "rate-http-429" and code == "RequestLimitExceeded":
                status = 429
        response["RequestId"] = str(self.replies) if self.fault == "request-id-not-uuid" else self.request_id
        if self.fault == "request-id-missing" and refusal:
            del response["RequestId"]
        body = response if self.fault == "unwrapped" else {"Response": response}
        return status, "text/html" if self.fault == "content-type-html" else "application/json", body


async def serve_connection(endpoint, reader, writer):
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while True:
            try:
                request = await read_request(reader, writer)
            except BadHttp as error:
                _, content_type, body = endpoint.envelope(None, Refusal(endpoint.constant or "InvalidRequest", f"Not HTTP: {error}."))
                writer.write(reply_bytes(200 if endpoint.constant else 400, content_type, body, False))
                break
            if request.path == "/_world" or request.path.startswith("/_world/"):
                status, body = endpoint.worlds.hook(request.method, request.path[len("/_world"):], request.body, endpoint.hello)
                content_type = "application/json"
            else:
                try:
                    if endpoint.constant:
                        raise Refusal(endpoint.constant, "The same to every request.")
                    members, refusal = await endpoint.call(request), None
                except Refusal as error:
                    members, refusal = None, error
                status, content_type, body = endpoint.envelope(members, refusal)
            writer.write(reply_bytes(status, content_type, body, request.keep_alive, request.method == "HEAD"))
            await writer.drain()
            if not request.keep_alive:
                break
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass                    # the client has gone; a request it did not finish was never made
    finally:
        writer.close()


def exit_at_end_of_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


async def serve(endpoint, port):
    server = await asyncio.start_server(lambda r, w: serve_connection(endpoint, r, w), "127.0.0.1", port,
                                        limit=1 << 20, backlog=1024)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(f"ready {url} world {url}/_world", flush=True)
    await server.serve_forever()


def main():
    options = argparse.ArgumentParser(description="A second DeleteImages endpoint, written from the manual alone.")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--fault", choices=sorted(FAULTS), metavar="NAME", help="be wrong in one way (see --list-faults)")
    options.add_argument("--constant", metavar="CODE", help="answer every request with this error; the world hook works")
    options.add_argument("--edition", choices=list(EDITIONS), default="2023-03-27")
    options.add_argument("--clock", choices=["real", "virtual"], default="real")
    options.add_argument("--until-eof", action="store_true", help="exit when the standard input ends")
    options.add_argument("--list-faults", action="store_true")
    chosen = options.parse_args()
    if chosen.list_faults:
        for name, (clause, how) in FAULTS.items():
            print(f"{name}\t{clause}\t{how}")
        return
    if chosen.until_eof:
        threading.Thread(target=exit_at_end_of_input, daemon=True).start()
    endpoint = Endpoint(chosen.edition, chosen.fault, chosen.clock == "virtual")
    endpoint.constant = chosen.constant
    try:
        asyncio.run(serve(endpoint, chosen.port))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
