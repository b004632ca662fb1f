// While the panel is open, what changed since the published version is marked on the canvas.
import { useEffect, useState } from "react";
import { ApiError, dataOf } from "../../../api/client";
import { api } from "../../../session/api";
import { useEditor, useEditorState } from "../editor/context";
import type { Fields } from "../graph/model";
import { type OldVersion, versionIn } from "../marks/connections";
import { changedMarks, clearMarks, showMarks } from "../marks/marks";
import type { Facts, Revision } from "./telling";

export function useChangesOnCanvas(facts: Facts | null, live: Revision | undefined): void {
  const { botId } = useEditor();
  const draft = useEditorState((state) => state.draft);
  const number = live?.number;
  const [before, setBefore] = useState<{ number: number; version: OldVersion } | null>(null);
  useEffect(() => {
    let isOver = false;
    if (number === undefined) return;
    const params = { path: { bot_id: botId, number } };
    dataOf(api.GET("/api/v1/bots/{bot_id}/revisions/{number}", { params }))
      .then(({ document }) => {
        if (!isOver) setBefore({ number, version: versionIn(document as Fields) });
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
      showMarks(changedMarks(draft, facts.differences, before.version));
    else clearMarks("changes");
  }, [facts, before, number, draft]);
  useEffect(() => () => clearMarks("changes"), []);
}
