/** What every column is asked; images as data addresses. */
export interface Settings {
  system: string;
  prompt: string;
  temperature: number | undefined;
  maxTokens: number | undefined;
  /** JSON as typed: a list of tools in OpenAI's shape. */
  tools: string;
  /** JSON as typed: a schema that the answer must fit. */
  schema: string;
  images: Image[];
}

export interface Image {
  name: string;
  address: string;
  bytes: number;
}

export const nothing: Settings = { system: '', prompt: '', temperature: undefined, maxTokens: undefined, tools: '', schema: '', images: [] };

/** What all images of one question may take together, before they are encoded. */
export const MOST_IMAGE_BYTES = 8_000_000;

export type Wrong = 'json' | 'list' | 'object';

function parsed(text: string): unknown {
  return text.trim() === '' ? undefined : JSON.parse(text);
}

function wrongWith(text: string, due: 'list' | 'object'): Wrong | undefined {
  try {
    const value = parsed(text);
    if (value === undefined) return undefined;
    const fits = due === 'list' ? Array.isArray(value) : typeof value === 'object' && value !== null && !Array.isArray(value);
    return fits ? undefined : due;
  } catch {
    return 'json';
  }
}

export const wrongTools = (text: string) => wrongWith(text, 'list');
export const wrongSchema = (text: string) => wrongWith(text, 'object');

/** A function as people paste it, with or without the wrapping that the dialect wants. */
function toolOf(tool: unknown): unknown {
  const given = tool as { type?: unknown; name?: unknown };
  return given && typeof given === 'object' && given.type === undefined && typeof given.name === 'string' ? { type: 'function', function: tool } : tool;
}

/** The call's body in OpenAI's chat dialect. */
export function bodyOf(model: string, settings: Settings): Record<string, unknown> {
  const content = settings.images.length === 0
    ? settings.prompt
    : [{ type: 'text', text: settings.prompt }, ...settings.images.map(({ address }) => ({ type: 'image_url', image_url: { url: address } }))];
  const tools = parsed(settings.tools) as unknown[] | undefined;
  const schema = parsed(settings.schema);
  return {
    model,
    messages: [...(settings.system.trim() ? [{ role: 'system', content: settings.system }] : []), { role: 'user', content }],
    ...(settings.temperature !== undefined && { temperature: settings.temperature }),
    ...(settings.maxTokens !== undefined && { max_tokens: settings.maxTokens }),
    ...(tools && tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(schema !== undefined && { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } }),
    stream: true,
    stream_options: { include_usage: true },
  };
}
