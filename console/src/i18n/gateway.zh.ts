import type { gatewayEn } from './gateway.en';

/** 网关各页面的简体中文。 */
export const gatewayZh: Record<keyof typeof gatewayEn, string> = {
  'nav.gateway': '网关',
};
