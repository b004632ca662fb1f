// A live connection for as long as a component is shown: subscribes to topics as who is logged in.
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { accessToken } from "../session/session";
import { type Frame, LiveSocket } from "./socket";

/** The address of the live connection of this installation. */
export function liveUrl(): string {
  return `${location.origin.replace(/^http/, "ws")}/ws`;
}

interface LiveLine {
  /** Whether the connection is up. */
  isLive: boolean;
  /** True if the frame was handed to a live connection; that says nothing about its arrival. */
  send: (frame: Frame) => boolean;
}

/** Hears `topics` ("bot:{id}", …; at most 50), and can say something. `onFrame` may change freely. */
export function useLiveLine(topics: readonly string[], onFrame: (frame: Frame) => void): LiveLine {
  const [isLive, setIsLive] = useState(false);
  const line = useRef<LiveSocket | null>(null);
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
    line.current = socket;
    socket.start();
    return () => {
      line.current = null;
      socket.stop();
    };
  }, [wanted]);
  return { isLive, send: useCallback((frame) => line.current?.send(frame) ?? false, []) };
}

/** Only hears. Returns whether the connection is up. */
export function useLive(topics: readonly string[], onFrame: (frame: Frame) => void): boolean {
  return useLiveLine(topics, onFrame).isLive;
}
