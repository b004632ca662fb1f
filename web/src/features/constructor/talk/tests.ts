// The conversation tests kept with a bot: the list, what running them gave, and what they reached.
import { create } from "zustand";
import { ApiError, dataOf, done, type Schemas } from "../../../api/client";
import { api } from "../../../session/api";
import type { Editor } from "../editor/editor";
import type { Id } from "../graph/model";
import { clearMarks, reachedMarks, showMarks } from "../marks/marks";
import type { Script } from "./asTest";
import { beginAnew, say, setLive, whenSaved } from "./talk";

export type TestLine = Schemas["ConversationTestSummary"];
export type TestResult = Schemas["TestResult"];

interface Tests {
  botId: Id | null;
  lines: readonly TestLine[] | null;
  results: ReadonlyMap<Id, TestResult>;
  coverage: Schemas["CoverageOut"] | null;
  isBusy: boolean;
  /** The server's words, "" where there is no connection. */
  failure: string | null;
}

const NONE: Tests = { botId: null, lines: null, results: new Map(), coverage: null, isBusy: false, failure: null };
export const useTests = create<Tests>(() => NONE);

async function told<T>(work: Promise<T>): Promise<T | null> {
  try {
    const value = await work;
    useTests.setState({ failure: null });
    return value;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof TypeError)) throw error;
    useTests.setState({ failure: error instanceof ApiError ? error.message : "" });
    return null;
  }
}

export async function openTests(botId: Id): Promise<void> {
  if (useTests.getState().botId !== botId) useTests.setState({ ...NONE, botId });
  const params = { path: { bot_id: botId }, query: { limit: 200 } };
  const page = await told(dataOf(api.GET("/api/v1/bots/{bot_id}/tests", { params })));
  if (page && useTests.getState().botId === botId) useTests.setState({ lines: page.items });
}

/** Runs these tests, or all, and shows on the canvas what all of them reached. */
export async function runTests(editor: Editor, ids: readonly Id[] | null): Promise<void> {
  useTests.setState({ isBusy: true });
  await whenSaved(editor);
  const params = { path: { bot_id: editor.botId } };
  const body = { ids: ids ? [...ids] : null };
  const ran = await told(dataOf(api.POST("/api/v1/bots/{bot_id}/tests/run", { params, body })));
  useTests.setState({ isBusy: false });
  if (!ran || useTests.getState().botId !== editor.botId) return;
  const results = new Map(ids ? useTests.getState().results : []);
  for (const result of ran.results) results.set(result.id, result);
  useTests.setState({ results, coverage: ran.coverage });
  showCoverage(editor);
}

export function showCoverage(editor: Editor): void {
  const { coverage } = useTests.getState();
  if (coverage) showMarks(reachedMarks(editor.draft, coverage));
}

export const hideCoverage = () => clearMarks("tests");

export async function keepTest(editor: Editor, script: Script): Promise<boolean> {
  const params = { path: { bot_id: editor.botId } };
  const made = await told(dataOf(api.POST("/api/v1/bots/{bot_id}/tests", { params, body: script })));
  if (!made) return false;
  await openTests(editor.botId);
  await runTests(editor, [made.id]);
  return true;
}

export async function removeTest(editor: Editor, testId: Id): Promise<void> {
  const params = { path: { bot_id: editor.botId, test_id: testId } };
  await told(done(api.DELETE("/api/v1/bots/{bot_id}/tests/{test_id}", { params })));
  await openTests(editor.botId);
}

type Said = { user?: string | { text?: string; params?: Record<string, unknown> } };

/** Says again what a test says, to look at each turn; nothing outside is called. A wait ends the talk where it cannot be
 * let pass. */
export async function openAsTalk(editor: Editor, testId: Id): Promise<void> {
  const params = { path: { bot_id: editor.botId, test_id: testId } };
  const test = await told(dataOf(api.GET("/api/v1/bots/{bot_id}/tests/{test_id}", { params })));
  if (!test) return;
  beginAnew();
  setLive(false);
  for (const turn of test.script.turns as Said[]) {
    if (turn.user === undefined) await say(editor, { kind: "timeout" });
    else if (typeof turn.user === "string") await say(editor, { kind: "message", text: turn.user });
    else await say(editor, { kind: "message", text: turn.user.text ?? "", params: turn.user.params ?? {} });
  }
}
