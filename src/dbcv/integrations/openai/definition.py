"""OpenAI in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.openai.providers import PROVIDERS
from dbcv.integrations.openai.shapes import Answer, Chat, Embed, Transcribe, Vectors, Written

INTEGRATION = Integration(
    id="openai",
    section="ai",
    name=said("OpenAI and compatible", "OpenAI и совместимые"),
    about=said(
        "Language models of OpenAI, or of any server that speaks its API: vLLM, Ollama, llama.cpp, gateways",
        "Языковые модели OpenAI и любого сервера с её API: vLLM, Ollama, llama.cpp, шлюзы",
    ),
    library="openai",
    site="https://platform.openai.com/docs/api-reference",
    providers=PROVIDERS,
    actions=(
        Action(
            "chat",
            said("Answer", "Ответить"),
            said("A model continues the conversation", "Модель продолжает разговор"),
            Chat,
            Answer,
            {
                "model": "gpt-4o-mini",
                "system": "You are a polite shop assistant.",
                "prompt": "{$message.text$}",
                "stream": True,
            },
            {"text": "Good day!", "parsed": None, "tool_calls": [], "finish_reason": "stop", "model": "gpt-4o-mini",
             "tokens_in": 21, "tokens_out": 3},
            streams=True,
        ),
        Action(
            "embed",
            said("Turn texts into vectors", "Превратить тексты в векторы"),
            said("To find what is close in meaning", "Чтобы искать близкое по смыслу"),
            Embed,
            Vectors,
            {"model": "text-embedding-3-small", "texts": ["shoes", "boots"]},
            {"vectors": [[0.1, 0.2], [0.1, 0.3]], "model": "text-embedding-3-small", "tokens": 2},
        ),
        Action(
            "transcribe",
            said("Write down a recording", "Расшифровать запись"),
            said("Speech becomes text", "Речь становится текстом"),
            Transcribe,
            Written,
            {"model": "whisper-1", "file": "{$message.attachments.0$}"},
            {"text": "I would like to order a pizza."},
        ),
    ),
)  # fmt: skip
