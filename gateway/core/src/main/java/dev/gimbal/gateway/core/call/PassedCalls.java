package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.call.Sending.Sent;
import dev.gimbal.gateway.core.wire.CallFields;
import dev.gimbal.gateway.core.wire.Edit;
import dev.gimbal.gateway.provider.api.Passage;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Begins calls whose bytes pass. On the request's event loop.
///
/// A file belongs to a provider and to no model: the caller names the provider in the header
/// `x-gimbal-provider` or as `?provider=`, and the record's model is `PROVIDER/files`.
record PassedCalls(IncomingCall incoming) {
  private static final String PROVIDER = "x-gimbal-provider";

  /// What a list of files may be asked for.
  private static final List<String> QUERY = List.of("purpose", "limit", "order", "after");

  /// A call with a body of JSON.
  RunningCall whole(CallTicket ticket) {
    Sending sending =
        new Sending() {
          @Override
          public Sent to(String upstreamModel) {
            Buffer body =
                Edit.splice(ticket.body(), ticket.fields().editsFor(upstreamModel, false));
            String type = "application/json";
            return new Sent(body, new Passage(HttpMethod.POST, "", type, body.length(), null));
          }

          @Override
          public boolean whole() {
            return true;
          }

          @Override
          public boolean repeats() {
            return true;
          }

          @Override
          public void over() {
            // all of it is here
          }
        };
    return run(ticket, sending);
  }

  private PassedRun run(CallTicket ticket, Sending sending) {
    PassedRun run = new PassedRun(incoming.door().pipeline(), ticket, incoming.answer(), sending);
    run.start();
    return run;
  }

  private String contentType() {
    return String.valueOf(incoming.request().getHeader("content-type"));
  }

  /// A call with a form that has a model.
  void form() {
    V1 door = incoming.door();
    FormListener listener = new FormListener();
    MultipartReader reader =
        new MultipartReader(
            door.pipeline().vertx(), door.limits(), door.budget(), incoming.request(), listener);
    listener.reader = reader;
    reader.read();
  }

  private final class FormListener implements MultipartReader.Listener {
    private @Nullable MultipartReader reader;
    private @Nullable PassedRun run;

    @Override
    public void found(MultipartReader.Form form) {
      MultipartReader from = Objects.requireNonNull(reader);
      CallTicket ticket = incoming.ticket(CallFields.named(form.model()), Buffer.buffer());
      incoming.start(from::release, () -> begin(ticket, form, from));
    }

    private PassedRun begin(CallTicket ticket, MultipartReader.Form form, MultipartReader from) {
      Sending sending =
          new Sending() {
            @Override
            public Sent to(String upstreamModel) {
              return new Sent(
                  form.headFor(upstreamModel),
                  new Passage(
                      HttpMethod.POST, "", contentType(), form.lengthFor(upstreamModel), from));
            }

            @Override
            public boolean whole() {
              return from.isOver();
            }

            @Override
            public boolean repeats() {
              return !from.isStarted();
            }

            @Override
            public void over() {
              from.abandon();
              incoming.door().discard(incoming.request(), incoming.answer());
            }
          };
      PassedRun begun =
          new PassedRun(incoming.door().pipeline(), ticket, incoming.answer(), sending);
      run = begun;
      begun.start();
      return begun;
    }

    @Override
    public void sent() {
      if (run != null) {
        run.sent();
      }
    }

    @Override
    public void refused(GimbalException failure) {
      if (run == null) {
        incoming.refuse(failure);
      } else {
        run.broken(failure);
      }
    }
  }

  /// A call about a provider's files.
  void files() {
    HttpServerRequest request = incoming.request();
    String header = request.getHeader(PROVIDER);
    String provider = header == null ? request.getParam("provider") : header;
    if (provider == null || provider.isBlank() || provider.contains("/")) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID,
          "provider",
          "must be named, in the header " + PROVIDER + " or as ?provider=");
    }
    if (declared() > MultipartReader.LARGEST) {
      throw MultipartReader.tooLarge(MultipartReader.LARGEST);
    }
    CallTicket ticket =
        incoming.ticket(CallFields.named(provider.strip() + "/files"), Buffer.buffer());
    Files files = new Files();
    incoming.start(
        () -> {},
        () -> {
          PassedRun run =
              new PassedRun(incoming.door().pipeline(), ticket, incoming.answer(), files);
          files.run = run;
          run.start();
          return run;
        });
  }

  /// What the caller says of the body's length; less than 0: nothing.
  private long declared() {
    String length = incoming.request().getHeader("content-length");
    return length != null && length.matches("[0-9]{1,15}") ? Long.parseLong(length) : -1;
  }

  private final class Files implements Sending, RawBody.Listener {
    private final @Nullable RawBody body;
    private @Nullable PassedRun run;

    Files() {
      boolean sends = incoming.request().method().equals(HttpMethod.POST);
      this.body = sends ? new RawBody(incoming.request(), MultipartReader.LARGEST, this) : null;
    }

    @Override
    public void sent() {
      if (run != null) {
        run.sent();
      }
    }

    @Override
    public void tooLarge(GimbalException failure) {
      if (run != null) {
        run.broken(failure);
      }
    }

    @Override
    public Sent to(String upstreamModel) {
      String tail = incoming.path().tail() + query();
      HttpMethod method = incoming.request().method();
      if (body == null) {
        return new Sent(Buffer.buffer(), new Passage(method, tail, null, -1, null));
      }
      String type = incoming.request().getHeader("content-type");
      return new Sent(Buffer.buffer(), new Passage(method, tail, type, declared(), body));
    }

    @Override
    public boolean whole() {
      return body == null || body.isOver();
    }

    @Override
    public boolean repeats() {
      return false;
    }

    @Override
    public void over() {
      if (body != null) {
        body.abandon();
        incoming.door().discard(incoming.request(), incoming.answer());
      }
    }
  }

  private String query() {
    StringBuilder query = new StringBuilder();
    for (String name : QUERY) {
      String value = incoming.request().getParam(name);
      if (value != null) {
        query
            .append(query.isEmpty() ? '?' : '&')
            .append(name)
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      }
    }
    return query.toString();
  }
}
