"""The vendors' own clients, in three dialects, against a model that speaks a fourth."""
import json
import sys

import anthropic
import openai
from google import genai
from google.genai import errors, types

url, key = sys.argv[1], sys.argv[2]
MODEL = "fake/echo"
seen = {}

claude = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0)
asked = dict(model=MODEL, max_tokens=200, system="Be brief.",
             messages=[{"role": "user", "content": "hello from Claude's client"}])
message = claude.messages.create(**asked)
with claude.messages.stream(**asked) as stream:
    pieces = list(stream.text_stream)
    final = stream.get_final_message()
seen["anthropic"] = {
    "text": message.content[0].text, "stop": message.stop_reason, "output": message.usage.output_tokens,
    "stream": "".join(pieces), "pieces": len(pieces), "final": final.content[0].text,
    "stream_output": final.usage.output_tokens,
    "models": [model.id for model in claude.models.list()],
}
for name, client, model in (
        ("unknown", claude, "nobody/x"),
        ("wrong_key", anthropic.Anthropic(base_url=url, api_key="gmb_wrong", max_retries=0), MODEL)):
    try:
        client.messages.create(**{**asked, "model": model})
    except anthropic.APIStatusError as failure:
        seen["anthropic"][name] = type(failure).__name__

gemini = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url))
answer = gemini.models.generate_content(model=MODEL, contents="hello from Gemini's client")
parts = [chunk.text or "" for chunk in gemini.models.generate_content_stream(
    model=MODEL, contents="hello from Gemini's client")]
seen["gemini"] = {
    "text": answer.text, "finish": answer.candidates[0].finish_reason.name,
    "output": answer.usage_metadata.candidates_token_count, "stream": "".join(parts), "pieces": len(parts),
}
try:
    gemini.models.generate_content(model="nobody/x", contents="hello")
except errors.ClientError as failure:
    seen["gemini"]["unknown"] = failure.status

client = openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0)
response = client.responses.create(model=MODEL, input="hello from Responses", instructions="Be brief.")
deltas, completed = [], None
for event in client.responses.create(model=MODEL, input="hello from Responses", stream=True):
    if event.type == "response.output_text.delta":
        deltas.append(event.delta)
    elif event.type == "response.completed":
        completed = event.response
seen["responses"] = {
    "text": response.output_text, "status": response.status, "output": response.usage.output_tokens,
    "stream": "".join(deltas), "pieces": len(deltas), "final": completed.output_text,
}
print(json.dumps(seen))
