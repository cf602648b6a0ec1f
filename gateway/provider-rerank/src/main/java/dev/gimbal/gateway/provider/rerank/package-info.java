/// Vendors that put documents in the order of a question: Cohere, Jina.
@NullMarked
package dev.gimbal.gateway.provider.rerank;

import org.jspecify.annotations.NullMarked;
