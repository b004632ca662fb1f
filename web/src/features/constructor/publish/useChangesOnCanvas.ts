// While the panel is open, what changed since the published version is marked on the canvas.
import { useEffect, useState } from "react";
import { ApiError, dataOf } from "../../../api/client";
import { api } from "../../../session/api";
import { useEditor, useEditorState } from "../editor/context";
import { changedMarks, clearMarks, type Ghost, showMarks } from "../marks/marks";
import type { Facts, Revision } from "./telling";

interface DocumentStep {
  id: string;
  name?: string;
  position?: [number, number];
}

export function useChangesOnCanvas(facts: Facts | null, live: Revision | undefined): void {
  const { botId } = useEditor();
  const draft = useEditorState((state) => state.draft);
  const number = live?.number;
  const [before, setBefore] = useState<{ number: number; steps: readonly Ghost[] } | null>(null);
  useEffect(() => {
    let isOver = false;
    if (number === undefined) return;
    const params = { path: { bot_id: botId, number } };
    dataOf(api.GET("/api/v1/bots/{bot_id}/revisions/{number}", { params }))
      .then(({ document }) => {
        const steps = (document as { steps?: DocumentStep[] }).steps ?? [];
        const known = steps.map(({ id, name = "", position = [0, 0] }) => ({ id, name, position }));
        if (!isOver) setBefore({ number, steps: known });
      })
      .catch((error) => {
        if (!(error instanceof ApiError || error instanceof TypeError)) throw error;
      });
    return () => {
      isOver = true;
    };
  }, [botId, number]);
  useEffect(() => {
    if (facts && before && before.number === number && facts.differences.length)
      showMarks(changedMarks(draft, facts.differences, before.steps));
    else clearMarks("changes");
  }, [facts, before, number, draft]);
  useEffect(() => () => clearMarks("changes"), []);
}
