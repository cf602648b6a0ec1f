package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.EventScan;
import dev.gimbal.gateway.core.wire.EventSplitter;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/// Hears the events of an upstream of Gemini's dialect for a caller of that dialect who reads a
/// stream as a JSON array: what each event says is an element as it came, with fields that we do
/// not know and with every candidate. A stream that breaks off ends with an error as its last
/// element. An upstream that answers with an array by itself is handed on, one that does not stream
/// is an array of one. On the call's event loop.
final class ArrayAnswer implements UpstreamListener, EventSplitter.Handler {
  private static final String JSON = "application/json";

  private final UpstreamListener call;
  private final EventSplitter splitter = new EventSplitter();
  private final LargeEvent large = new LargeEvent(splitter);
  private StringBuilder out = new StringBuilder();
  private boolean succeeded;
  private boolean events;
  private boolean any;
  private boolean wrapped;
  private boolean finished;
  private boolean closed;
  private boolean over;

  ArrayAnswer(UpstreamListener call) {
    this.call = call;
  }

  @Override
  public void head(int status, MultiMap headers) {
    succeeded = status >= 200 && status <= 299;
    events = succeeded && UpstreamHead.events(headers);
    call.head(status, succeeded ? UpstreamHead.of(JSON, headers) : headers);
  }

  @Override
  public void data(Buffer bytes) {
    if (over) {
      return;
    }
    if (!succeeded) {
      call.data(bytes);
    } else if (events) {
      try {
        splitter.feed(bytes.getBytes(), this);
      } catch (DialectException e) {
        broken(e);
        return;
      }
      flush();
    } else {
      whole(bytes);
    }
  }

  /// What did not come in events: an array already, or its one element.
  private void whole(Buffer bytes) {
    if (!any) {
      int first = first(bytes);
      if (first < 0) {
        return;
      }
      any = true;
      wrapped = bytes.getByte(first) != '[';
    } else {
      call.data(bytes);
      return;
    }
    call.data(wrapped ? Buffer.buffer("[").appendBuffer(bytes) : bytes);
  }

  private static int first(Buffer bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.getByte(i) > ' ' || bytes.getByte(i) < 0) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void event(byte[] bytes, int from, int to) {
    String data = EventScan.data(bytes, from, to);
    // Some compatible upstreams end their streams in another vendor's way.
    if (closed || data.isEmpty() || data.equals("[DONE]")) {
      return;
    }
    List<JsonNode> chunks = chunks(data);
    if (chunks.size() == 1) {
      element(data);
    } else {
      chunks.forEach(chunk -> element(Json.write(chunk)));
    }
    for (JsonNode chunk : chunks) {
      finished |= finishes(chunk);
      if (chunk.path("error").isObject()) {
        close();
        return;
      }
    }
  }

  @Override
  public void part(byte[] bytes, int from, int to) {
    large.part(bytes, from, to, this);
  }

  private static List<JsonNode> chunks(String data) {
    try {
      JsonNode tree = Json.tree(data);
      List<JsonNode> chunks = new ArrayList<>();
      if (tree.isArray()) {
        tree.forEach(chunks::add);
      } else {
        chunks.add(tree);
      }
      if (!chunks.stream().allMatch(JsonNode::isObject)) {
        throw new DialectException("data", "must be an object");
      }
      return chunks;
    } catch (JsonProcessingException e) {
      throw new DialectException("data", "must be JSON");
    }
  }

  private static boolean finishes(JsonNode chunk) {
    if (chunk.path("promptFeedback").hasNonNull("blockReason")) {
      return true;
    }
    for (JsonNode candidate : chunk.path("candidates")) {
      if (candidate.hasNonNull("finishReason")) {
        return true;
      }
    }
    return false;
  }

  private void element(String json) {
    out.append(any ? ",\n" : "[").append(json);
    any = true;
  }

  private void close() {
    closed = true;
    out.append("]\n");
  }

  private void flush() {
    if (!out.isEmpty()) {
      Buffer written = Buffer.buffer(out.toString());
      out = new StringBuilder();
      call.data(written);
    }
  }

  @Override
  public void end() {
    if (over) {
      return;
    }
    over = true;
    if (events && !closed) {
      if (!finished) {
        ModelError broke =
            new ModelError(
                502, ModelError.Kind.SERVER, "The provider's stream broke off.", null, null);
        element(Json.write(Translations.dialect(Endpoint.GENERATE_CONTENT).writeError(broke)));
      }
      close();
    } else if (wrapped) {
      out.append("]\n");
    }
    flush();
    call.end();
  }

  private void broken(DialectException failure) {
    over = true;
    flush();
    call.failed(TranslatedAnswer.foreign(failure));
  }

  @Override
  public void failed(GatewayException failure) {
    if (!over) {
      over = true;
      call.failed(failure);
    }
  }
}
