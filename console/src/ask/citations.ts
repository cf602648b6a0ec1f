import type { Citation } from '../api/types';

/** `[2]`, `2` and 2 are the same marker. */
export function markerOf(citation: Citation): string {
  return String(citation.marker).replace(/^\[|\]$/g, '');
}

/** The collection that a citation's url names; an answer of an older server may leave it out. */
export function collectionOf(citation: Citation, otherwise: string): string {
  const match = /\/library\/([^/?#]+)\/[^/?#]+/.exec(citation.url ?? '');
  return match?.[1] ? decodeURIComponent(match[1]) : otherwise;
}
