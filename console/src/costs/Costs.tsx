import { Button, Select, TextInput } from '@mantine/core';
import { IconDownload, IconReceipt2, IconX } from '@tabler/icons-react';
import { useMemo, useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'wouter';
import { apiAddress, type Query } from '../api/address';
import { useCosts, type CostGroup, type Costs as CostsOf } from '../api/money';
import { useKeys } from '../api/queries';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Empty, Loaded, Page } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { CallsDrawer } from './CallsDrawer';
import { CostChart } from './CostChart';
import style from './costs.module.css';
import { choiceOf, filterQuery, groups, listable, narrowed, parametersOf, periods, spanOf, type Choice, type Period } from './query';

/** What is looked at lives in the address, so that it can be sent to someone and the way back keeps it. */
export default function Costs() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const choice = choiceOf(parameters);
  const set = (part: Partial<Choice>) => setParameters(parametersOf({ ...choice, ...part }));
  const { period } = choice;
  // Reckoned once per choice: a moving `from` would be a new question at every drawing.
  const span = useMemo(() => spanOf(period, Date.now()), [period]);
  const filters = filterQuery(choice.filters);
  const query = { group_by: choice.group, ...span, ...filters };
  const costs = useCosts(query);
  const nameOf = useNames(choice.group);
  const exportLink = <Button component="a" href={apiAddress('costs', { ...query, format: 'csv' })} download="costs.csv" variant="default" leftSection={<IconDownload size={16} aria-hidden />} data-testid="costs-export">{t('costs.export')}</Button>;
  return (
    <Page title={t('costs.title')} lead={t('costs.lead')} actions={exportLink}>
      <Bar choice={choice} set={set} />
      {choice.filters.length > 0 && <Only choice={choice} set={set} />}
      <Loaded query={costs}>
        {(found) => found.total.calls === 0 ? <Empty icon={IconReceipt2} title={t('costs.empty.title')}>{t('costs.empty.text')}</Empty> : (
          <>
            <Cards costs={found} />
            <CostChart costs={found} nameOf={nameOf} />
            <Groups costs={found} nameOf={nameOf} choice={choice} set={set} query={{ from: span.from, ...filters }} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Keys by their names where they may be read; the calls have their ids only. */
function useNames(group: string) {
  const { t } = useLanguage();
  const { may, principal } = useSession();
  const readable = may('keys.read');
  const keys = useKeys(readable && group === 'key');
  return (name: string | undefined) => {
    if (name === undefined) return t('costs.none');
    if (group !== 'key') return name;
    return name === principal.id ? principal.name : (keys.items.find((key) => key.id === name)?.name ?? name);
  };
}

function Bar({ choice, set }: { choice: Choice; set: (part: Partial<Choice>) => void }) {
  const { t } = useLanguage();
  const tagged = choice.group.startsWith('tag:');
  const [typing, setTyping] = useState(false);
  const [tag, setTag] = useState(tagged ? choice.group.slice(4) : '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (tag.trim()) set({ group: `tag:${tag.trim().toLowerCase()}` });
  };
  const choose = (group: string | null) => {
    setTyping(group === 'tag');
    if (group && group !== 'tag') set({ group });
  };
  return (
    <div className={style.bar} role="search" aria-label={t('costs.show')}>
      <Select size="xs" label={t('costs.period')} value={choice.period} onChange={(period) => set({ period: period as Period })} allowDeselect={false} w={150} data-testid="costs-period"
        data={(Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`costs.period.${value}`) }))} />
      <Select size="xs" label={t('costs.group')} value={typing || tagged ? 'tag' : choice.group} onChange={choose} allowDeselect={false} w={150} data-testid="costs-group"
        data={[...groups, 'tag' as const].map((value) => ({ value, label: t(`costs.group.${value}`) }))} />
      {(typing || tagged) && (
        <form onSubmit={submit}>
          <TextInput size="xs" label={t('costs.tag')} placeholder={t('costs.tag.text')} value={tag} onChange={(event) => setTag(event.currentTarget.value)} w={150} data-testid="costs-tag" />
          <Button type="submit" size="xs" variant="default" data-testid="costs-tag-show">{t('costs.show')}</Button>
        </form>
      )}
    </div>
  );
}

function Only({ choice, set }: { choice: Choice; set: (part: Partial<Choice>) => void }) {
  const { t } = useLanguage();
  return (
    <div className={style.only}>
      <span>{t('costs.filter')}</span>
      {choice.filters.map((filter) => {
        const what = `${filter.group}: ${filter.name}`;
        return (
          <Button key={what} size="compact-xs" variant="light" rightSection={<IconX size={12} aria-hidden />} aria-label={t('costs.filter.remove', { what })} onClick={() => set({ filters: choice.filters.filter((one) => one !== filter) })} data-testid="costs-only">{what}</Button>
        );
      })}
    </div>
  );
}

function Cards({ costs }: { costs: CostsOf }) {
  const { t, format } = useLanguage();
  const { may } = useSession();
  const { total } = costs;
  return (
    <dl className={style.cards} data-testid="costs-cards">
      <div className={style.card}><dt>{t('costs.total')}</dt><dd data-testid="costs-total">{total.cost_usd !== undefined ? format.usd(total.cost_usd) : total.unknown_cost_calls > 0 ? t('common.unknown') : '–'}</dd></div>
      <div className={style.card}><dt>{t('costs.calls')}</dt><dd>{format.number(total.calls)} {total.failed_calls > 0 && <small>{t('costs.failed', { n: total.failed_calls })}</small>}</dd></div>
      <div className={style.card} data-warn={total.unknown_cost_calls > 0 || undefined}>
        <dt>{t('costs.unknown')}</dt>
        <dd data-testid="costs-unknown">{format.number(total.unknown_cost_calls)} {total.unknown_cost_calls > 0 && <small>{t('costs.unknown.text')}{may('models.read') && <> · <Link href="/prices">{t('costs.unknown.prices')}</Link></>}</small>}</dd>
      </div>
      <div className={style.card}><dt>{t('costs.saved')}</dt><dd data-testid="costs-saved">{format.usd(total.saved_usd)} <small>{t('costs.saved.text')}</small></dd></div>
    </dl>
  );
}

interface GroupsProps {
  costs: CostsOf;
  nameOf: (name: string | undefined) => string;
  choice: Choice;
  set: (part: Partial<Choice>) => void;
  query: Query;
}

function Groups({ costs, nameOf, choice, set, query }: GroupsProps) {
  const { t, format } = useLanguage();
  const [open, setOpen] = useState<CostGroup>();
  const total = Number(costs.total.cost_usd ?? 0);
  const drill = (group: CostGroup) => listable(choice.group) && group.name !== undefined;
  const rows: { key: string; name: string; group: CostGroup; real: boolean }[] = [
    ...costs.groups.map((group) => ({ key: `group ${group.name ?? ''}`, name: nameOf(group.name), group, real: true })),
    ...(costs.others ? [{ key: 'others', name: t('costs.others', { n: costs.others.groups }), group: costs.others, real: false }] : []),
  ];
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('costs.table')} data-testid="costs">
        <thead>
          <tr>
            <th scope="col">{choice.group.startsWith('tag:') ? choice.group : t(`costs.group.${choice.group as (typeof groups)[number]}`)}</th>
            <th scope="col" className={ui.number}>{t('costs.cost')}</th><th scope="col" className={ui.number}>{t('costs.saved')}</th><th scope="col" className={ui.number}>{t('costs.share')}</th><th scope="col" className={ui.number}>{t('costs.calls')}</th><th scope="col" className={ui.number}>{t('costs.unknown')}</th>
            <th scope="col" className={ui.number}>{t('costs.tokens.in')}</th><th scope="col" className={ui.number}>{t('costs.tokens.cached')}</th><th scope="col" className={ui.number}>{t('costs.tokens.out')}</th>
            <th scope="col"><span className="g-visually-hidden">{t('costs.filter')}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, group, real }) => (
            <tr key={key} data-testid="cost-row">
              <td data-wide>{real && drill(group) ? <button type="button" className={style.name} onClick={() => setOpen(group)} aria-label={t('costs.drill', { name })} data-testid="cost-drill">{name}</button> : name}</td>
              <td className={ui.number} data-label={t('costs.cost')}>{group.sum.cost_usd !== undefined ? format.usd(group.sum.cost_usd) : group.sum.unknown_cost_calls > 0 ? t('common.unknown') : '–'}</td>
              <td className={ui.number} data-label={t('costs.saved')}>{Number(group.sum.saved_usd) === 0 ? '–' : format.usd(group.sum.saved_usd)}</td>
              <td className={ui.number} data-label={t('costs.share')}>{group.sum.cost_usd === undefined || total === 0 ? '–' : `${format.number((Number(group.sum.cost_usd) / total) * 100)} %`}</td>
              <td className={ui.number} data-label={t('costs.calls')}>{format.number(group.sum.calls)}</td>
              <td className={`${ui.number} ${group.sum.unknown_cost_calls > 0 ? style.unknown : ''}`} data-label={t('costs.unknown')}>{format.number(group.sum.unknown_cost_calls)}</td>
              <td className={ui.number} data-label={t('costs.tokens.in')}>{format.number(group.sum.input_tokens)}</td>
              <td className={ui.number} data-label={t('costs.tokens.cached')}>{format.number(group.sum.cached_tokens)}</td>
              <td className={ui.number} data-label={t('costs.tokens.out')}>{format.number(group.sum.output_tokens)}</td>
              <td className={ui.number}>
                {real && group.name !== undefined && (
                  <Button size="compact-xs" variant="subtle" onClick={() => set({ filters: narrowed(choice.filters, { group: choice.group, name: group.name ?? '' }) })} aria-label={t('costs.only', { name })} data-testid="cost-only">{t('costs.filter')}</Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open && <CallsDrawer name={nameOf(open.name)} query={{ ...query, ...filterQuery(narrowed(choice.filters, { group: choice.group, name: open.name ?? '' })) }} onClose={() => setOpen(undefined)} />}
    </div>
  );
}
