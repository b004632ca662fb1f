// Copying by mouse what Ctrl-C copies by keyboard.
import type { Editor } from "../editor/editor";

/** A page that is not safe (http in a local network) has no clipboard: there only the keys copy. */
export const canCopy = () => isSecureContext;

export async function copySelected(editor: Editor): Promise<void> {
  const text = editor.copyText();
  if (text === null) return;
  await navigator.clipboard.writeText(text);
  editor.say("copied", editor.state.selected.size);
}
