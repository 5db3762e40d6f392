"""Drives tencentcloud-sdk-python-cvm: one JSON object a line on stdin, one on stdout. It adds nothing to what the SDK does."""
import importlib.metadata
import json
import os
import platform
import sys

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile, RegionBreakerProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.retry import StandardRetryer
from tencentcloud.cvm.v20170312 import cvm_client, models

SDK = "tencentcloud-sdk-python-cvm"
HELLO = {
    "ok": True,
    "sdk": SDK,
    "version": importlib.metadata.version(SDK),
    "language": f"python {platform.python_version()}",
    "features": ["post-json", "get", "v1", "token", "language", "region", "timeout", "retry-network", "retry-rate",
                 "http", "https", "port", "failover"],
}

OWN_CODES = ("ClientError", "ClientNetworkError", "ClientParamsError", "InvalidCredential", "ServerNetworkError")


def error(kind, message, type="", code="", request_id=""):
    text = lambda value: "" if value is None else value if isinstance(value, str) else str(value)
    return {"ok": False, "error": {"kind": kind, "type": type, "code": text(code), "message": text(message),
                                   "requestId": text(request_id)}}


def client_for(config):
    """Only what is set is handed over; the rest stays the SDK's default."""
    http = HttpProfile()
    if config["scheme"]:
        http.protocol = http.scheme = config["scheme"]
    if config["endpoint"]:
        http.endpoint = config["endpoint"]
    if config["method"]:
        http.reqMethod = config["method"]
    if config["timeoutMs"]:
        http.reqTimeout = config["timeoutMs"] / 1000
    if config["caFile"]:
        http.certification = config["caFile"]
    chosen = {"httpProfile": http}
    if config["sign"]:
        chosen["signMethod"] = config["sign"]
    if config["language"]:
        chosen["language"] = config["language"]
    # One mechanism for both kinds. It counts attempts, not repetitions.
    repetitions = max(config["retries"]["network"], config["retries"]["rate"])
    if repetitions:
        chosen["retryer"] = StandardRetryer(max_attempts=repetitions + 1)
    if config.get("backupEndpoint"):
        # The SDK puts the service's name before it.
        chosen["disable_region_breaker"] = False
        chosen["region_breaker_profile"] = RegionBreakerProfile(config["backupEndpoint"].partition(".")[2])
    credential = Credential(config["secretId"], config["secretKey"], config["token"] or None)
    return cvm_client.CvmClient(credential, config["region"] or None, ClientProfile(**chosen))


class Driver:
    def __init__(self):
        self.client = self.config = None

    def call(self, action, params, config):
        request_type = getattr(models, action + "Request", None)
        if request_type is None:
            return error("unsupported", f"there is no {action}")
        request = request_type()
        for name, value in params.items():
            if not hasattr(request_type, name):
                return error("unsupported", f"{action} has no {name}")
            setattr(request, name, value)
        try:
            if config != self.config:
                self.client, self.config = client_for(config), config
            response = getattr(self.client, action)(request)
            return {"ok": True, "result": response._serialize(allow_none=True)}
        except TencentCloudSDKException as thrown:
            # Errors of the SDK itself have a code too: one of these, or the name of the exception it caught.
            own = thrown.code in OWN_CODES or thrown.__context__ is not None
            return error("client" if own else "api", thrown.message, type(thrown).__name__, thrown.code, thrown.requestId)
        except BaseException as thrown:  # whatever else the SDK lets out
            return error("raw", thrown, type(thrown).__name__)


def main():
    # Standard output carries the protocol alone: what the SDK prints goes to the log.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    driver = Driver()
    for line in open(0, encoding="utf-8"):
        request = json.loads(line)
        if request["op"] == "exit":
            return
        if request["op"] == "hello":
            reply = HELLO
        elif request["op"] == "call":
            reply = driver.call(request["action"], request["params"], request["config"])
        else:
            reply = error("unsupported", f"no operation {request['op']}")
        replies.write(json.dumps({"id": request["id"], **reply}) + "\n")
        replies.flush()


main()
