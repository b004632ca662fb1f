"""The action of Anthropic, by its library over the guarded client."""

from typing import Any

from anthropic import AnthropicError, APIStatusError, AsyncAnthropic
from anthropic.types import Message

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integrations.anthropic.shapes import Answer, Chat, ToolCall

API = "https://api.anthropic.com"
ERRORS = (AnthropicError,)


def explain(error: AnthropicError) -> IntegrationFailed:
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
    async with call.http() as way:
        client = AsyncAnthropic(
            api_key=call.secret.secret, base_url=call.base_url(API, inputs.base_url), http_client=way,
            max_retries=0, timeout=call.timeout_seconds,
        )  # fmt: skip
        if not inputs.stream:
            return _answer(await client.messages.create(**_wish(call, inputs)))
        async with client.messages.stream(**_wish(call, inputs)) as told:
            text = ""
            async for piece in told.text_stream:
                text += piece
                call.tell_part(text)
            return _answer(await told.get_final_message())


def _wish(call: Call, inputs: Chat) -> dict[str, Any]:
    said: list[dict[str, Any]] = [each.model_dump() for each in inputs.messages]
    said += [{"role": "user", "content": inputs.prompt}] if inputs.prompt else []
    wish: dict[str, Any] = {"model": inputs.model, "max_tokens": inputs.max_tokens, "messages": said}
    wish["extra_headers"] = {"Idempotency-Key": call.key}
    if inputs.system:
        wish["system"] = inputs.system
    if inputs.tools:
        wish["tools"] = [tool.model_dump() for tool in inputs.tools]
    return wish


def _answer(message: Message) -> Answer:
    calls = [each for each in message.content if each.type == "tool_use"]
    return Answer(
        text="".join(each.text for each in message.content if each.type == "text"),
        tool_calls=[ToolCall(id=each.id, name=each.name, arguments=each.input) for each in calls],
        finish_reason=message.stop_reason,
        model=message.model,
        tokens_in=message.usage.input_tokens,
        tokens_out=message.usage.output_tokens,
    )


def _reason(error: APIStatusError) -> str:
    body = error.body
    told = body.get("error") if isinstance(body, dict) else None
    words = told.get("message") if isinstance(told, dict) else None
    return str(words or error.response.reason_phrase)[:300]
