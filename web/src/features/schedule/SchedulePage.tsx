// What the bot says by the clock: the list, and one of them opened (`?cron=…`, `?emitter=…`) or begun (`?new=cron`).
import { useSearchParams } from "wouter";
import type { PlaceProps } from "../../shell/places";
import type { Kind } from "./queries";
import { ScheduleList } from "./ScheduleList";
import { NewSchedule, OneSchedule } from "./ScheduleView";

const KINDS: readonly Kind[] = ["cron", "emitter"];

export default function SchedulePage({ bot }: PlaceProps) {
  const [search] = useSearchParams();
  const begun = KINDS.find((kind) => search.get("new") === kind);
  if (begun) return <NewSchedule key={begun} bot={bot} kind={begun} />;
  const open = KINDS.find((kind) => search.has(kind));
  const id = open && search.get(open);
  if (open && id) return <OneSchedule key={id} bot={bot} kind={open} id={id} />;
  return <ScheduleList bot={bot} />;
}
