// Drives tencentcloud-sdk-nodejs-cvm: one JSON object a line on stdin, one on stdout. It adds nothing to what the SDK does.
"use strict";

const fs = require("fs");
const https = require("https");
const readline = require("readline");
const tls = require("tls");
const sdk = require("tencentcloud-sdk-nodejs-cvm");

// Standard output carries the protocol alone: what the SDK prints goes to the log.
console.log = console.info = console.debug = console.error;

const SdkError = require("tencentcloud-sdk-nodejs-common/tencentcloud/common/exception/tencent_cloud_sdk_exception").default;

const hello = {
  ok: true,
  sdk: "tencentcloud-sdk-nodejs-cvm",
  version: require("tencentcloud-sdk-nodejs-cvm/package.json").version,
  language: `node ${process.version}`,
  // No retries: this SDK has none.
  features: ["post-json", "get", "v1", "token", "language", "region", "timeout", "http", "https", "port"],
};

const unsupported = (message) => ({ ok: false, error: { kind: "unsupported", message } });

// Only what is set is handed over; the rest stays the SDK's default.
function clientFor(config) {
  const httpProfile = {};
  if (config.scheme) httpProfile.protocol = `${config.scheme}://`;
  if (config.endpoint) httpProfile.endpoint = config.endpoint;
  if (config.method) httpProfile.reqMethod = config.method;
  if (config.timeoutMs) httpProfile.reqTimeout = config.timeoutMs / 1000;
  const profile = { httpProfile };
  if (config.sign) profile.signMethod = config.sign;
  if (config.language) profile.language = config.language;
  const credential = { secretId: config.secretId, secretKey: config.secretKey };
  if (config.token) credential.token = config.token;
  const options = { credential, profile };
  if (config.region) options.region = config.region;
  // The SDK has no setting for trust. One in the agent it uses anyway changes nothing else, an agent of ours would.
  https.globalAgent.options.ca = config.caFile ? [...tls.rootCertificates, fs.readFileSync(config.caFile)] : undefined;
  return new sdk.cvm.v20170312.Client(options);
}

let client, clientConfig;

async function call({ action, params, config }) {
  if (config.retries && (config.retries.network || config.retries.rate)) return unsupported("this SDK has no retries");
  try {
    if (JSON.stringify(config) !== clientConfig) {
      client = clientFor(config);
      clientConfig = JSON.stringify(config);
    }
    if (typeof client[action] !== "function") return unsupported(`there is no ${action}`);
    return { ok: true, result: idOf(await client[action](params)) };
  } catch (thrown) {
    return { ok: false, error: describe(thrown) };
  }
}

// Of what the SDK hands over (whatever was in the reply), that which the API has.
function idOf(result) {
  return result !== null && typeof result === "object" && "RequestId" in result ? { RequestId: result.RequestId } : {};
}

// The SDK's error carries a code only where the service gave one.
function describe(thrown) {
  const text = (value) => (value === undefined || value === null ? "" : String(value));
  if (!(thrown instanceof SdkError)) {
    return { kind: "raw", type: thrown?.constructor?.name ?? typeof thrown, code: "", message: text(thrown?.message ?? thrown), requestId: "" };
  }
  return { kind: thrown.code ? "api" : "client", type: "TencentCloudSDKHttpException", code: text(thrown.code), message: text(thrown.message), requestId: text(thrown.requestId) };
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const request = JSON.parse(line);
    if (request.op === "exit") break;
    const reply = request.op === "hello" ? hello : request.op === "call" ? await call(request) : unsupported(`no operation ${request.op}`);
    process.stdout.write(`${JSON.stringify({ id: request.id, ...reply })}\n`);
  }
  process.exit(0);
})();
