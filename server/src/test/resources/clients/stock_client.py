"""The stock openai package against a server: prints one JSON object of what it saw."""

import json
import sys

import openai

url, key, embedder = sys.argv[1:4]
client = openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0)
seen = {"client": openai.__version__}

hello = [{"role": "user", "content": "hello from Python"}]
answer = client.chat.completions.create(model="fake/echo", messages=hello)
seen["chat"] = answer.choices[0].message.content
seen["finish"] = answer.choices[0].finish_reason
seen["usage"] = answer.usage.total_tokens

text, usage, pieces = "", None, 0
for chunk in client.chat.completions.create(
    model="fake/echo", messages=hello, stream=True, stream_options={"include_usage": True}
):
    if chunk.choices:
        pieces += 1
        text += chunk.choices[0].delta.content or ""
    if chunk.usage:
        usage = chunk.usage.total_tokens
seen["stream"] = {"text": text, "usage": usage, "pieces": pieces}

plain = client.embeddings.create(model=embedder, input=["a cat"], encoding_format="float")
packed = client.embeddings.create(model=embedder, input=["a cat"])  # asks for base64
seen["float"] = plain.data[0].embedding
seen["base64"] = packed.data[0].embedding

seen["models"] = [model.id for model in client.models.list()]
seen["model"] = client.models.retrieve("fake/echo").id

cited = client.chat.completions.create(
    model="app:default",
    messages=[{"role": "user", "content": "How many weeks of parental leave can employees take?"}],
)
seen["application"] = cited.choices[0].message.content
seen["citations"] = [
    annotation.url_citation.url
    for annotation in cited.choices[0].message.annotations
    if annotation.type == "url_citation"
]

try:
    client.chat.completions.create(model="nobody/nothing", messages=hello)
except openai.NotFoundError as error:
    seen["unknown"] = {"code": error.code, "param": error.param, "request": error.request_id}
try:
    openai.OpenAI(base_url=url + "/v1", api_key="gk-wrong", max_retries=0).models.list()
except openai.AuthenticationError as error:
    seen["wrong_key"] = error.code

print(json.dumps(seen))
