package dev.gimbal.gateway.core.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gimbal.platform.ids.TenantId;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;

/// The way to a mail server, against a real one with a certificate of our own.
final class MailSecurityIT {
  private static final char[] STORE = "changeit".toCharArray();
  private static final String PASSWORD = "pass-Zebra-0417";
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final TenantId TENANT = new TenantId(new UUID(8, 1));

  @TempDir static Path folder;
  private static KeyStore ours;
  private static KeyStore otherName;

  private final List<String> arrived = new CopyOnWriteArrayList<>();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private @Nullable SMTPServer server;

  @BeforeAll
  static void certificates() throws Exception {
    ours = certificate("ours", "IP:127.0.0.1");
    otherName = certificate("other", "DNS:mail.example.org");
  }

  @AfterEach
  void stop() {
    SMTPServer started = server;
    server = null;
    if (started != null) {
      started.stop();
    }
  }

  @Test
  void shouldLogInUnderTlsWhenTheServerStartsItAfterItsGreeting() throws Exception {
    start(AlertConfig.Security.STARTTLS, ours);

    send(AlertConfig.Security.STARTTLS, PASSWORD, trusting(ours));

    assertThat(arrived).singleElement().asString().contains("Subject: [Gimbal] Spend is high");
    assertThat(logins).containsExactly("alerts:" + PASSWORD + ":tls");
  }

  @Test
  void shouldLogInWhenTlsIsThereFromTheFirstByte() throws Exception {
    start(AlertConfig.Security.TLS, ours);

    send(AlertConfig.Security.TLS, PASSWORD, trusting(ours));

    assertThat(arrived).singleElement().asString().contains("Subject: [Gimbal] Spend is high");
    assertThat(logins).singleElement().asString().startsWith("alerts:" + PASSWORD);
  }

  @Test
  void shouldSendNothingWhenTheCertificateIsOfNobodyWeTrust() throws Exception {
    for (AlertConfig.Security each : secured()) {
      start(each, ours);

      refused(each, PASSWORD, null);

      stop();
    }
  }

  @Test
  void shouldSendNothingWhenTheCertificateIsOfAnotherName() throws Exception {
    for (AlertConfig.Security each : secured()) {
      start(each, otherName);

      refused(each, PASSWORD, trusting(otherName));

      stop();
    }
  }

  @Test
  void shouldSendNothingInClearWhenTheServerOffersNoTls() throws Exception {
    start(AlertConfig.Security.NONE, ours);

    refused(AlertConfig.Security.STARTTLS, PASSWORD, trusting(ours));
  }

  @Test
  void shouldNotTellThePasswordWhenItIsRefused() throws Exception {
    start(AlertConfig.Security.STARTTLS, ours);
    String wrong = PASSWORD + "-wrong";

    Throwable why = failure(AlertConfig.Security.STARTTLS, wrong, trusting(ours));

    assertThat(why).isInstanceOf(Sender.NotSentException.class);
    assertThat(why.getMessage()).doesNotContain(PASSWORD);
    assertThat(logins).contains("alerts:" + wrong + ":tls");
    assertThat(arrived).isEmpty();
    StringWriter trace = new StringWriter();
    why.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(PASSWORD);
    assertThat(smtp(AlertConfig.Security.STARTTLS, wrong).toString()).doesNotContain(PASSWORD);
  }

  private static List<AlertConfig.Security> secured() {
    return List.of(AlertConfig.Security.TLS, AlertConfig.Security.STARTTLS);
  }

  private void refused(
      AlertConfig.Security security, String password, @Nullable SSLSocketFactory trust) {
    assertThatThrownBy(() -> send(security, password, trust))
        .as(security.name())
        .isInstanceOf(Sender.NotSentException.class);
    assertThat(logins).as("nobody was told the password").isEmpty();
    assertThat(arrived).isEmpty();
  }

  private Throwable failure(
      AlertConfig.Security security, String password, SSLSocketFactory trust) {
    return catchThrowable(() -> send(security, password, trust));
  }

  private void send(
      AlertConfig.Security security, String password, @Nullable SSLSocketFactory trust)
      throws Sender.NotSentException {
    Instant now = Instant.parse("2026-11-22T12:30:00Z");
    Alert alert =
        new Alert(
            TENANT,
            new UUID(3, 4),
            Alert.Kind.SURGE,
            "model",
            "Spend is high",
            Map.of(),
            now,
            null,
            null);
    Channel channel =
        new Channel(
            TENANT,
            "people",
            Channel.Declaration.of(Channel.EMAIL, null, List.of("people@example.org"), null),
            null,
            1,
            now,
            now);
    new Mail(smtp(security, password), trust).send(alert, channel, null, DEADLINE);
  }

  private AlertConfig.Smtp smtp(AlertConfig.Security security, String password) {
    int port = server == null ? 1 : server.getPortAllocated();
    return new AlertConfig.Smtp(
        "127.0.0.1", port, security, "alerts", password, "gimbal@example.org");
  }

  private void start(AlertConfig.Security security, KeyStore certificate) throws Exception {
    SSLContext tls = serving(certificate);
    SMTPServer.Builder builder =
        SMTPServer.port(0)
            .bindAddress(InetAddress.getLoopbackAddress())
            .hostName("127.0.0.1")
            .requireAuth()
            .authenticationHandlerFactory(
                new EasyAuthenticationHandlerFactory(
                    (user, password, context) -> {
                      boolean secure = context instanceof Session session && session.isTLSStarted();
                      logins.add(user + ":" + password + (secure ? ":tls" : ""));
                      if (!PASSWORD.equals(password)) {
                        throw new LoginFailedException("no: " + password);
                      }
                    }))
            .messageHandler(
                (context, from, to, data) -> arrived.add(new String(data, StandardCharsets.UTF_8)));
    builder =
        switch (security) {
          case TLS -> builder.serverSocketFactory(tls);
          case STARTTLS -> builder.startTlsSocketFactory(tls).enableTLS().requireTLS();
          case NONE -> builder;
        };
    server = builder.build();
    server.start();
  }

  private static KeyStore certificate(String name, String subject) throws Exception {
    Path file = folder.resolve(name + ".p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-alias",
            name,
            "-dname",
            "CN=" + name,
            "-ext",
            "SAN=" + subject,
            "-validity",
            "3650",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            new String(STORE));
    Process made = new ProcessBuilder(command).inheritIO().start();
    assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(made.exitValue()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, STORE);
    }
    return store;
  }

  private static SSLContext serving(KeyStore store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, STORE);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static SSLSocketFactory trusting(KeyStore store) throws Exception {
    KeyStore taken = KeyStore.getInstance(KeyStore.getDefaultType());
    taken.load(null, null);
    for (String alias : Collections.list(store.aliases())) {
      taken.setCertificateEntry(alias, store.getCertificate(alias));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(taken);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }
}
