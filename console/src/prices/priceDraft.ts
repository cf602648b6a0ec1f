import type { Price } from '../api/money';
import { amount } from './price';

/** What is asked for a million tokens, by the name of the API's field without its unit. */
export const tokenRates = ['input', 'output', 'cached_input', 'cache_write'] as const;
export const audioRates = ['audio_input', 'audio_output'] as const;
export const unitKinds = ['request', 'second', 'character', 'image'] as const;

type TokenRate = (typeof tokenRates)[number];
export type Rate = TokenRate | (typeof audioRates)[number];
export type UnitKind = (typeof unitKinds)[number];

export interface TierDraft extends Record<TokenRate, string> {
  row: number;
  above: number | string;
}

export interface UnitDraft {
  row: number;
  kind: UnitKind;
  /** Of images alone. */
  size: string;
  quality: string;
  usd: string;
}

/** A price as a form has it. */
export interface PriceDraft extends Record<Rate, string> {
  model: string;
  tiers: TierDraft[];
  units: UnitDraft[];
  /** Local time; empty: from now on. */
  from: string;
}

let rows = 0;

export const emptyTier = (): TierDraft => ({ row: ++rows, above: '', input: '', output: '', cached_input: '', cache_write: '' });
export const emptyUnit = (): UnitDraft => ({ row: ++rows, kind: 'request', size: '', quality: '', usd: '' });

export const emptyPrice = (model: string): PriceDraft => ({ model, input: '', output: '', cached_input: '', cache_write: '', audio_input: '', audio_output: '', tiers: [], units: [], from: '' });

/** A price that begins as another one is. */
export function priceDraftOf(price: Price): PriceDraft {
  const rate = (name: Rate) => price[`${name}_usd_per_million`] ?? '';
  return {
    model: price.model, from: '', input: rate('input'), output: rate('output'), cached_input: rate('cached_input'), cache_write: rate('cache_write'), audio_input: rate('audio_input'), audio_output: rate('audio_output'),
    tiers: (price.tiers ?? []).map((tier) => ({ row: ++rows, above: tier.above_tokens, input: tier.input_usd_per_million, output: tier.output_usd_per_million, cached_input: tier.cached_input_usd_per_million ?? '', cache_write: tier.cache_write_usd_per_million ?? '' })),
    units: Object.entries(price.units_usd ?? {}).flatMap(([name, usd]) => {
      const [kind, size = '', quality = ''] = name.split('/');
      const known = unitKinds.find((one) => one === kind);
      return known ? [{ row: ++rows, kind: known, size, quality, usd }] : [];
    }),
  };
}

/** A unit as the API names it: `image/1024x1024/hd`. */
export function unitName(unit: UnitDraft): string {
  if (unit.kind !== 'image') return unit.kind;
  return ['image', unit.size, unit.quality].map((part) => part.trim().toLowerCase()).filter(Boolean).join('/');
}

const given = (text: string) => text.trim() !== '';

/** Something was typed that is no amount. */
export const isWrong = (text: string): boolean => given(text) && amount(text) === undefined;

function ratesOf<R extends Rate>(names: readonly R[], of: Record<R, string>): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = amount(of[name]);
    return value === undefined ? [] : [[`${name}_usd_per_million`, value]];
  }));
}

export function priceBody(draft: PriceDraft): Record<string, unknown> {
  return {
    model: draft.model.trim(),
    ...ratesOf([...tokenRates, ...audioRates], draft),
    ...(draft.tiers.length > 0 && { tiers: draft.tiers.map((tier) => ({ above_tokens: Number(tier.above), ...ratesOf(tokenRates, tier) })) }),
    ...(draft.units.length > 0 && { units_usd: Object.fromEntries(draft.units.map((unit) => [unitName(unit), amount(unit.usd)])) }),
    ...(draft.from && { from: new Date(draft.from).toISOString() }),
  };
}

/** Whether it can be sent: tokens have their price, or something else has. */
export function isReady(draft: PriceDraft): boolean {
  const rates = [...tokenRates, ...audioRates];
  const byTokens = given(draft.input) && given(draft.output);
  const byUnits = draft.units.length > 0 && given(draft.input) === given(draft.output);
  return given(draft.model) && (byTokens || byUnits) && !rates.some((name) => isWrong(draft[name]))
    && draft.tiers.every((tier) => Number(tier.above) >= 1 && amount(tier.input) !== undefined && amount(tier.output) !== undefined && !tokenRates.some((name) => isWrong(tier[name])))
    && draft.units.every((unit) => amount(unit.usd) !== undefined) && new Set(draft.units.map(unitName)).size === draft.units.length;
}
