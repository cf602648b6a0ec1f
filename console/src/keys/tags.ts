/** `name=value` lines as the API wants them; undefined where a line is none. */
export function tagsOf(text: string): Record<string, string> | undefined {
  const tags: Record<string, string> = {};
  for (const line of text.split('\n').map((one) => one.trim()).filter(Boolean)) {
    const found = /^([a-z0-9][a-z0-9._-]{0,99})\s*=\s*(.{1,100})$/.exec(line);
    if (!found) return undefined;
    tags[found[1] as string] = found[2] as string;
  }
  return tags;
}

const SOON_MS = 7 * 86_400_000;

/** How near the end of a key is. */
export function ending(expires: string | undefined, now: number): 'expired' | 'soon' | undefined {
  if (expires === undefined) return undefined;
  const left = Date.parse(expires) - now;
  return left <= 0 ? 'expired' : left < SOON_MS ? 'soon' : undefined;
}
