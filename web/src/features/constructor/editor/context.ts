// The open bot for the components below: `useEditor()` to do something, `useEditorState` to follow a part of it.
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Editor, EditorState } from "./editor";

const EditorContext = createContext<Editor | null>(null);
export const EditorProvider = EditorContext.Provider;

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("useEditor outside of EditorProvider");
  return editor;
}

/** A part of the state; the component follows it only. The selector must give the same object for the same state. */
export function useEditorState<T>(select: (state: EditorState) => T): T {
  return useStore(useEditor().store, select);
}
