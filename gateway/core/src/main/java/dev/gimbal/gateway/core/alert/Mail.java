package dev.gimbal.gateway.core.alert;

import dev.gimbal.platform.json.Json;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Sends alerts by e-mail, one message to all recipients of a channel. A message has the same id in
/// every attempt, so that a mail server which got it twice can tell.
final class Mail implements Sender {
  private final AlertConfig.@Nullable Smtp smtp;
  private final @Nullable SSLSocketFactory trust;

  /// @param smtp null: there is no server, and every attempt says so
  Mail(AlertConfig.@Nullable Smtp smtp) {
    this(smtp, null);
  }

  /// @param trust whose certificates are taken; null: those that this Java trusts
  Mail(AlertConfig.@Nullable Smtp smtp, @Nullable SSLSocketFactory trust) {
    this.smtp = smtp;
    this.trust = trust;
  }

  @Override
  public String send(Alert alert, Channel channel, @Nullable String secret, Duration deadline)
      throws NotSentException {
    AlertConfig.Smtp server = smtp;
    if (server == null) {
      throw new NotSentException("no mail server: alerts.smtp is not set");
    }
    Session session = Session.getInstance(properties(server, deadline));
    try {
      Message message = message(session, server, alert, channel);
      try (Transport transport = session.getTransport(scheme(server))) {
        String password = server.password();
        transport.connect(server.host(), server.port(), server.user(), password);
        transport.sendMessage(message, message.getAllRecipients());
      }
      return "the mail server took it";
    } catch (MessagingException e) {
      // What a server answers may repeat what it was given: its words stay out of the record.
      throw new NotSentException("the mail server did not take it: " + name(e), e);
    }
  }

  private static String name(MessagingException failure) {
    return failure.getClass().getSimpleName();
  }

  private static String scheme(AlertConfig.Smtp server) {
    return server.security() == AlertConfig.Security.TLS ? "smtps" : "smtp";
  }

  private Properties properties(AlertConfig.Smtp server, Duration deadline) {
    Properties properties = new Properties();
    String prefix = "mail." + scheme(server) + ".";
    String millis = Long.toString(deadline.toMillis() / 3);
    properties.setProperty(prefix + "connectiontimeout", millis);
    properties.setProperty(prefix + "timeout", millis);
    properties.setProperty(prefix + "writetimeout", millis);
    properties.setProperty(prefix + "auth", Boolean.toString(server.user() != null));
    properties.setProperty(prefix + "ssl.checkserveridentity", "true");
    if (trust != null) {
      properties.put(prefix + "ssl.socketFactory", trust);
    }
    if (server.security() == AlertConfig.Security.STARTTLS) {
      properties.setProperty(prefix + "starttls.enable", "true");
      properties.setProperty(prefix + "starttls.required", "true");
    }
    return properties;
  }

  private static Message message(
      Session session, AlertConfig.Smtp server, Alert alert, Channel channel)
      throws MessagingException {
    MimeMessage message = new Named(session, alert.text() + "." + channel.name());
    message.setFrom(new InternetAddress(server.from(), true));
    for (String recipient : channel.declaration().recipients()) {
      message.addRecipient(Message.RecipientType.TO, new InternetAddress(recipient, true));
    }
    message.setSubject("[Gimbal] " + alert.title(), StandardCharsets.UTF_8.name());
    message.setSentDate(Date.from(alert.raised()));
    message.setHeader("Auto-Submitted", "auto-generated");
    message.setText(text(alert), StandardCharsets.UTF_8.name());
    message.saveChanges();
    return message;
  }

  private static String text(Alert alert) {
    StringBuilder text = new StringBuilder(alert.title()).append("\n\n");
    text.append("id: ").append(alert.text()).append('\n');
    text.append("kind: ").append(alert.kind().id()).append('\n');
    text.append("subject: ").append(alert.subject()).append('\n');
    text.append("raised: ").append(alert.raised()).append('\n');
    for (Map.Entry<String, Object> each : new TreeMap<>(alert.detail()).entrySet()) {
      Object value = each.getValue();
      text.append(each.getKey()).append(": ");
      text.append(value instanceof String word ? word : Json.write(value)).append('\n');
    }
    return text.toString();
  }

  /// A message whose id is ours.
  private static final class Named extends MimeMessage {
    private final String id;

    Named(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<" + id + "@gimbal>");
    }
  }
}
