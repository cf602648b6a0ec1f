"""LangChain over three of the dialects, and the calls that Open WebUI makes."""
import json
import sys

import httpx
from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

url, key = sys.argv[1], sys.argv[2]
MODEL = "fake/echo"
seen = {}


def said(message):
    content = message.content
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def ask(name, model):
    answer = model.invoke([("human", "hello from " + name)])
    pieces = list(model.stream([("human", "hello from " + name)]))
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole + piece
    seen[name] = {
        "text": said(answer), "output": answer.usage_metadata["output_tokens"],
        "stream": said(whole), "pieces": len(pieces),
        "stream_output": whole.usage_metadata["output_tokens"],
    }


ask("chat", ChatOpenAI(model=MODEL, base_url=url + "/v1", api_key=key, max_retries=0, stream_usage=True))
ask("responses", ChatOpenAI(model=MODEL, base_url=url + "/v1", api_key=key, max_retries=0,
                            use_responses_api=True))
ask("messages", ChatAnthropic(model=MODEL, base_url=url, api_key=key, max_retries=0))
vectors = OpenAIEmbeddings(model="fake/embedding", base_url=url + "/v1", api_key=key,
                           check_embedding_ctx_length=False)
seen["vectors"] = len(vectors.embed_documents(["one", "two"]))

# Open WebUI lists the models, then streams with fields of its own beside the dialect's.
web = httpx.Client(base_url=url + "/v1", headers={"Authorization": "Bearer " + key})
names = [model["id"] for model in web.get("/models").json()["data"]]
with web.stream("POST", "/chat/completions", json={
        "stream": True, "model": MODEL, "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": "hello from Open WebUI"}]}) as answer:
    lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
chunks = [json.loads(line[6:]) for line in lines[:-1]]
seen["webui"] = {
    "listed": MODEL in names, "done": lines[-1],
    "text": "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"]),
    "output": [c["usage"]["completion_tokens"] for c in chunks if c.get("usage")][-1],
}
print(json.dumps(seen))
