export interface Preset {
  dialect: string;
  /** How people call it. */
  label: string;
  /** Where it stands unless said; empty: must be said. */
  address: string;
  /** What its documentation calls the variable of the key; empty: it wants none. */
  variable: string;
  /** The server fills the address in by itself. */
  known: boolean;
}

/** The dialects of the server, with the addresses that vendors publish. */
export const presets: Preset[] = [
  { dialect: 'openai', label: 'OpenAI', address: 'https://api.openai.com/v1', variable: 'OPENAI_API_KEY', known: false },
  { dialect: 'anthropic', label: 'Anthropic', address: 'https://api.anthropic.com', variable: 'ANTHROPIC_API_KEY', known: false },
  { dialect: 'gemini', label: 'Gemini', address: 'https://generativelanguage.googleapis.com', variable: 'GEMINI_API_KEY', known: false },
  { dialect: 'azure', label: 'Azure OpenAI', address: '', variable: 'AZURE_OPENAI_API_KEY', known: false },
  { dialect: 'openai-responses', label: 'OpenAI Responses', address: 'https://api.openai.com/v1', variable: 'OPENAI_API_KEY', known: false },
  { dialect: 'deepseek', label: 'DeepSeek', address: 'https://api.deepseek.com', variable: 'DEEPSEEK_API_KEY', known: true },
  { dialect: 'dashscope', label: 'Qwen (DashScope)', address: 'https://dashscope.aliyuncs.com/compatible-mode/v1', variable: 'DASHSCOPE_API_KEY', known: true },
  { dialect: 'moonshot', label: 'Moonshot (Kimi)', address: 'https://api.moonshot.cn/v1', variable: 'MOONSHOT_API_KEY', known: true },
  { dialect: 'zhipu', label: 'Zhipu (GLM)', address: 'https://open.bigmodel.cn/api/paas/v4', variable: 'ZHIPU_API_KEY', known: true },
  { dialect: 'vllm', label: 'vLLM', address: 'http://127.0.0.1:8000/v1', variable: '', known: true },
  { dialect: 'ollama', label: 'Ollama', address: 'http://127.0.0.1:11434/v1', variable: '', known: true },
  { dialect: 'cohere', label: 'Cohere', address: 'https://api.cohere.com', variable: 'COHERE_API_KEY', known: true },
  { dialect: 'jina', label: 'Jina', address: 'https://api.jina.ai', variable: 'JINA_API_KEY', known: true },
];

/** A key is named, never typed: the server reads it where it runs. */
export const isReference = (credential: string): boolean => /^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/\S+)$/.test(credential);

/** How a provider does, of what its models do: the worst breaker, or nothing known yet. */
export function worst(breakers: string[]): 'open' | 'half_open' | 'closed' | undefined {
  for (const state of ['open', 'half_open', 'closed'] as const) if (breakers.includes(state)) return state;
  return undefined;
}
