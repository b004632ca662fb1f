// What can stand beside the canvas instead of the inspector, each with its button in the bar: Talk, Publish. A panel adds
// itself here; the bar and the page need not know it.
import { type LucideIcon, MessagesSquare, Rocket } from "lucide-react";
import type { ComponentType } from "react";
import { create } from "zustand";
import { page } from "../../app/page";
import type { Key } from "../../i18n/types";

export interface Panel {
  id: string;
  /** The text of its button; one without parameters. */
  label: Key;
  icon: LucideIcon;
  /** The one filled button. */
  isMain?: boolean;
  /** The key that opens it: "t". */
  hotkey: string;
  Component: ComponentType<{ onClose: () => void }>;
}

export const PANELS: readonly Panel[] = [
  {
    id: "talk",
    label: "editor.panel_talk",
    icon: MessagesSquare,
    hotkey: "t",
    Component: page("talk", () => import("./talk/TalkPanel")),
  },
  {
    id: "publish",
    label: "editor.panel_publish",
    icon: Rocket,
    isMain: true,
    hotkey: "p",
    Component: page("publish", () => import("./publish/PublishPanel")),
  },
];

interface OpenPanel {
  id: string | null;
  /** Where there is room for one only, what is selected lies over the panel; the panel stays as it was left. */
  isBehind: boolean;
}

export const useOpenPanel = create<OpenPanel>(() => ({ id: null, isBehind: false }));

/** A panel that lies behind comes to the front before it is closed. */
export function togglePanel(id: string): void {
  useOpenPanel.setState((now) => ({ id: now.id === id && !now.isBehind ? null : id, isBehind: false }));
}

export function closePanel(): void {
  useOpenPanel.setState({ id: null, isBehind: false });
}

/** Where what is selected and a panel lie over each other; wider, they stand side by side. */
const ONE_AT_A_TIME = "(max-width: 1199px)";

/** What is selected comes before the panel, where only one of them is seen. */
export function showSelected(): void {
  const isBehind = useOpenPanel.getState().id !== null && matchMedia(ONE_AT_A_TIME).matches;
  useOpenPanel.setState({ isBehind });
}

export function showPanel(): void {
  useOpenPanel.setState({ isBehind: false });
}
