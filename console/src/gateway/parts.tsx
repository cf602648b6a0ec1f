import { Badge, Button } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { asApiError, type ApiError } from '../api/errors';
import { en, type MessageKey } from '../i18n/en';
import type { Translate } from '../i18n/format';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import type { Share } from './amounts';
import style from './gateway.module.css';

/** The word for a value of the API, or the value itself where a newer server knows more. */
export function word(t: Translate, prefix: string, value: string): string {
  const key = `${prefix}.${value}`;
  return key in en ? t(key as MessageKey) : value;
}

export const choices = (t: Translate, prefix: string, values: readonly string[]) => values.map((value) => ({ value, label: word(t, prefix, value) }));

const colours: Record<string, string> = {
  succeeded: 'petrol', sent: 'petrol', passed: 'petrol', closed: 'petrol',
  failed: 'red', dropped: 'red', open: 'red', found: 'brass', refused: 'brass', half_open: 'brass', cancelled: 'gray', unknown: 'gray', not_scanned: 'gray',
};

/** One word of state, in a colour that repeats it. */
export function Sign({ prefix, value, testId }: { prefix: string; value: string; testId?: string }) {
  const { t } = useLanguage();
  return <Badge size="sm" variant="light" color={colours[value] ?? 'gray'} data-value={value} data-testid={testId} styles={{ root: { maxWidth: 'none' }, label: { color: 'var(--mantine-color-text)', overflow: 'visible' } }}>{word(t, prefix, value)}</Badge>;
}

/** How much of an amount is spent and reserved; in words for who does not see it. */
export function Gauge({ of, label }: { of: Share; label: string }) {
  return (
    <div className={style.gauge} role="img" aria-label={label} data-over={of.over || undefined}>
      <i style={{ width: `${100 * of.spent}%` }} />
      <i style={{ width: `${100 * of.reserved}%` }} />
    </div>
  );
}

/** The time, anew each second while something waits for it. */
export function useNow(active: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!active) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}

/** A form's way to the server: busy while it runs, the error when it failed. */
export function useSaving(): { busy: boolean; error: ApiError | undefined; save: (run: () => Promise<void>) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const save = async (run: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await run();
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, save };
}

/** A form with what went wrong and its two buttons. */
export function Form({ busy, error, onSubmit, onCancel, action, disabled, readOnly, children, testId }: {
  busy: boolean;
  error: ApiError | undefined;
  onSubmit: () => void;
  onCancel: () => void;
  action: string;
  disabled?: boolean;
  readOnly?: boolean;
  children: ReactNode;
  testId: string;
}) {
  const { t } = useLanguage();
  const form = useRef<HTMLFormElement>(null);
  // A long form may have its fault out of sight: at the field that the server names, or below.
  useEffect(() => {
    if (!error) return;
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid=true]');
    if (field) {
      // To the middle: the head of a dialog covers what stands at its upper edge.
      field.focus({ preventScroll: true });
      field.scrollIntoView({ block: 'center' });
    } else form.current?.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' });
  }, [error]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!readOnly) onSubmit();
  };
  return (
    <form ref={form} onSubmit={submit} className={style.form} noValidate data-testid={testId}>
      <fieldset disabled={readOnly} style={{ display: 'contents' }}>{children}</fieldset>
      {error && <ErrorPanel error={error} />}
      {error?.code === 'version_stale' && <p className={style.legend}>{t('gw.stale')}</p>}
      <div className={style.end}>
        <Button variant="default" onClick={onCancel}>{readOnly ? t('common.back') : t('common.cancel')}</Button>
        {!readOnly && <Button type="submit" loading={busy} disabled={disabled} data-testid="save">{action}</Button>}
      </div>
    </form>
  );
}

export const tagsText = (tags: Record<string, string> | undefined): string => Object.entries(tags ?? {}).map(([name, value]) => `${name}=${value}`).join(' · ');
