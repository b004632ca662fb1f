"""Does the secret work? One request to the provider's test address, through the guard, with the credential."""

from typing import Any
from urllib.parse import quote

from dbcv.domains.credentials.errors import CredentialUnusable
from dbcv.domains.credentials.schemas.hosts import place_of
from dbcv.domains.credentials.schemas.wire import TestOut
from dbcv.domains.credentials.service.opened import Opened, test_url_of
from dbcv.domains.credentials.service.resolver import CredentialsResolver, attachment_of
from dbcv.domains.credentials.tables import CredentialEntityRow
from dbcv.kit.outbound import OutboundClient, OutboundRequest, RequestRefused

TEST_SECONDS = 15.0


async def try_out(resolver: CredentialsResolver, client: OutboundClient, row: CredentialEntityRow) -> TestOut:
    """What came of it, in a sentence without secrets. Nothing of the answer's body is passed on."""
    try:
        opened = await resolver.opened(row)
        request = _request(opened)
    except (CredentialUnusable, RequestRefused) as error:
        return TestOut(ok=False, status=None, message=f"{error}"[:1].upper() + f"{error}"[1:])
    reply = await client.call(request)
    return TestOut(ok=bool(reply["ok"]), status=reply["status"], message=_message(reply))


def _request(opened: Opened) -> OutboundRequest:
    url = test_url_of(opened.row)
    if not url:
        raise CredentialUnusable("there is no test address: give test_url, an address on one of the hosts")
    url = url.replace("{api_key}", quote(opened.values.get("api_key", ""), safe=":"))
    if place_of(url) not in opened.places:
        raise CredentialUnusable("the test address is on none of the credential's hosts")
    attached = attachment_of(opened)
    return OutboundRequest(
        method="GET", url=url, headers=attached.headers, params=attached.params, timeout_seconds=TEST_SECONDS
    )


def _message(reply: dict[str, Any]) -> str:
    if reply["ok"]:
        return "The secret works"
    if reply["status"] in (401, 403):
        return f"The provider refused the secret ({reply['status']}): enter it again, or give it more rights"
    return f"It could not be tried: {reply['error']}"
