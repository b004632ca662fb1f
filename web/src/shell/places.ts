// The places of a bot, in the order of the rail. A place is one entry here; its page comes with its texts when it is opened.
import { AlarmClock, type LucideIcon, Workflow } from "lucide-react";
import type { ComponentType } from "react";
import type { Schemas } from "../api/client";
import { page } from "../app/page";
import type { Key } from "../i18n/types";

/** The bot whose places are shown. `access`: what the person who looks may do with it. */
export type PlaceBot = Schemas["BotOut"];

export interface PlaceProps {
  bot: PlaceBot;
}

export interface Place {
  /** What follows /bots/{id}/ in the address; empty for the canvas. */
  readonly path: string;
  readonly label: Key;
  readonly icon: LucideIcon;
  /** Absent for the canvas, which has its own frame. */
  readonly Component?: ComponentType<PlaceProps>;
}

const SchedulePage = page("schedule", () => import("../features/schedule/SchedulePage"));

export const PLACES: readonly Place[] = [
  { path: "", label: "app.place_build", icon: Workflow },
  { path: "schedule", label: "app.place_schedule", icon: AlarmClock, Component: SchedulePage },
];

export const addressOf = (botId: string, path: string) => (path ? `/bots/${botId}/${path}` : `/bots/${botId}`);
