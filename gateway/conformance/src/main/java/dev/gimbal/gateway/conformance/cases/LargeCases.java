package dev.gimbal.gateway.conformance.cases;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.wire.Tree;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Rows 24 and 25: large bodies and forms with a file.
final class LargeCases {
  /// What every gateway should take unasked, less some room for the fields.
  private static final int LARGE = (32 << 20) - (64 << 10);

  private static final int MIDDLING = 2 << 20;
  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final String FORM = "only the chat wire's vendor has the endpoint";

  private LargeCases() {}

  static List<Case> all() {
    return List.of(
        Case.everywhere(24, "a large picture", LargeCases::picture),
        Case.within(
            24, "a body beyond the limit", "the refusal is the gateway's own", LargeCases::beyond),
        new Case(
            25,
            "a form, its file last",
            (from, to) -> from == Wire.CHAT && to == Wire.CHAT,
            FORM,
            bench -> form(bench, true)),
        new Case(
            25,
            "a form, its file first",
            (from, to) -> from == Wire.CHAT && to == Wire.CHAT,
            FORM,
            bench -> form(bench, false)));
  }

  private static String base64(int length) {
    Random random = new Random(24);
    byte[] letters = new byte[length];
    for (int i = 0; i < length; i++) {
      letters[i] = (byte) BASE64.charAt(random.nextInt(64));
    }
    return new String(letters, StandardCharsets.US_ASCII);
  }

  /// 32 MiB where the bytes only pass, less where they are written anew.
  private static void picture(Bench bench) throws IOException {
    String data = base64(bench.caller() == bench.upstream() ? LARGE : MIDDLING);
    ObjectNode request = bench.callerForm().request(bench.ask(false));
    bench.callerForm().picture(request, data);

    Got got = bench.send(false, request.toString());

    bench.accepted(got);
    boolean came = bench.last().holds(data);
    bench.demand(came, "the picture arrives letter by letter", bench.last().body().length);
  }

  private static void beyond(Bench bench) throws IOException {
    Long most = bench.target().settings().maxBody();
    if (most == null) {
      throw bench.lacking("the limit of the target is not told (max_body)");
    }
    ObjectNode request = bench.callerForm().request(bench.ask(false));
    bench.callerForm().picture(request, base64(most.intValue() + 1));

    bench.demandError(bench.send(false, request.toString()), 413, 413);
  }

  private static void form(Bench bench, boolean fileLast) throws IOException {
    bench.plays((request, out) -> out.json(200, Tree.of("text", "alpha")));
    String file = base64(200_000);
    String model = part("name=\"model\"", "", bench.model());
    String language = part("name=\"language\"", "", "fr");
    String sound = part("name=\"file\"; filename=\"a.wav\"", "content-type: audio/wav\r\n", file);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<String> parts =
        fileLast ? List.of(model, language, sound) : List.of(sound, model, language);
    for (String part : parts) {
      body.writeBytes(part.getBytes(StandardCharsets.UTF_8));
    }
    body.writeBytes("--judge--\r\n".getBytes(StandardCharsets.UTF_8));
    Map<String, String> headers = new HashMap<>(bench.headers());
    headers.put("content-type", "multipart/form-data; boundary=judge");

    bench.accepted(bench.post("/v1/audio/transcriptions", headers, body.toByteArray()));

    String came = bench.last().text();
    bench.demand(came.contains(file), "the file arrives byte by byte", came);
    bench.demand(came.contains("fr"), "the other fields arrive", came.replace(file, "FILE"));
    if (fileLast) {
      boolean last = came.indexOf("\"model\"") < came.indexOf(file);
      bench.demand(last, "the file stays last", came.replace(file, "FILE"));
    }
  }

  private static String part(String disposition, String headers, String content) {
    return "--judge\r\ncontent-disposition: form-data; "
        + disposition
        + "\r\n"
        + headers
        + "\r\n"
        + content
        + "\r\n";
  }
}
