import { Badge, Button, Checkbox, Text, TextInput } from '@mantine/core';
import { IconCoin, IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useMissingPrices, usePrices, type Price } from '../api/money';
import { useSession } from '../api/session';
import type { MessageKey } from '../i18n/en';
import type { Translate } from '../i18n/format';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Empty, Loaded, Page, When } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { extras, standings } from './price';
import { emptyPrice, priceDraftOf, tokenRates, type PriceDraft } from './priceDraft';
import { PriceForm, rateLabels } from './PriceForm';
import style from './prices.module.css';

export default function Prices() {
  const { t } = useLanguage();
  const { may } = useSession();
  const prices = usePrices();
  const [adding, setAdding] = useState<PriceDraft>();
  const mayWrite = may('prices.write');
  const create = mayWrite && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(emptyPrice(''))} data-testid="new-price">{t('prices.new')}</Button>;
  return (
    <Page title={t('prices.title')} lead={t('prices.lead')} actions={create}>
      <Unpriced set={mayWrite ? (model) => setAdding(emptyPrice(model)) : undefined} />
      <Loaded query={prices}>
        {(all) => all.length === 0 ? <Empty icon={IconCoin} title={t('prices.empty.title')} actions={create}>{t('prices.empty.text')}</Empty> : <Table prices={standings(all, Date.now())} change={mayWrite ? (price) => setAdding(priceDraftOf(price)) : undefined} />}
      </Loaded>
      {adding !== undefined && <PriceForm first={adding} onClose={() => setAdding(undefined)} />}
    </Page>
  );
}

/** Models that were called and have no price, so that nobody knows what those calls cost. */
function Unpriced({ set }: { set: ((model: string) => void) | undefined }) {
  const { t } = useLanguage();
  const missing = useMissingPrices();
  if (missing.error) return <ErrorPanel error={missing.error} retry={() => void missing.refetch()} />;
  if (!missing.data || missing.data.length === 0) return null;
  return (
    <section className={style.unpriced} aria-label={t('prices.unpriced')} data-testid="unpriced">
      <Text fw={600} size="sm">{t('prices.unpriced')}</Text>
      <Text size="sm">{t('prices.unpriced.text')}</Text>
      <ul>
        {missing.data.map(({ model, last_called }) => (
          <li key={model} data-testid="unpriced-model">
            <span className="g-mono">{model}</span>
            <span>{t('prices.unpriced.last')} <When at={last_called} /></span>
            {set && <Button size="compact-xs" variant="default" onClick={() => set(model)} aria-label={`${t('prices.unpriced.set')}: ${model}`} data-testid="unpriced-set">{t('prices.unpriced.set')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where a price comes from, in the reader's words where the server says one of those that it says itself. */
function sourceText(t: Translate, source: string): string {
  const known = sources[source];
  return known ? t(known) : source;
}

const sources: Record<string, MessageKey> = { 'set by the tenant': 'prices.source.own', 'runs on this machine': 'prices.source.local', 'plays a script': 'prices.source.script', 'public list price, check': 'prices.source.public' };

function Table({ prices, change }: { prices: ReturnType<typeof standings>; change: ((price: Price) => void) | undefined }) {
  const { t, format } = useLanguage();
  const [text, setText] = useState('');
  const more = (price: Price) => extras(price, t, format);
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
                <th scope="col">{t('prices.model')}</th>{tokenRates.map((name) => <th key={name} scope="col" className={ui.number}>{t(rateLabels[name])}</th>)}
                <th scope="col">{t('prices.from')}</th><th scope="col">{t('prices.source')}</th>
                {change && <th scope="col"><span className="g-visually-hidden">{t('gw.edit')}</span></th>}
              </tr>
            </thead>
            <tbody>
              {shown.map((price) => (
                <tr key={`${price.model} ${price.from} ${price.source}`} data-testid="price-row" data-standing={price.standing}>
                  <td data-wide>
                    <b className="g-mono">{price.model}</b>{' '}
                    <Badge size="sm" color={price.standing === 'now' ? 'petrol' : price.standing === 'later' ? 'brass' : 'gray'}>{t(`prices.${price.standing}`)}</Badge>
                    {more(price).length > 0 && <details className={style.extras}><summary>{t('prices.more')}</summary>{more(price).map(([name, value]) => <div key={name}>{name}: <span className="g-mono">{value}</span></div>)}</details>}
                  </td>
                  {tokenRates.map((name) => {
                    const value = price[`${name}_usd_per_million`];
                    return <td key={name} className={ui.number} data-label={t(rateLabels[name])}>{value === undefined ? '–' : `$${value}`}</td>;
                  })}
                  <td className={ui.nowrap} data-label={t('prices.from')}><time dateTime={price.from}>{format.moment(price.from)}</time></td>
                  <td className={ui.sub}>{sourceText(t, price.source)}</td>
                  {change && <td className={ui.number}>{price.standing === 'now' && <Button size="compact-xs" variant="subtle" onClick={() => change(price)} aria-label={`${t('gw.edit')}: ${price.model}`} data-testid="price-change">{t('gw.edit')}</Button>}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
