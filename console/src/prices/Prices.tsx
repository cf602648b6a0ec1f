import { Badge, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconCoin, IconPlus, IconSearch } from '@tabler/icons-react';
import { useMemo, useState, type FormEvent } from 'react';
import { api } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import { useCosts, usePrices, type CostGroup } from '../api/money';
import { useSession } from '../api/session';
import { spanOf } from '../costs/query';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Empty, Loaded, Page } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { amount, extras, standings } from './price';
import style from './prices.module.css';

export default function Prices() {
  const { t } = useLanguage();
  const { may } = useSession();
  const prices = usePrices();
  const [adding, setAdding] = useState<string>();
  const mayWrite = may('prices.write');
  const create = mayWrite && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding('')} data-testid="new-price">{t('prices.new')}</Button>;
  return (
    <Page title={t('prices.title')} lead={t('prices.lead')} actions={create}>
      {may('traces.read') && <Unpriced set={mayWrite ? setAdding : undefined} />}
      <Loaded query={prices}>
        {(all) => all.length === 0 ? <Empty icon={IconCoin} title={t('prices.empty.title')} actions={create}>{t('prices.empty.text')}</Empty> : <Table prices={standings(all, Date.now())} />}
      </Loaded>
      {adding !== undefined && <NewPrice model={adding} onClose={() => setAdding(undefined)} />}
    </Page>
  );
}

/** Models that were called and whose calls have no known cost. */
function Unpriced({ set }: { set: ((model: string) => void) | undefined }) {
  const { t } = useLanguage();
  const span = useMemo(() => ({ from: spanOf('month', Date.now()).from }), []);
  const costs = useCosts({ group_by: 'model', limit: 200, ...span });
  const models = (costs.data?.groups ?? []).filter((group): group is CostGroup & { name: string } => group.name !== undefined && group.sum.unknown_cost_calls > 0);
  if (costs.error) return <ErrorPanel error={costs.error} retry={() => void costs.refetch()} />;
  if (models.length === 0) return null;
  return (
    <section className={style.unpriced} aria-label={t('prices.unpriced')} data-testid="unpriced">
      <Text fw={600} size="sm">{t('prices.unpriced')}</Text>
      <Text size="sm">{t('prices.unpriced.text')}</Text>
      <ul>
        {models.map(({ name, sum }) => (
          <li key={name} data-testid="unpriced-model">
            <span className="g-mono">{name}</span>
            <span>{t('prices.unpriced.calls', { n: sum.unknown_cost_calls })}</span>
            {set && <Button size="compact-xs" variant="default" onClick={() => set(name)} aria-label={`${t('prices.unpriced.set')}: ${name}`} data-testid="unpriced-set">{t('prices.unpriced.set')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

const numbers = ['input', 'output', 'cached_input', 'cache_write'] as const;
const labels = { input: 'prices.input', output: 'prices.output', cached_input: 'prices.cached', cache_write: 'prices.write' } as const;

function Table({ prices }: { prices: ReturnType<typeof standings> }) {
  const { t, format } = useLanguage();
  const [text, setText] = useState('');
  const [past, setPast] = useState(false);
  const shown = prices.filter((price) => (past || price.standing !== 'past') && price.model.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <>
      <div className={ui.filters} role="search">
        <TextInput size="xs" label={t('prices.search')} placeholder={t('prices.search.text')} leftSection={<IconSearch size={14} aria-hidden />} value={text} onChange={(event) => setText(event.currentTarget.value)} data-testid="prices-search" />
        <Checkbox size="xs" label={t('prices.history')} checked={past} onChange={(event) => setPast(event.currentTarget.checked)} pb={7} data-testid="prices-past" />
        <Text size="xs" c="dimmed" pb={7}>{t('prices.million')}</Text>
      </div>
      {shown.length === 0 ? <Empty icon={IconSearch} title={t('prices.nomatch')} /> : (
        <div className={ui.scroll}>
          <table className={`${ui.table} ${ui.stack}`} aria-label={t('prices.table')} data-testid="prices">
            <thead>
              <tr>
                <th scope="col">{t('prices.model')}</th>{numbers.map((name) => <th key={name} scope="col" className={ui.number}>{t(labels[name])}</th>)}
                <th scope="col">{t('prices.from')}</th><th scope="col">{t('prices.source')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((price) => (
                <tr key={`${price.model} ${price.from} ${price.source}`} data-testid="price-row" data-standing={price.standing}>
                  <td data-wide>
                    <b className="g-mono">{price.model}</b>{' '}
                    <Badge size="sm" color={price.standing === 'now' ? 'petrol' : price.standing === 'later' ? 'brass' : 'gray'}>{t(`prices.${price.standing}`)}</Badge>
                    {extras(price).length > 0 && <details className={style.extras}><summary>{t('prices.more')}</summary>{extras(price).map(([name, value]) => <div key={name}>{name}: <span className="g-mono">{value}</span></div>)}</details>}
                  </td>
                  {numbers.map((name) => {
                    const value = price[`${name}_usd_per_million`];
                    return <td key={name} className={ui.number} data-label={t(labels[name])}>{value === undefined ? '–' : `$${value}`}</td>;
                  })}
                  <td className={ui.nowrap} data-label={t('prices.from')}><time dateTime={price.from}>{format.moment(price.from)}</time></td>
                  <td className={ui.sub}>{price.source}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function NewPrice({ model: given, onClose }: { model: string; onClose: () => void }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [model, setModel] = useState(given);
  const [typed, setTyped] = useState({ input: '', output: '', cached_input: '', cache_write: '' });
  const [from, setFrom] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const wrong = (name: keyof typeof typed) => typed[name].trim() !== '' && amount(typed[name]) === undefined;
  const ready = model.trim() !== '' && amount(typed.input) !== undefined && amount(typed.output) !== undefined && !numbers.some(wrong);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const amounts = Object.fromEntries(numbers.flatMap((name) => {
        const value = amount(typed[name]);
        return value === undefined ? [] : [[`${name}_usd_per_million`, value]];
      }));
      await api.post('prices', { model: model.trim(), ...amounts, ...(from && { from: new Date(from).toISOString() }) });
      void client.invalidateQueries({ queryKey: ['prices'] });
      onClose();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t('prices.new')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput label={t('prices.model')} description={t('prices.model.text')} value={model} onChange={(event) => setModel(event.currentTarget.value)} required data-autofocus={given === '' || undefined} autoComplete="off" spellCheck={false} data-testid="price-model" />
          <Text size="xs" c="dimmed">{t('prices.million')}</Text>
          <div className={style.amounts}>
            {numbers.map((name) => {
              const due = name === 'input' || name === 'output';
              return (
                <TextInput key={name} label={due ? t(labels[name]) : `${t(labels[name])} (${t('common.optional')})`} inputMode="decimal" leftSection="$" value={typed[name]} required={due} autoComplete="off"
                  onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })} error={wrong(name) && t('prices.wrong')} data-autofocus={(given !== '' && name === 'input') || undefined} data-testid={`price-${name}`} />
              );
            })}
          </div>
          <TextInput type="datetime-local" label={`${t('prices.from')} (${t('common.optional')})`} description={t('prices.from.text')} value={from} onChange={(event) => setFrom(event.currentTarget.value)} data-testid="price-from" />
          {error && <ErrorPanel error={error} />}
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" loading={busy} disabled={!ready} data-testid="price-create">{t('common.create')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
