import { Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { asApiError, type ApiError } from '../api/errors';
import type { MessageKey } from '../i18n/en';
import { useLanguage } from '../i18n/language';
import style from './ui.module.css';

function titleOf(error: ApiError): MessageKey {
  if (error.status === 0) return error.code === 'timeout' ? 'error.timeout' : 'error.unreachable';
  if (error.status === 403) return 'error.denied';
  if (error.status === 404) return 'error.missing';
  if (error.status === 429) return 'error.busy';
  return error.status >= 500 ? 'error.server' : 'error.title';
}

/** What went wrong, in the reader's words, then in the server's, with what a support request needs. */
export function ErrorPanel({ error: thrown, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useLanguage();
  const error = asApiError(thrown);
  const detail = error.detail || error.title;
  return (
    <div className={style.error} role="alert" data-testid="error">
      <IconAlertTriangle size={18} aria-hidden />
      <div className={style.errorText}>
        <Text fw={600} size="sm">{t(titleOf(error))}</Text>
        {error.status === 404 && <Text size="sm">{t('error.missing.text')}</Text>}
        {error.status > 0 && detail && <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{detail}</Text>}
        {error.fields.filter((field) => detail !== `${field.field}: ${field.message}`).map((field) => <Text key={field.field} size="sm"><code>{field.field}</code>: {field.message}</Text>)}
        <Text size="xs" className={style.errorCode}>
          {t('error.code')} <code>{error.code}</code>
          {error.requestId && <> · {t('error.request')} <code>{error.requestId}</code></>}
        </Text>
      </div>
      {retry && <Button size="compact-sm" variant="default" onClick={retry}>{t('error.retry')}</Button>}
    </div>
  );
}
