import type { Budget, Scope, ScopeKind } from '../api/gateway';

export interface Share {
  /** Of the amount, 0 to 1 each, together at most 1. */
  spent: number;
  reserved: number;
  /** More than the amount is spent and reserved. */
  over: boolean;
}

/** What a bar shows; a soft budget may be over its amount. */
export function share(limit: number, spent: number, reserved: number): Share {
  if (limit <= 0) return { spent: 1, reserved: 0, over: spent + reserved > limit };
  const part = Math.min(1, spent / limit);
  return { spent: part, reserved: Math.min(1 - part, reserved / limit), over: spent + reserved > limit };
}

export const inTokens = (budget: Budget): boolean => budget.limit_tokens !== undefined;

export function shareOf(budget: Budget): Share {
  return inTokens(budget)
    ? share(budget.limit_tokens ?? 0, budget.spent_tokens ?? 0, budget.reserved_tokens ?? 0)
    : share(Number(budget.limit_usd), Number(budget.spent_usd ?? 0), Number(budget.reserved_usd ?? 0));
}

export const scopeKinds: ScopeKind[] = ['tenant', 'key', 'user', 'app', 'route'];

/** A scope has one field; that of the whole tenant shows its id, which nobody needs to see. */
export function scopeOf(scope: Scope): { kind: ScopeKind; name: string } {
  for (const kind of scopeKinds) {
    const name = scope[kind];
    if (name !== undefined) return { kind, name: kind === 'tenant' ? '' : name };
  }
  return { kind: 'tenant', name: '' };
}

export const scopeFor = (kind: ScopeKind, name: string): Scope => (kind === 'tenant' ? { tenant: 'own' } : { [kind]: name.trim() });

/** `0.5, 90%, 1` as shares; undefined where something is no number. */
export function sharesOf(text: string): number[] | undefined {
  const parts = text.split(/[\s,，、;]+/).filter(Boolean);
  const numbers = parts.map((part) => (part.endsWith('%') ? Number(part.slice(0, -1)) / 100 : Number(part)));
  return numbers.every((number) => Number.isFinite(number)) ? numbers : undefined;
}

export const percents = (shares: number[]): string => shares.map((one) => `${Number((100 * one).toFixed(4))}%`).join(', ');

/** A decimal string without the noughts that say nothing: `2500.500000000` as `2500.5`. */
export const plain = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);
