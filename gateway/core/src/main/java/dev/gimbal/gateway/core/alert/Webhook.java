package dev.gimbal.gateway.core.alert;

import dev.gimbal.gateway.core.wire.NamedServer;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Posts alerts. Redirections are not followed. What answers 2xx has it.
final class Webhook implements Sender, AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final HttpClient client;
  private final boolean allowPrivate;
  private final Clock clock;

  Webhook(Vertx vertx, boolean allowPrivate, Clock clock) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAlive(false),
            new PoolOptions().setHttp1MaxSize(8).setMaxWaitQueueSize(64));
    this.allowPrivate = allowPrivate;
    this.clock = clock;
  }

  /// What is posted.
  record Body(
      String id,
      String kind,
      String subject,
      String title,
      Map<String, Object> detail,
      Instant raised) {
    static Body of(Alert alert) {
      return new Body(
          alert.text(),
          alert.kind().id(),
          alert.subject(),
          alert.title(),
          alert.detail(),
          alert.raised());
    }
  }

  @Override
  public String send(Alert alert, Channel channel, @Nullable String secret, Duration deadline)
      throws NotSentException {
    byte[] body = Json.bytes(Body.of(alert));
    try {
      URI url = URI.create(String.valueOf(channel.declaration().url()));
      RequestOptions options = NamedServer.post(url, allowPrivate, deadline);
      options.putHeader("user-agent", "gimbal");
      options.putHeader("x-gimbal-delivery", alert.text() + "." + channel.name());
      if (secret != null) {
        options.putHeader("x-gimbal-signature", signature(secret, clock.instant(), body));
      }
      int status =
          client
              .request(options)
              .compose(request -> request.send(Buffer.buffer(body)))
              .map(
                  response -> {
                    int answered = response.statusCode();
                    response.request().connection().close();
                    return answered;
                  })
              .toCompletionStage()
              .toCompletableFuture()
              .get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (status < 200 || status > 299) {
        throw new NotSentException("status " + status);
      }
      return "status " + status;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotSentException("the server stops", e);
    } catch (NamedServer.PrivateException e) {
      throw new NotSentException(String.valueOf(e.getMessage()), e);
    } catch (UnknownHostException e) {
      throw new NotSentException("its host is unknown", e);
    } catch (TimeoutException e) {
      throw new NotSentException("does not answer in time", e);
    } catch (ExecutionException e) {
      throw new NotSentException(why(e.getCause()), e);
    } catch (IllegalArgumentException e) {
      throw new NotSentException("is no address", e);
    }
  }

  private static String why(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ConnectException refused -> {
          return "cannot be connected to";
        }
        case SSLException untrusted -> {
          return "its certificate is not trusted, or it does not speak TLS";
        }
        default -> {
          // What it is caused by may say more.
        }
      }
    }
    return "does not answer";
  }

  /// `t=SECONDS,v1=HEX` where HEX is HMAC-SHA256 of `SECONDS.BODY`: who knows the secret can tell
  /// that it is ours, and that it is not an old one sent again.
  static String signature(String secret, Instant at, byte[] body) {
    long seconds = at.getEpochSecond();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
      return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
