import { Autocomplete, Select } from '@mantine/core';
import type { ScopeKind } from '../api/gateway';
import { useLanguage } from '../i18n/language';
import { scopeKinds } from './amounts';
import type { FieldError } from './fields';
import { choices, word } from './parts';
import { useModelNames, usePrincipalNames } from './queries';

/** Whose calls count. It does not change once it is declared. */
export function ScopeFields({ kind, name, set, at, fixed }: { kind: ScopeKind; name: string; set: (kind: ScopeKind, name: string) => void; at: FieldError; fixed: boolean }) {
  const { t } = useLanguage();
  const principals = usePrincipalNames();
  const models = useModelNames();
  const suggestions = kind === 'key' ? principals.names : kind === 'app' ? models.filter((one) => one.startsWith('app:')).map((one) => one.slice(4)) : kind === 'route' ? models.filter((one) => !one.includes('/') && !one.startsWith('app:')) : [];
  return (
    <>
      <Select label={t('scope.label')} value={kind} onChange={(chosen) => set((chosen ?? 'tenant') as ScopeKind, '')} allowDeselect={false} disabled={fixed} data={choices(t, 'scope', scopeKinds)} error={at('scope')} data-testid="scope-kind" />
      {kind !== 'tenant' && <Autocomplete label={word(t, 'scope', kind)} value={name} onChange={(chosen) => set(kind, chosen)} data={[...new Set(suggestions)]} limit={20} disabled={fixed} error={at(`scope.${kind}`)} required data-testid="scope-name" />}
    </>
  );
}
