package dev.gimbal.knowledge.engine.parser.mail;

import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import dev.gimbal.knowledge.engine.parser.text.Charsets;
import dev.gimbal.knowledge.engine.parser.text.PlainText;
import dev.gimbal.knowledge.engine.parser.web.Html;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.james.mime4j.MimeIOException;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.MimeConfig;

/// A mail: what its head says is metadata, its text is the document, attachments follow under
/// their names. Of alternatives the plain text is taken. Pictures and links are not fetched.
public final class Eml {
  private static final int DEEPEST = 10;
  private static final int PARTS_AT_MOST = 500;
  private static final int PART_BYTES_AT_MOST = 50_000_000;

  /// Reads an attached file into the draft.
  @FunctionalInterface
  public interface Attachments {
    /// @return whether it could be read
    boolean read(String fileName, byte[] content, Draft draft) throws IOException;
  }

  private record Attachment(String name, byte[] content) {}

  private final Draft draft;
  private final List<Attachment> attachments = new ArrayList<>();
  private int parts;

  private Eml(Draft draft) {
    this.draft = draft;
  }

  /// Writes the mail to the draft.
  public static void read(InputStream in, Attachments reader, Draft draft) throws IOException {
    DefaultMessageBuilder builder = new DefaultMessageBuilder();
    builder.setMimeEntityConfig(
        MimeConfig.custom()
            .setMaxHeaderCount(2_000)
            .setMaxHeaderLen(200_000)
            .setMaxLineLen(-1)
            .build());
    Message message;
    try {
      message = builder.parseMessage(in);
    } catch (MimeIOException e) {
      throw Refusal.unreadable("the mail is damaged", e);
    }
    Eml eml = new Eml(draft);
    eml.head(message);
    eml.part(message, 0);
    for (Attachment attachment : eml.attachments) {
      draft.leaveHeadings();
      draft.shiftLevels(0);
      draft.heading(1, attachment.name());
      draft.shiftLevels(1);
      if (!reader.read(attachment.name(), attachment.content(), draft)) {
        draft.metadata("unread_attachment", attachment.name());
      }
    }
  }

  private void head(Message message) {
    draft.title(message.getSubject());
    draft.metadata("subject", message.getSubject());
    if (message.getFrom() != null) {
      draft.metadata("from", people(message.getFrom()));
    }
    if (message.getTo() != null) {
      draft.metadata("to", people(message.getTo().flatten()));
    }
    if (message.getCc() != null) {
      draft.metadata("cc", people(message.getCc().flatten()));
    }
    Date date = message.getDate();
    if (date != null) {
      draft.metadata("created", date.toInstant().toString());
    }
    draft.metadata("message_id", message.getMessageId());
  }

  private static String people(List<Mailbox> mailboxes) {
    return mailboxes.stream()
        .map(
            mailbox ->
                mailbox.getName() == null
                    ? mailbox.getAddress()
                    : mailbox.getName() + " <" + mailbox.getAddress() + ">")
        .collect(Collectors.joining(", "));
  }

  private void part(Entity entity, int depth) throws IOException {
    if (depth > DEEPEST || ++parts > PARTS_AT_MOST) {
      throw Refusal.suspicious("the mail nests or has parts beyond the limits");
    }
    String type = String.valueOf(entity.getMimeType());
    switch (entity.getBody()) {
      case Multipart multipart when type.equals("multipart/alternative") ->
          alternative(multipart, depth);
      case Multipart multipart -> {
        for (Entity part : multipart.getBodyParts()) {
          part(part, depth + 1);
        }
      }
      case Message inner -> {
        draft.heading(1, String.valueOf(inner.getSubject()));
        part(inner, depth + 1);
      }
      case SingleBody body -> single(entity, body, type);
      case null, default -> {
        // a part without a body
      }
    }
  }

  private void alternative(Multipart multipart, int depth) throws IOException {
    Optional<Entity> plain =
        multipart.getBodyParts().stream()
            .filter(part -> "text/plain".equals(part.getMimeType()))
            .findFirst();
    if (plain.isPresent() && plain.get().getBody() instanceof SingleBody body) {
      if (!decode(plain.get(), bytes(body)).isBlank()) {
        part(plain.get(), depth + 1);
        return;
      }
    }
    List<Entity> all = multipart.getBodyParts();
    if (!all.isEmpty()) {
      part(all.getLast(), depth + 1);
    }
  }

  private void single(Entity entity, SingleBody body, String type) throws IOException {
    String name = entity.getFilename();
    boolean attached = "attachment".equals(entity.getDispositionType()) || name != null;
    if (!attached && type.equals("text/html")) {
      Html.read(bytes(body), draft);
    } else if (!attached && type.startsWith("text/")) {
      PlainText.read(decode(entity, bytes(body)), draft);
    } else if (attached && !type.startsWith("image/")) {
      attachments.add(new Attachment(name == null ? "attachment" : name, bytes(body)));
    }
  }

  private static String decode(Entity entity, byte[] bytes) {
    String charset = entity.getCharset();
    return charset == null || charset.equalsIgnoreCase("us-ascii")
        ? Charsets.decode(bytes)
        : Charsets.decode(bytes, charset);
  }

  private static byte[] bytes(SingleBody body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InputStream in = body.getInputStream()) {
      byte[] buffer = new byte[8192];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        if (out.size() > PART_BYTES_AT_MOST) {
          throw Refusal.tooLong("a part of the mail is larger than the limit");
        }
      }
    }
    return out.toByteArray();
  }
}
