// The Vercel AI SDK over three of the dialects.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';

const [url, key] = process.argv.slice(2);
const MODEL = 'fake/echo';
const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: key });
const anthropic = createAnthropic({ baseURL: `${url}/v1`, apiKey: key });
const models = {
  chat: openai.chat(MODEL),
  responses: openai.responses(MODEL),
  messages: anthropic(MODEL),
};

const seen = {};
for (const [name, model] of Object.entries(models)) {
  const asked = { model, prompt: `hello from ${name}`, maxOutputTokens: 200, maxRetries: 0 };
  const whole = await generateText(asked);
  const stream = streamText(asked);
  const pieces = [];
  for await (const piece of stream.textStream) pieces.push(piece);
  seen[name] = {
    text: whole.text,
    finish: whole.finishReason,
    output: whole.usage.outputTokens,
    stream: pieces.join(''),
    pieces: pieces.length,
    stream_finish: await stream.finishReason,
    stream_output: (await stream.usage).outputTokens,
  };
}
try {
  await generateText({ model: openai.chat('nobody/x'), prompt: 'hello', maxRetries: 0 });
} catch (failure) {
  seen.unknown = failure.statusCode;
}
console.log(JSON.stringify(seen));
