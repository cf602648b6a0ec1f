import type { ApiError } from '../api/errors';

/** What the server said of each field, by the field's path as it stands in the request: `targets[0].model`. */
export type FieldError = (...paths: string[]) => string | undefined;

/** Looks up messages by path; of several paths the first that has one. */
export function fieldErrors(error: ApiError | undefined): FieldError {
  const messages = new Map<string, string>();
  for (const { field, message } of error?.fields ?? []) if (!messages.has(field)) messages.set(field, message);
  // A name that is taken is no fault of a field to the server; to who typed it it is.
  if (error?.code.endsWith('_exists') && messages.size === 0) messages.set('name', error.detail);
  return (...paths) => {
    for (const path of paths) if (messages.has(path)) return messages.get(path);
    return undefined;
  };
}

/** A number of a field that may be empty. */
export const numberOf = (value: number | string | undefined): number | undefined => (value === '' || value === undefined ? undefined : Number(value));

/** Without what is undefined, an empty text, an empty list or a thing with nothing in it; undefined if nothing is left. */
export function filled<T extends object>(thing: T): T | undefined {
  const entries = Object.entries(thing).flatMap(([name, value]): [string, unknown][] => {
    const kept = value !== null && typeof value === 'object' && !Array.isArray(value) ? filled(value as object) : value;
    return kept === undefined || kept === '' || (Array.isArray(kept) && kept.length === 0) ? [] : [[name, kept]];
  });
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}

/** A name as the server takes it. */
export const isSlug = (name: string): boolean => /^[a-z0-9][a-z0-9._:-]{0,99}$/.test(name);
