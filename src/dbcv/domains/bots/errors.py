"""What can go wrong with a bot, in words for the person who meets it."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from dbcv.kit.errors import (
    AppError,
    Conflict,
    ErrorDetail,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TooLarge,
    TooManyRequests,
    VersionNeeded,
)


class Said(Protocol):
    """A problem of a document: where, what, and how to mend it."""

    @property
    def path(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str: ...


def no_such_bot() -> AppError:
    """The bot is not there, or the caller may not know that it is."""
    return NotFound("There is no such bot", code="bot_not_found")


def name_of_many(name: str, ids: Iterable[UUID]) -> AppError:
    """Several bots are called so."""
    details = [ErrorDetail(str(bot_id), "is called so", "Name the bot by its id") for bot_id in ids]
    return Invalid(f"Several bots are called {name!r}", code="ambiguous_name", errors=details)


def no_such_revision(number: int) -> AppError:
    """The bot was not published under this number."""
    return NotFound(f"The bot has no revision {number}", code="revision_not_found")


def no_such_gallery_item(item_id: str) -> AppError:
    """The gallery has nothing under this id."""
    return NotFound(f"The gallery has no bot {item_id!r}", code="gallery_item_not_found")


def no_code() -> AppError:
    """There is nothing to run."""
    detail = ErrorDetail("code", "There is no code to run", "Send code, or connection_group_id of a group with code")
    return Invalid("There is no code to run", code="no_code", errors=[detail])


def no_sandbox() -> AppError:
    """This process cannot run code."""
    return Invalid("Code cannot be tried here", code="no_sandbox")


def request_invalid(details: Sequence[ErrorDetail]) -> AppError:
    """These are no fields of a request; every mistake is listed."""
    return Invalid("The request has mistakes", code="request_invalid", errors=details)


def one_source() -> AppError:
    """A draft needs one thing to be made of."""
    detail = ErrorDetail("curl", "give either curl or openapi", "Paste a curl command, or an OpenAPI document")
    return Invalid("What is the request to be made of?", code="no_source", errors=[detail])


def no_curl(why: str, hint: str) -> AppError:
    """The text is no curl command that a request can be made of."""
    return Invalid("This curl command cannot be read", code="bad_curl", errors=[ErrorDetail("curl", why, hint)])


def no_openapi(why: str, hint: str) -> AppError:
    """The document is none that operations can be read from."""
    detail = ErrorDetail("openapi", why, hint)
    return Invalid("This OpenAPI document cannot be read", code="bad_openapi", errors=[detail])


def unreadable_openapi(details: Sequence[ErrorDetail]) -> AppError:
    """The text is neither JSON nor plain YAML."""
    return Invalid("This OpenAPI document cannot be read", code="bad_openapi", errors=details)


def no_operation(hint: str) -> AppError:
    """The document has no such operation; the hint lists some that it has."""
    detail = ErrorDetail("operation_id", "the document has no such operation", hint)
    return Invalid("Which operation is it?", code="no_operation", errors=[detail])


def no_requests_here() -> AppError:
    """This process calls nobody."""
    return Invalid("Requests cannot be tried here", code="no_requests")


def too_many_trials() -> AppError:
    """So many requests of an account, or of everybody, are being tried at this moment."""
    return TooManyRequests("Too many requests are being tried: wait till some are answered", code="too_many_trials")


def not_an_editor() -> AppError:
    """The bot is shared with the caller for viewing."""
    return Forbidden("The bot is shared with you to look at, not to change", code="editor_needed")


def not_the_owner() -> AppError:
    """Only the owner may delete a bot or share it."""
    return Forbidden("Only the bot's owner can do this", code="owner_needed")


def no_such_account() -> AppError:
    """A bot is to be shared with an e-mail nobody has."""
    detail = ErrorDetail("email", "No account has this e-mail", "Ask them to register first")
    return Invalid("No account has this e-mail", code="unknown_account", errors=[detail])


def stale(version: int, changes: Sequence[dict[str, Any]]) -> AppError:
    """Somebody changed the draft since: what, one line a changed part. `version` is the present one."""
    title = f"The bot was changed meanwhile: it is at version {version} now"
    return Stale(title, code="stale", errors=[_change(change) for change in changes])


def _change(change: dict[str, Any]) -> ErrorDetail:
    name = f' "{change["name"]}"' if change.get("name") else ""
    fields = f" ({', '.join(change['fields'])})" if change.get("fields") else ""
    message = f"{change['kind']}{name} was {change['op']}{fields} in version {change['version']}"
    return ErrorDetail(f"{change['kind']}[{change['id']}]", message, "Read the bot again and repeat your change on it")


def version_needed(version: int) -> AppError:
    """A write that changes what is there does not say which draft it was made for."""
    hint = f'Read the bot, then send its version, If-Match: "{version}" (If-Match: * overwrites whatever is there)'
    detail = ErrorDetail("If-Match", "the version of the draft is missing", hint)
    return VersionNeeded("Say which version of the draft you are changing", code="version_needed", errors=[detail])


def two_versions() -> AppError:
    """Body and header of a call name different versions."""
    detail = ErrorDetail("version", "differs from If-Match", "Send one of them")
    return Invalid("The body and If-Match name different versions", code="two_versions", errors=[detail])


def no_such_part(kind: str) -> AppError:
    """The part is not there, or the caller may not know that it is."""
    noun = kind.replace("_", " ")
    return NotFound(f"There is no such {noun}", code=f"{kind}_not_found")


def no_such_steps(ids: Sequence[str]) -> AppError:
    """Steps that are to be copied are not in the bot."""
    details = [ErrorDetail("step_ids", f"the bot has no step {step_id}", "Read the bot again") for step_id in ids]
    return Invalid("The bot does not have these steps", code="unknown_steps", errors=details)


def no_uuid(name: str) -> AppError:
    """A field that must hold a UUID does not."""
    detail = ErrorDetail(name, "is no UUID", "Write an id such as 01890000-0000-7000-8000-000000000001")
    return Invalid("An id is missing or wrong", code="no_uuid", errors=[detail])


def not_changeable(details: Sequence[ErrorDetail]) -> AppError:
    """A batch of changes has mistakes; none of it was done."""
    return Invalid("The changes have mistakes; nothing was changed", code="changes_invalid", errors=details)


def no_version(text: str) -> AppError:
    """If-Match holds no version of a bot."""
    detail = ErrorDetail("If-Match", f"{text[:40]!r} is no version", 'Send the bot\'s version, such as "7"')
    return Invalid("If-Match holds no version", code="no_version", errors=[detail])


def no_such_preset(preset_id: str) -> AppError:
    """There are only those of GET /presets."""
    return NotFound(f"There is no preset {preset_id[:80]!r}", code="preset_not_found")


def preset_refused(details: Sequence[ErrorDetail]) -> AppError:
    """A preset cannot be drawn from these inputs; every mistake is listed."""
    return Invalid("The preset cannot be made of this; nothing was changed", code="preset_invalid", errors=details)


def not_importable(problems: Iterable[Said]) -> AppError:
    """The document contradicts itself; every mistake is listed."""
    details = [ErrorDetail(problem.path, problem.message, problem.hint) for problem in problems]
    return Invalid("The bot document has mistakes", code="document_invalid", errors=details)


def not_publishable(problems: Iterable[Said], failed: Sequence[ErrorDetail] = (), *, runs: bool = True) -> AppError:
    """The draft has errors, or tests that fail; every one is listed. `runs` False: no reason overrules this."""
    details = [ErrorDetail(problem.path, problem.message, problem.hint) for problem in problems]
    if not runs:
        return Invalid("The bot cannot run like this: mend these errors first", code="not_runnable", errors=details)
    if not details:
        title = "Tests of the bot fail: mend it or them, or publish with overrule_reason"
        return Invalid(title, code="tests_failed", errors=failed)
    title = "The bot has errors: mend them, then publish"
    return Invalid(title, code="not_publishable", errors=[*details, *failed])


def no_such_test() -> AppError:
    """The bot has no such conversation test."""
    return NotFound("The bot has no such test", code="test_not_found")


def stale_test(version: int) -> AppError:
    """Somebody changed the test since."""
    detail = ErrorDetail("If-Match", f"the test is at version {version} now", "Read it again and repeat your change")
    return Stale("The test was changed meanwhile", code="stale", errors=[detail])


def too_many_tests(most: int) -> AppError:
    """A bot has a bounded number of tests."""
    return Conflict(f"The bot has {most} tests: delete some that are not needed", code="too_many_tests")


def tests_too_large(limit_bytes: int) -> AppError:
    """All tests of a bot together are bounded: they go along in its document."""
    return Conflict(
        f"The tests of a bot have at most {limit_bytes // 1_000_000} MB together: delete some that are not needed",
        code="tests_too_large",
    )


def no_tests_here() -> AppError:
    """This process plays no conversations."""
    return Invalid("Tests cannot be run here", code="no_tests")


def too_large(limit_bytes: int) -> AppError:
    """The document is bigger than one may be."""
    return TooLarge(f"A bot document has at most {limit_bytes // 1_000_000} MB", code="document_too_large")


def no_path(why: str) -> AppError:
    """The query names no variable."""
    detail = ErrorDetail("path", why, "Write a scope and keys, as session.age")
    return Invalid("This is no path to a variable", code="bad_path", errors=[detail])


def too_many_bots(most: int) -> AppError:
    """An account owns a bounded number of bots."""
    return Conflict(f"You own {most} bots: delete some that you do not need", code="too_many_bots")


def no_such_invitation() -> AppError:
    """Made up, used, taken back, expired, or made by somebody who does not own the bot any more."""
    return NotFound("This invitation is not valid (any more): ask for a new one", code="invitation_not_found")


def invitation_of_another() -> AppError:
    """The link belongs to another e-mail than the account's."""
    detail = ErrorDetail("token", "was made for another e-mail", "Log in with the account that was invited")
    return Forbidden("This invitation is for another e-mail", code="invitation_of_another", errors=[detail])


def too_many_invitations(most: int) -> AppError:
    """A bot has a bounded number of open invitations."""
    return Conflict(f"The bot has {most} open invitations: take some back", code="too_many_invitations")


def builder_needed() -> AppError:
    """Who takes over a bot has to be allowed to build."""
    return Forbidden("To own a bot you need the role DEVELOPER: ask an administrator", code="role_needed")


def no_such_integration(name: str, near: str | None) -> AppError:
    """Nothing in the catalogue is called so."""
    meant = f": did you mean {near}?" if near else ""
    return NotFound(f"There is no integration {name[:100]!r}{meant}", code="integration_not_found")
