package dev.gimbal.knowledge.engine.parser.child;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.engine.parser.wire.Reply;
import dev.gimbal.knowledge.engine.parser.wire.Request;
import dev.gimbal.knowledge.engine.parser.wire.Wire;
import dev.gimbal.platform.process.ChildServer;
import java.io.IOException;

/// The child process. Whatever a file does to its reader becomes an answer.
public final class ParserChild {
  private ParserChild() {}

  /// Serves until the parent closes the pipe.
  public static void main(String[] arguments) {
    ChildServer.serve((request, answer) -> Wire.write(reply(Wire.readRequest(request))));
  }

  private static Reply reply(Request request) throws IOException {
    try {
      return new Reply.Parsed(Formats.read(request));
    } catch (KnowledgeException e) {
      return new Reply.Refused((KnowledgeError) e.errorCode(), String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      return new Reply.Refused(
          KnowledgeError.DOCUMENT_SUSPICIOUS, "the file needs more memory than the limit to read");
    } catch (StackOverflowError e) {
      return new Reply.Refused(
          KnowledgeError.DOCUMENT_SUSPICIOUS, "the file nests deeper than the limit");
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      return new Reply.Refused(KnowledgeError.DOCUMENT_UNREADABLE, Damage.of(null, e));
    }
  }
}
