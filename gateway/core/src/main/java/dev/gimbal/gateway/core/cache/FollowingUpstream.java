package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.Bill;
import dev.gimbal.gateway.cache.Follower;
import dev.gimbal.gateway.cache.Following;
import dev.gimbal.gateway.cache.Lead;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Executor;

/// Hears the answer of an equal call that is under way, as if it came from an upstream of the
/// caller's own dialect. On the call's event loop.
public final class FollowingUpstream implements UpstreamCall, Follower {
  private final Following following;
  private final UpstreamListener listener;
  private final Turning turning;
  private Bill bill = Bill.UNKNOWN;

  /// Hears that the call must ask the model itself, instead of anything else.
  public interface Turning {
    /// It leads now.
    void leads(Lead lead);

    /// It goes alone.
    void alone();
  }

  private FollowingUpstream(Following following, UpstreamListener listener, Turning turning) {
    this.following = following;
    this.listener = listener;
    this.turning = turning;
  }

  /// Begins to hear.
  ///
  /// @param loop runs on the call's event loop
  public static FollowingUpstream start(
      Following following, Executor loop, UpstreamListener listener, Turning turning) {
    FollowingUpstream upstream = new FollowingUpstream(following, listener, turning);
    following.start(loop, upstream);
    return upstream;
  }

  /// What the leader paid, and so what is saved; known when the answer ended.
  public Bill bill() {
    return bill;
  }

  @Override
  public void pause() {
    following.pause();
  }

  @Override
  public void resume() {
    following.resume();
  }

  @Override
  public void cancel() {
    following.leave();
  }

  @Override
  public void head(int status, String contentType) {
    listener.head(status, MultiMap.caseInsensitiveMultiMap().add("content-type", contentType));
  }

  @Override
  public void piece(byte[] bytes) {
    listener.data(Buffer.buffer(bytes));
  }

  @Override
  public void end(Bill paid) {
    bill = paid;
    listener.end();
  }

  @Override
  public void lead(Lead lead) {
    turning.leads(lead);
  }

  @Override
  public void alone() {
    turning.alone();
  }

  @Override
  public void failed(String why) {
    listener.failed(new GatewayException(GatewayError.UPSTREAM_FAILED, why));
  }
}
