import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { IconArrowUpRight, IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useContent, useDocument } from '../api/queries';
import type { Citation } from '../api/types';
import { useLanguage } from '../i18n/language';
import { DocumentText } from '../library/DocumentText';
import { locatorText, placeAddress } from '../library/place';
import { Loaded } from '../ui/parts';
import { markerOf } from './citations';
import style from './ask.module.css';

/** The cited document beside the answer, the cited range marked and in sight. */
export function SourcePanel({ citation, collection, onClose }: { citation: Citation; collection: string; onClose: () => void }) {
  const { t } = useLanguage();
  const document = useDocument(collection, citation.document);
  const content = useContent(collection, citation.document, citation.version);
  const title = citation.title || document.data?.title || document.data?.key || citation.document;
  const where = [locatorText(citation.locator, t), t('document.version.n', { n: citation.version })].filter(Boolean).join(' · ');
  return (
    <div className={style.panel} data-testid="source-panel">
      <div className={style.panelHead}>
        <span className={style.marker}>{markerOf(citation)}</span>
        <div className={style.panelTitle}>
          <Text fw={600} size="sm" lineClamp={2}>{title}</Text>
          <Text size="xs" c="dimmed">{where}</Text>
        </div>
        <Tooltip label={t('ask.source.page')}>
          <ActionIcon component={Link} href={placeAddress(collection, citation)} variant="subtle" color="gray" aria-label={t('ask.source.page')} data-testid="source-page"><IconArrowUpRight size={18} /></ActionIcon>
        </Tooltip>
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label={t('ask.source.close')} data-testid="source-close"><IconX size={18} /></ActionIcon>
      </div>
      <div className={style.panelBody} tabIndex={0} role="region" aria-label={title}>
        <Loaded query={content}>{(text) => <DocumentText text={text} range={{ start: citation.start, end: citation.end }} testId="source-text" />}</Loaded>
      </div>
    </div>
  );
}
