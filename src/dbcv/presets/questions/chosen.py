"""Questions that are answered by choosing: one of some options by button or by word, or a file."""

from typing import Annotated, Final, Literal

from pydantic import Field

from dbcv.presets.fragment import Sketch, literal, save, when
from dbcv.presets.inputs import Button, Id, as_buttons, asked, next_step
from dbcv.presets.preset import Preset
from dbcv.presets.questions.asking import ANSWER, QuestionInputs, Reading, any_of, ask
from dbcv.presets.words import said

FileKind = Literal["image", "audio", "video", "application", "text"]
_FILE: Final = "message.attachments.0"
KIND_WORDS: Final = {
    "image": said("pictures", "картинки"),
    "audio": said("sound", "звук"),
    "video": said("video", "видео"),
    "application": said("documents and archives", "документы и архивы"),
    "text": said("plain texts", "простые тексты"),
}


class Option(Button):
    """An answer to choose. What is kept is what its button sends."""

    next_step_id: Id | None = next_step()


class ChoiceInputs(QuestionInputs):
    """The answers to choose from."""

    options: Annotated[list[Option], Field(min_length=1, max_length=30)] = asked(..., "Options", "Варианты")


class FileInputs(QuestionInputs):
    """Which files will do."""

    kinds: Annotated[list[FileKind], Field(max_length=5)] = asked(
        [],
        "Kinds",
        "Виды",
        about=said("left out, any file will do", "если пусто, подойдёт любой файл"),
        labels=KIND_WORDS,
    )
    all_files: bool = asked(
        False,
        "Keep all files of the message",
        "Сохранить все файлы сообщения",
        about=said("as a list; otherwise the first one", "списком; иначе только первый"),
    )


def draw_choice(inputs: ChoiceInputs, sketch: Sketch) -> None:
    """A button for each option; its words are understood, too."""
    readings = [
        Reading(
            [literal(ANSWER, option.sends)],
            [when("message.text", "in", [option.sends, option.text], ignore_case=True)],
            f"{ANSWER}.0",
            option.next_step_id,
        )
        for option in inputs.options
    ]
    retry = said("Please choose one of these.", "Выберите, пожалуйста, один из вариантов.")
    ask(inputs, sketch, readings, retry, as_buttons(list(inputs.options)))


def draw_file(inputs: FileInputs, sketch: Sketch) -> None:
    """A message with a file."""
    rules = [when(_FILE, "is_not_empty")]
    if inputs.kinds:
        rules.append(any_of([when(f"{_FILE}.content_type", "begins_with", f"{kind}/") for kind in inputs.kinds]))
    source = "message.attachments" if inputs.all_files else _FILE
    retry = said("Please send a file.", "Пришлите, пожалуйста, файл.")
    if inputs.kinds:
        kinds = {language: ", ".join(KIND_WORDS[kind][language] for kind in inputs.kinds) for language in ("en", "ru")}
        retry = said(f"Please send a file; what fits: {kinds['en']}.", f"Пришлите файл; подойдут: {kinds['ru']}.")
    ask(inputs, sketch, [Reading([save(ANSWER, source)], rules)], retry)


CHOICE = Preset(
    id="question_choice",
    section="ask",
    icon="ask_choice",
    name=said("Ask to choose", "Спросить на выбор"),
    about=said(
        "Buttons to choose from; each may lead its own way.", "Кнопки на выбор; каждая может вести своим путём."
    ),
    inputs=ChoiceInputs,
    draw=draw_choice,
)
FILE = Preset(
    id="question_file",
    section="ask",
    icon="ask_file",
    name=said("Ask for a file", "Попросить файл"),
    about=said("Asks until it gets a file of the right kind.", "Просит, пока не пришлют файл нужного вида."),
    inputs=FileInputs,
    draw=draw_file,
)
