import type { Alert } from '../api/gateway';
import type { Formats, Translate } from '../i18n/format';

/** What happened in the reader's language; the server's own words where it knows a kind or a detail that we do not. */
export function alertText(alert: Alert, t: Translate, format: Formats): string {
  const detail = (name: string) => alert.detail[name];
  const text = (name: string) => (typeof detail(name) === 'string' ? (detail(name) as string) : undefined);
  const number = (name: string) => (typeof detail(name) === 'number' ? (detail(name) as number) : undefined);
  if (alert.kind === 'budget') {
    const share = number('share');
    const spent = text('spent_usd') === undefined ? number('spent') : format.usd(text('spent_usd') ?? '');
    const limit = text('limit_usd') === undefined ? number('limit') : format.usd(text('limit_usd') ?? '');
    if (share === undefined || spent === undefined || limit === undefined) return alert.title;
    const values = { name: text('budget') ?? alert.subject, share: `${format.number(100 * share)}%`, spent, limit };
    return t(detail('hard') === true && share >= 1 ? 'alert.budget.hard' : 'alert.budget', values);
  }
  if (alert.kind === 'surge') {
    const [spent, usual] = [text('spent_usd'), text('usual_usd')];
    return spent === undefined || usual === undefined ? alert.title : t('alert.surge', { name: text('name') ?? t('scope.tenant'), spent: format.usd(spent), usual: format.usd(usual) });
  }
  const model = text('model');
  return alert.kind === 'provider' && model !== undefined ? t('alert.provider', { name: `${alert.subject}${alert.subject.includes('/') ? '' : `/${model}`}` }) : alert.title;
}
