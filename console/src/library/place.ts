import { segment } from '../api/address';
import type { Locator } from '../api/types';
import type { Translate } from '../i18n/format';

/** A stretch of one version of a document, in code points. */
export interface Place {
  document: string;
  version: number;
  start: number;
  end: number;
}

/** The console's address of a place: the same path that a citation's url has. */
export function placeAddress(collection: string, place: Place): string {
  return `/library/${segment(collection)}/${segment(place.document)}?version=${place.version}&start=${place.start}&end=${place.end}`;
}

/** Where a place stands, as a person would say it. */
export function locatorText(locator: Locator | undefined, t: Translate): string {
  if (!locator) return '';
  const parts: string[] = [];
  if (locator.page !== undefined) parts.push(t('locator.page', { n: locator.page }));
  if (locator.slide !== undefined) parts.push(t('locator.slide', { n: locator.slide }));
  if (locator.sheet !== undefined) parts.push(t('locator.sheet', { name: locator.sheet }));
  if (locator.cells !== undefined) parts.push(locator.cells);
  if (locator.section) parts.push(locator.section);
  if (parts.length === 0 && locator.line !== undefined) parts.push(t('locator.line', { n: locator.line }));
  return parts.join(' · ');
}
