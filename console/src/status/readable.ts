import type { Formats, Language, Translate } from '../i18n/format';

/**
 * The server's status grows with it, so the page knows words and units, not fields: `heap_used_bytes` is “heap used” in
 * bytes whatever part it stands in.
 */
const UNITS = { bytes: (f: Formats, n: number) => f.bytes(n), seconds: (f: Formats, n: number) => f.duration(1000 * n), ms: (f: Formats, n: number) => f.duration(n), usd: (f: Formats, n: number) => f.usd(String(n)) };

const CHINESE: Record<string, string> = {
  heap: '堆', used: '已用', limit: '上限', resident: '常驻内存', free: '可用', data: '数据', total: '总计', size: '大小', connections: '连接', active: '活动', idle: '空闲', kind: '类型', version: '版本', durable: '持久',
  writable: '可写', appended: '已写入', written: '已写入', behind: '落后', lag: '延迟', segment: '分段', segments: '分段', oldest: '最早', running: '运行中', waiting: '等待中', queued: '排队', failed: '失败', ready: '就绪', state: '状态',
  passages: '段落', documents: '文档', per: '每', second: '秒', minute: '分钟', address: '地址', directory: '目录', max: '最大', min: '最小', pool: '连接池', threads: '线程', pending: '待处理', calls: '调用', records: '记录', open: '打开', name: '名称', embedded: '内置', path: '路径', usable: '可用', maximum: '上限', uptime: '运行时间', jobs: '任务', done: '完成', full: '已满', error: '错误', schema: '模式', process: '进程', memory: '内存', journal: '日志', position: '位置', settled: '已结算', lost: '丢失', dropped: '丢弃', mode: '方式', url: '地址', capacity: '容量', answering: '有应答', most: '上限',
};

export function readable(name: string, value: unknown, language: Language): { label: string; show: (format: Formats, t: Translate) => string } {
  const words = name.split('_');
  const unit = words.length > 1 && words.at(-1)! in UNITS ? UNITS[words.at(-1) as keyof typeof UNITS] : undefined;
  const kept = unit ? words.slice(0, -1) : words;
  const known = language === 'zh' && kept.every((word) => word in CHINESE);
  const label = known ? kept.map((word) => CHINESE[word]).join('') : capital(kept.join(' '));
  return { label, show: (format, t) => text(value, unit, format, t) };
}

function text(value: unknown, unit: ((format: Formats, n: number) => string) | undefined, format: Formats, t: Translate): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no');
  if (typeof value === 'number') return unit ? unit(format, value) : format.number(value, 2);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
