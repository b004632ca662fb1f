// A live connection for as long as a component is shown: subscribes to topics as who is logged in.
import { useEffect, useEffectEvent, useState } from "react";
import { accessToken } from "../session/session";
import { type Frame, LiveSocket } from "./socket";

/** The address of the live connection of this installation. */
export function liveUrl(): string {
  return `${location.origin.replace(/^http/, "ws")}/ws`;
}

/** Hears `topics` ("bot:{id}", …; at most 50). Returns whether the connection is up. `onFrame` may change freely. */
export function useLive(topics: readonly string[], onFrame: (frame: Frame) => void): boolean {
  const [isLive, setIsLive] = useState(false);
  const hear = useEffectEvent(onFrame);
  const wanted = topics.join(" ");
  useEffect(() => {
    if (wanted === "") return;
    const socket = new LiveSocket({
      url: liveUrl(),
      token: async () => (await accessToken()) ?? "",
      topics: wanted.split(" "),
      onFrame: (frame) => hear(frame),
      onLive: setIsLive,
    });
    socket.start();
    return () => socket.stop();
  }, [wanted]);
  return isLive;
}
