import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.tencentcloudapi.common.AbstractModel;
import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.exception.TencentCloudSDKException;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import com.tencentcloudapi.common.profile.Language;
import com.tencentcloudapi.cvm.v20170312.CvmClient;
import com.tencentcloudapi.cvm.v20170312.models.DeleteImagesRequest;
import com.tencentcloudapi.cvm.v20170312.models.DeleteImagesResponse;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Drives tencentcloud-sdk-java-cvm: one JSON object a line on stdin, one on stdout. It adds nothing to what the SDK does. */
public final class Driver {
  private static final List<String> FEATURES =
      Arrays.asList("post-json", "get", "v1", "token", "language", "region", "timeout", "retry-network", "retry-rate",
          "http", "https", "port", "failover");
  // Codes that the SDK gives errors of its own.
  private static final List<String> OWN_CODES = Arrays.asList("", "ClientSideError", "ServerSideError");
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private CvmClient client;
  private JsonObject config;

  /** What this SDK cannot do. */
  private static final class Unsupported extends Exception {
    Unsupported(String message) {
      super(message);
    }
  }

  private static JsonObject hello() {
    JsonObject reply = new JsonObject();
    reply.addProperty("ok", true);
    reply.addProperty("sdk", "tencentcloud-sdk-java-cvm");
    // No manifest names the version; the SDK names itself so in every request.
    reply.addProperty("version", CvmClient.SDK_VERSION.replace("SDK_JAVA_", ""));
    reply.addProperty("language", "java " + System.getProperty("java.version"));
    reply.add("features", GSON.toJsonTree(FEATURES));
    return reply;
  }

  private static JsonObject error(String kind, String type, String code, String message, String requestId) {
    JsonObject error = new JsonObject();
    error.addProperty("kind", kind);
    error.addProperty("type", type);
    error.addProperty("code", code == null ? "" : code);
    error.addProperty("message", message == null ? "" : message);
    error.addProperty("requestId", requestId == null ? "" : requestId);
    JsonObject reply = new JsonObject();
    reply.addProperty("ok", false);
    reply.add("error", error);
    return reply;
  }

  private static String text(JsonObject object, String name) {
    return object.has(name) && !object.get(name).isJsonNull() ? object.get(name).getAsString() : "";
  }

  /** Only what is set is handed over; the rest stays the SDK's default. */
  private static CvmClient clientFor(JsonObject config) throws Exception {
    HttpProfile http = new HttpProfile();
    if (!text(config, "scheme").isEmpty()) http.setProtocol(text(config, "scheme") + "://");
    if (!text(config, "endpoint").isEmpty()) http.setEndpoint(text(config, "endpoint"));
    if (!text(config, "method").isEmpty()) http.setReqMethod(text(config, "method"));
    int milliseconds = config.get("timeoutMs").getAsInt();
    if (milliseconds % 1000 != 0) throw new Unsupported("the time-out is a whole number of seconds");
    if (milliseconds > 0) {
      http.setConnTimeout(milliseconds / 1000);
      http.setReadTimeout(milliseconds / 1000);
      http.setWriteTimeout(milliseconds / 1000);
    }
    if (!text(config, "caFile").isEmpty()) trust(text(config, "caFile"), http);
    ClientProfile profile = new ClientProfile();
    profile.setHttpProfile(http);
    if (!text(config, "sign").isEmpty()) profile.setSignMethod(text(config, "sign"));
    if (!text(config, "language").isEmpty()) profile.setLanguage(language(text(config, "language")));
    // The SDK puts the service's name before it.
    String backup = text(config, "backupEndpoint");
    if (!backup.isEmpty()) profile.setBackupEndpoint(backup.substring(backup.indexOf('.') + 1));
    Credential credential = new Credential(text(config, "secretId"), text(config, "secretKey"));
    if (!text(config, "token").isEmpty()) credential.setToken(text(config, "token"));
    String region = text(config, "region");
    return new CvmClient(credential, region.isEmpty() ? null : region, profile);
  }

  private static Language language(String name) throws Unsupported {
    for (Language language : Language.values()) {
      if (language.getValue().equals(name)) return language;
    }
    throw new Unsupported("there is no language " + name);
  }

  private static void trust(String file, HttpProfile http) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (FileInputStream pem = new FileInputStream(file)) {
      int n = 0;
      for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca" + n++, certificate);
      }
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    http.setSslSocketFactory(context.getSocketFactory());
    http.setX509TrustManager((X509TrustManager) factory.getTrustManagers()[0]);
  }

  private static DeleteImagesRequest requestFor(JsonObject params) throws Unsupported {
    DeleteImagesRequest request = new DeleteImagesRequest();
    for (Map.Entry<String, JsonElement> param : params.entrySet()) {
      JsonElement value = param.getValue();
      switch (param.getKey()) {
        case "ImageIds": request.setImageIds(strings(value)); break;
        case "DeleteBindedSnap": request.setDeleteBindedSnap(bool(value)); break;
        case "DryRun": request.setDryRun(bool(value)); break;
        default: throw new Unsupported("there is no " + param.getKey());
      }
    }
    return request;
  }

  private static String[] strings(JsonElement value) throws Unsupported {
    if (value.isJsonNull()) return null;
    if (!value.isJsonArray()) throw new Unsupported("String[] cannot hold " + value);
    String[] strings = new String[value.getAsJsonArray().size()];
    for (int i = 0; i < strings.length; i++) {
      JsonElement element = value.getAsJsonArray().get(i);
      if (element.isJsonNull()) continue;
      if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
        throw new Unsupported("String[] cannot hold " + element);
      }
      strings[i] = element.getAsString();
    }
    return strings;
  }

  private static Boolean bool(JsonElement value) throws Unsupported {
    if (value.isJsonNull()) return null;
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw new Unsupported("Boolean cannot hold " + value);
    }
    return value.getAsBoolean();
  }

  private JsonObject call(JsonObject call) {
    try {
      if (!text(call, "action").equals("DeleteImages")) throw new Unsupported("there is no " + text(call, "action"));
      DeleteImagesRequest request = requestFor(call.getAsJsonObject("params"));
      JsonObject wanted = call.getAsJsonObject("config");
      if (client == null || !wanted.equals(config)) {
        client = clientFor(wanted);
        config = wanted;
      }
      JsonObject retries = config.getAsJsonObject("retries");
      // One mechanism for both kinds.
      int repetitions = Math.max(retries.get("network").getAsInt(), retries.get("rate").getAsInt());
      DeleteImagesResponse response = repetitions > 0
          ? (DeleteImagesResponse) client.retry(request, repetitions) : client.DeleteImages(request);
      JsonObject reply = new JsonObject();
      reply.addProperty("ok", true);
      reply.add("result",
          response == null ? new JsonObject() : JsonParser.parseString(AbstractModel.toJsonString(response)));
      return reply;
    } catch (Unsupported unsupported) {
      return error("unsupported", "", "", unsupported.getMessage(), "");
    } catch (TencentCloudSDKException thrown) {
      String code = thrown.getErrorCode() == null ? "" : thrown.getErrorCode();
      String message = thrown.getMessage();
      if (thrown.getCause() != null) message += " cause: " + thrown.getCause();
      return error(OWN_CODES.contains(code) ? "client" : "api", "TencentCloudSDKException", code, message,
          thrown.getRequestId());
    } catch (Throwable thrown) { // whatever else the SDK lets out
      return error("raw", thrown.getClass().getName(), "", String.valueOf(thrown.getMessage()), "");
    }
  }

  public static void main(String[] arguments) throws Exception {
    // Standard output carries the protocol alone: what the SDK prints goes to the log.
    PrintStream replies = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    System.setOut(System.err);
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Driver driver = new Driver();
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      JsonObject request = JsonParser.parseString(line).getAsJsonObject();
      String op = text(request, "op");
      if (op.equals("exit")) break;
      JsonObject reply = op.equals("hello") ? hello()
          : op.equals("call") ? driver.call(request)
          : error("unsupported", "", "", "no operation " + op, "");
      reply.add("id", request.get("id"));
      replies.print(GSON.toJson(reply) + "\n");
      replies.flush();
    }
    System.exit(0);
  }
}
