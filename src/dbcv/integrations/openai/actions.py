"""The actions of OpenAI, by its library over the guarded client."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from openai import APIStatusError, AsyncOpenAI, OpenAIError, omit

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integrations.openai.shapes import Answer, Chat, Embed, ToolCall, Transcribe, Vectors, Written
from dbcv.integrations.openai.streaming import Told

API = "https://api.openai.com/v1"
ERRORS = (OpenAIError,)


def explain(error: OpenAIError) -> IntegrationFailed:
    """The server's own words."""
    if not isinstance(error, APIStatusError):
        return IntegrationFailed(f"the answer could not be used: {error}")
    code = {401: "credential", 403: "credential", 429: "rate_limited"}.get(error.status_code, "failed")
    wait = error.response.headers.get("retry-after", "")
    seconds = float(wait) if wait.isdigit() else None
    words = f"the server answered {error.status_code}: {_reason(error)}"
    return IntegrationFailed(words, code=code, status=error.status_code, retry_after_seconds=seconds)


async def chat(call: Call, inputs: Chat) -> Answer:
    """What the model says next; told while it comes if that is wished."""
    async with _opened(call, inputs.base_url) as client:
        if inputs.stream:
            return await _streamed(client, call, inputs)
        answer = await client.chat.completions.create(**_wish(call, inputs))
    if not answer.choices:
        raise IntegrationFailed("the server gave no answer")
    choice, usage = answer.choices[0], answer.usage
    calls = [each.function for each in choice.message.tool_calls or [] if each.type == "function"]
    ids = [each.id for each in choice.message.tool_calls or [] if each.type == "function"]
    found = [(given, each.name, each.arguments) for given, each in zip(ids, calls, strict=True)]
    tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (None, None)
    text = choice.message.content or choice.message.refusal or ""
    return _answer(inputs, text, found, choice.finish_reason, answer.model, tokens)


async def embed(call: Call, inputs: Embed) -> Vectors:
    """A vector for each text."""
    wish: dict[str, Any] = {"dimensions": inputs.dimensions} if inputs.dimensions else {}
    texts = [inputs.texts] if isinstance(inputs.texts, str) else inputs.texts
    async with _opened(call, inputs.base_url) as client:
        answer = await client.embeddings.create(model=inputs.model, input=texts, encoding_format="float", **wish)
    vectors = [each.embedding for each in sorted(answer.data, key=lambda each: each.index)]
    usage: Any = answer.usage  # some compatible servers count nothing
    return Vectors(vectors=vectors, model=answer.model, tokens=usage.prompt_tokens if usage else None)


async def transcribe(call: Call, inputs: Transcribe) -> Written:
    """Speech as text."""
    file = (await call.load_files([inputs.file]))[0]
    async with _opened(call, inputs.base_url) as client:
        answer = await client.audio.transcriptions.create(
            model=inputs.model,
            file=(file.name, file.content, file.content_type),
            language=inputs.language or omit,
            prompt=inputs.prompt or omit,
        )
    return Written(text=answer.text)


@asynccontextmanager
async def _opened(call: Call, wished: str) -> AsyncIterator[AsyncOpenAI]:
    """A client of this call alone. Nothing of the operator's environment goes to a server that an author names."""
    async with call.http() as way:
        client = AsyncOpenAI(
            api_key=call.secret.secret, base_url=call.base_url(API, wished), http_client=way, max_retries=0,
            timeout=call.timeout_seconds,
        )  # fmt: skip
        client.organization = client.project = client.admin_api_key = None
        yield client


async def _streamed(client: AsyncOpenAI, call: Call, inputs: Chat) -> Answer:
    told = Told(call.tell_part)
    wish = _wish(call, inputs) | {"stream": True, "stream_options": {"include_usage": True}}
    async with await client.chat.completions.create(**wish) as chunks:
        async for chunk in chunks:
            told.take(chunk)
    return _answer(inputs, told.text, told.calls, told.finish_reason, told.model, told.tokens)


def _wish(call: Call, inputs: Chat) -> dict[str, Any]:
    wish: dict[str, Any] = {"model": inputs.model, "messages": _messages(inputs)}
    wish["extra_headers"] = {"Idempotency-Key": call.key}
    if inputs.temperature is not None:
        wish["temperature"] = inputs.temperature
    if inputs.max_tokens is not None:
        wish["max_completion_tokens" if call.base_url(API, inputs.base_url) == API else "max_tokens"] = (
            inputs.max_tokens
        )
    if inputs.tools:
        wish["tools"] = [{"type": "function", "function": tool.model_dump()} for tool in inputs.tools]
    if inputs.tool_choice:
        wish["tool_choice"] = inputs.tool_choice
    if inputs.json_schema is not None:
        schema = {"name": "answer", "schema": inputs.json_schema, "strict": True}
        wish["response_format"] = {"type": "json_schema", "json_schema": schema}
    return wish


def _messages(inputs: Chat) -> list[dict[str, Any]]:
    told = [{"role": "system", "content": inputs.system}] if inputs.system else []
    told += [each.model_dump(exclude_defaults=True) | {"content": each.content} for each in inputs.messages]
    return told + ([{"role": "user", "content": inputs.prompt}] if inputs.prompt else [])


def _answer(
    inputs: Chat,
    text: str,
    calls: list[tuple[str, str, str]],
    finish_reason: str | None,
    model: str,
    tokens: tuple[int | None, int | None],
) -> Answer:
    parsed = _json(text, None) if inputs.json_schema is not None else None
    return Answer(
        text=text,
        parsed=parsed,
        tool_calls=[ToolCall(id=given, name=name, arguments=_json(raw, raw)) for given, name, raw in calls],
        finish_reason=finish_reason,
        model=model,
        tokens_in=tokens[0],
        tokens_out=tokens[1],
    )


def _json(text: str, otherwise: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise


def _reason(error: APIStatusError) -> str:
    body = error.body
    told = body.get("message") if isinstance(body, dict) else None
    return str(told or error.response.reason_phrase)[:300]
