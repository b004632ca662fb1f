"""The WebSocket: one socket for messages in, and for messages, typing, turns and changes out. `router` has /ws."""

from fastapi import APIRouter, WebSocket

from dbcv.domains.conversations.live.socket import LiveSocket

router = APIRouter()


@router.websocket("/ws")
async def live(websocket: WebSocket) -> None:
    """Tokens come in the first frame, never in a cookie or the address, so a foreign page can do nothing with it."""
    await websocket.accept()
    await LiveSocket(websocket, websocket.app.state.conversations).run()


__all__ = ["router"]
