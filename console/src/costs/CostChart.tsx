import type { Costs } from '../api/money';
import { useLanguage } from '../i18n/language';
import { chartOf, type Bar } from './chart';
import style from './costs.module.css';

const WIDTH = 1000;
const HEIGHT = 190;

interface Props {
  costs: Costs;
  nameOf: (name: string | undefined) => string;
}

/** Stacked bars of what is known; the table below says the same in words. */
export function CostChart({ costs, nameOf }: Props) {
  const { t, format, language } = useLanguage();
  const chart = chartOf(costs);
  const step = WIDTH / chart.bars.length;
  const day = new Intl.DateTimeFormat(language === 'zh' ? 'zh-Hans' : 'en', costs.interval === 'hour' ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const label = (bar: Bar) => day.format(new Date(bar.start));
  const titled = (bar: Bar) => [`${label(bar)}: ${format.usd(String(bar.usd))}`, ...bar.parts.map((part) => `${seriesName(part.series)}: ${format.usd(String(part.usd))}`), ...(bar.unknown > 0 ? [`${t('costs.unknown')}: ${format.number(bar.unknown)}`] : [])].join('\n');
  const seriesName = (index: number) => (chart.series[index]?.others ? t('costs.others', { n: costs.groups.length - index + (costs.others?.groups ?? 0) }) : nameOf(chart.series[index]?.name));
  const marks = [0, Math.floor(chart.bars.length / 2), chart.bars.length - 1].filter((at, index, all) => all.indexOf(at) === index);
  const total = chart.bars.reduce((sum, bar) => sum + bar.usd, 0);
  if (total === 0) return <p className={style.nothing}>{t('costs.chart.none')}</p>;
  return (
    <figure className={style.chart} data-testid="costs-chart">
      <figcaption className={style.caption}>{t('costs.chart')}</figcaption>
      <div className={style.plot}>
        <div className={style.axis} aria-hidden>{[...chart.ticks].reverse().map((tick) => <span key={tick}>{format.usd(String(tick))}</span>)}</div>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${t('costs.chart')}: ${format.usd(String(total))}`}>
          {chart.ticks.map((tick) => <line key={tick} x1={0} x2={WIDTH} y1={HEIGHT - (tick / chart.top) * HEIGHT} y2={HEIGHT - (tick / chart.top) * HEIGHT} className={style.grid} vectorEffect="non-scaling-stroke" />)}
          {chart.bars.map((bar, at) => (
            <g key={bar.start}>
              <title>{titled(bar)}</title>
              <rect x={at * step} y={0} width={step} height={HEIGHT} className={style.hit} />
              {bar.parts.map((part) => (
                <rect key={part.series} x={at * step + step * 0.12} width={step * 0.76} y={HEIGHT - (part.from + part.height) * HEIGHT} height={part.height * HEIGHT}
                  className={style.part} data-colour={chart.series[part.series]?.others ? 'rest' : part.series} />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <div className={style.times} aria-hidden>{marks.map((at) => <span key={at}>{label(chart.bars[at] as Bar)}</span>)}</div>
      <ul className={style.legend}>
        {chart.series.map((one, index) => <li key={index}><span className={style.swatch} data-colour={one.others ? 'rest' : index} aria-hidden />{seriesName(index)}</li>)}
      </ul>
    </figure>
  );
}
