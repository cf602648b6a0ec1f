/** Where the server stands: the page's <base>, so that a base path needs no build of its own. */
const base = new URL(document.baseURI);

/** Path of the console's root without its last slash, as the router wants it. */
export const basePath = base.pathname.replace(/[^/]*$/, '').replace(/\/$/, '');

export type Query = Record<string, string | number | undefined>;

/** Address of an API path such as `collections/x`; parameters without a value are left out. */
export function apiAddress(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return `${basePath}/api/${path}${text ? `?${text}` : ''}`;
}

/** One path segment. */
export const segment = encodeURIComponent;
