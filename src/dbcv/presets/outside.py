"""Calls to the outside world, an HTTP request or an integration: one way if it answered well, another one if not."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dbcv.presets.fragment import Part, Sketch, group, save, to, when
from dbcv.presets.inputs import Id, Inputs, Target, asked, next_step, wrong
from dbcv.presets.preset import Preset
from dbcv.presets.words import said

Method = Literal["get", "post", "put", "patch", "delete", "head", "options"]
Fields = Annotated[dict[str, Any], Field(max_length=200)]


class CallInputs(Inputs):
    """What becomes of an answer."""

    save_as: Target | None = asked(None, "Save the answer as", "Сохранить ответ в", pick="variable")
    next_step_id: Id | None = next_step("If it worked go to", "Если удалось, к шагу")
    failed_step_id: Id | None = next_step("If it failed go to", "Если не удалось, к шагу")


class RequestInputs(CallInputs):
    """A request of the bot, or a new one."""

    request_id: Id | None = asked(None, "A request of this bot", "Запрос этого бота", pick="request")
    method: Method = asked("get", "Method", "Метод")
    url: Annotated[str, Field(max_length=10_000)] = asked("", "or a new one to", "или новый, по адресу")
    params: Fields = asked({}, "Query", "Параметры адреса")
    headers: Fields = asked({}, "Headers", "Заголовки")
    json_field: Any = asked(None, "Body as JSON", "Тело как JSON", pick="value")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.request_id is None) == (not self.url):
            what = said("names neither one request nor the other, or both", "назван не один запрос: ни одного или оба")
            raise wrong(what, said("give request_id or url", "укажите request_id или url"))
        return self


class IntegrationInputs(CallInputs):
    """An entry of the catalogue, with its settings."""

    integration_id: Id = asked(..., "Integration", "Интеграция", pick="integration")
    config: Fields = asked({}, "Settings", "Настройки", pick="value")
    credential_id: Id | None = asked(None, "Credential", "Ключ доступа", pick="credential")


def draw_request(inputs: RequestInputs, sketch: Sketch) -> None:
    """A step that runs a request; a new request goes with it."""
    request_id = inputs.request_id
    if request_id is None:
        request_id = sketch.id_of("request")
        fields = inputs.model_dump(include={"method", "params", "headers", "json_field"})
        sketch.requests.append({"id": request_id, "name": sketch.title, "request_url": inputs.url} | fields)
    _draw_call(inputs, sketch, search_type="response", request_id=request_id)


def draw_integration(inputs: IntegrationInputs, sketch: Sketch) -> None:
    """A step that runs an integration."""
    work = {"integration_id": inputs.integration_id, "integration_config": inputs.config}
    _draw_call(inputs, sketch, search_type="integration", credential_id=inputs.credential_id, **work)


def _draw_call(inputs: CallInputs, sketch: Sketch, **work: Any) -> None:
    worked = sketch.way("ok", said("worked", "удалось"), inputs.next_step_id, (1, 0))
    failed = sketch.way("failed", said("failed", "не удалось"), inputs.failed_step_id, (1, 1))
    saves: list[Part] = [save(inputs.save_as, "response.result")] if inputs.save_as else []
    ways = (to(worked, when("response.ok", "equal", True)), to(failed))
    sketch.step("call", is_proxy=True, groups=[group(*ways, saves=saves, **work)])


REQUEST = Preset(
    id="request",
    section="outside",
    icon="request",
    name=said("HTTP request", "HTTP-запрос"),
    about=said("Asks a server, and branches on success.", "Обращается к серверу и ветвится по успеху."),
    inputs=RequestInputs,
    draw=draw_request,
)
INTEGRATION = Preset(
    id="integration",
    section="outside",
    icon="integration",
    name=said("Integration", "Интеграция"),
    about=said(
        "Calls a service of the catalogue, and branches on success.",
        "Вызывает сервис из каталога и ветвится по успеху.",
    ),
    inputs=IntegrationInputs,
    draw=draw_integration,
)
