"""Accounts, and the side door world/1 that makes and shows them."""
import re
import time
from dataclasses import dataclass, field

from parameters import Refusal, json_object

STATES = ["CREATING", "NORMAL", "USING", "SYNCING", "IMPORTING"]
TYPES = ["PRIVATE_IMAGE", "PUBLIC_IMAGE", "SHARED_IMAGE"]
OWN_RATE = {"DeleteImages": 10, "DescribeImages": 40}      # calls per second: each action's page


@dataclass
class Account:
    secret_key: str
    token: str = ""
    rate: dict = field(default_factory=lambda: dict(OWN_RATE))
    world_rate: dict = field(default_factory=dict)      # rateLimit as it was put, to be shown again
    images: dict = field(default_factory=dict)          # ImageId -> image in the form of world/1
    snapshots: set = field(default_factory=set)
    windows: dict = field(default_factory=dict)         # action -> [second, calls in it]
    clock_ms: int = 0                                   # virtual clock only
    deletes: int = 0


class Worlds:
    """All accounts by SecretId, and their clocks: the real one, or one each that stands still between advances."""
    def __init__(self, virtual):
        self.accounts, self.virtual, self.start_ms = {}, virtual, int(time.time() * 1000)

    def now(self, account):
        return account.clock_ms / 1000 if self.virtual else time.time()

    def hook(self, method, path, body, hello):
        """(HTTP status, JSON) of a call of the side door; hello: what the endpoint adds to ours."""
        name, _, verb = path.strip("/").partition("/")
        account = self.accounts.get(name)
        if not name:
            return (200, self.hello(hello)) if method == "GET" else (405, {"error": "the hello is a GET"})
        if verb not in ("", "clock") or (method == "POST") != (verb == "clock") or method not in ("GET", "PUT", "DELETE", "POST"):
            return 405, {"error": f"no {method} {path} in world/1"}
        if method == "PUT":
            try:
                new = account_of_world(name, json_object(body))
            except (Refusal, ValueError) as error:
                return 422, {"error": str(getattr(error, "message", error))}
            new.clock_ms = account.clock_ms if account else self.start_ms       # a clock never goes back
            self.accounts[name] = new
            return 200, {}
        if method == "DELETE":
            self.accounts.pop(name, None)
            return 200, {}
        if not account:
            return 404, {"error": f"no account {name}"}
        if method == "GET":
            named = {s for image in account.images.values() for s in image["SnapshotSet"]}
            return 200, {"images": list(account.images.values()), "snapshots": sorted(account.snapshots | named),
                         **account.world_rate, **self.clock_member(account.clock_ms)}
        if not self.virtual:
            return 409, {"error": "the clock is real"}
        try:
            step = json_object(body).get("advanceMs")
        except Refusal as error:
            return 422, {"error": error.message}
        if type(step) is not int or step < 0:
            return 422, {"error": "advanceMs should be an integer, not negative"}
        account.clock_ms += step
        return 200, self.clock_member(account.clock_ms)

    def clock_member(self, now_ms):
        return {"nowMs": now_ms} if self.virtual else {}

    def hello(self, endpoint_members):
        return {"protocol": "world/1", "isolated": True, "clock": "virtual" if self.virtual else "real", "states": STATES,
                "facets": ["SharedTo", "TaskRunning", "SnapshotSet", "ImageType", "rateLimit"],
                **endpoint_members, **self.clock_member(self.start_ms)}


def account_of_world(name, world):
    """An account that holds exactly this world; ValueError if it cannot be made."""
    def want(condition, message):
        if not condition:
            raise ValueError(message)

    def strings(value):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    want(re.fullmatch("[A-Za-z0-9]{8,64}", name), "a SecretId matches [A-Za-z0-9]{8,64}")
    want(isinstance(world.get("secretKey"), str), "secretKey should be a string")
    want(isinstance(world.get("token"), str | None), "token should be a string or null")
    want(strings(world.get("snapshots", [])), "snapshots should be a list of strings")
    want(isinstance(world.get("images", []), list), "images should be a list")
    account = Account(world["secretKey"], world.get("token") or "", snapshots=set(world.get("snapshots", [])))
    if "rateLimit" in world:
        rate = world["rateLimit"]
        want(rate is None or type(rate) is int and rate >= 0, "rateLimit should be a number of calls, or null")
        account.rate, account.world_rate = dict.fromkeys(OWN_RATE, rate), {"rateLimit": rate}
    plain = {"ImageName": "", "ImageState": "NORMAL", "ImageType": "PRIVATE_IMAGE", "SharedTo": [],
             "SnapshotSet": [], "TaskRunning": False}
    for given in world.get("images", []):
        want(isinstance(given, dict) and isinstance(given.get("ImageId"), str), "an image should have an ImageId")
        image = {"ImageId": given["ImageId"], **{k: given.get(k, v) for k, v in plain.items()}}
        where = f"image {image['ImageId']}: "
        want(image["ImageId"] not in account.images, where + "there are two of it")
        want(image["ImageState"] in STATES and image["ImageType"] in TYPES, where + "state or type is not one of ours")
        want(strings(image["SharedTo"]) and strings(image["SnapshotSet"]),
             where + "SharedTo, SnapshotSet should be lists of strings")
        want(isinstance(image["TaskRunning"], bool) and isinstance(image["ImageName"], str),
             where + "TaskRunning or ImageName has a wrong type")
        account.images[image["ImageId"]] = image
        account.snapshots.update(image["SnapshotSet"])
    return account
