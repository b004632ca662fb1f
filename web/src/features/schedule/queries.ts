// What a bot says by the clock: its schedules (crons) and messages that are sent once (emitters).
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, done, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { tellError } from "../../shell/errors";
import { usePages } from "../../shell/place/pages";

export type Kind = "cron" | "emitter";
export type Cron = Schemas["CronOut"];
export type Emitter = Schemas["EmitterOut"];
export type Schedule = Cron | Emitter;
export type Firing = Schemas["FiringOut"];

export const isCron = (schedule: Schedule): schedule is Cron => "timezone" in schedule;
export const kindOf = (schedule: Schedule): Kind => (isCron(schedule) ? "cron" : "emitter");

const keyOf = (botId: string, kind: Kind) => ["schedules", botId, kind];

export function useSchedules(botId: string, kind: Kind) {
  return usePages<Schedule>(keyOf(botId, kind), (cursor) => {
    const query = { bot_id: botId, limit: 50, ...(cursor && { cursor }) };
    return kind === "cron"
      ? dataOf(api.GET("/api/v1/crons", { params: { query } }))
      : dataOf(api.GET("/api/v1/emitters", { params: { query } }));
  });
}

export function useSchedule(kind: Kind, id: string) {
  const params = { path: { part_id: id } };
  return useQuery<Schedule>({
    queryKey: ["schedule", id],
    queryFn: () =>
      kind === "cron"
        ? dataOf(api.GET("/api/v1/crons/{part_id}", { params }))
        : dataOf(api.GET("/api/v1/emitters/{part_id}", { params })),
  });
}

export function useFirings(kind: Kind, id: string) {
  return usePages<Firing>(["firings", id], (cursor) => {
    const params = { path: { part_id: id }, query: { limit: 20, ...(cursor && { cursor }) } };
    return kind === "cron"
      ? dataOf(api.GET("/api/v1/crons/{part_id}/firings", { params }))
      : dataOf(api.GET("/api/v1/emitters/{part_id}/firings", { params }));
  });
}

export interface Wish {
  kind: Kind;
  /** null: a new one. */
  id: string | null;
  fields: Record<string, unknown>;
}

function write({ kind, id, fields }: Wish): Promise<Schedule> {
  const body = fields as never;
  const params = { path: { part_id: id ?? "" } };
  if (kind === "cron")
    return id === null
      ? dataOf(api.POST("/api/v1/crons", { body }))
      : dataOf(api.PATCH("/api/v1/crons/{part_id}", { params, body }));
  return id === null
    ? dataOf(api.POST("/api/v1/emitters", { body }))
    : dataOf(api.PATCH("/api/v1/emitters/{part_id}", { params, body }));
}

interface SendWish {
  kind: Kind;
  id: string;
  /** Only to this conversation. */
  sessionId?: string;
}

function send({ kind, id, sessionId }: SendWish): Promise<Firing> {
  const call = { params: { path: { part_id: id } }, body: { session_id: sessionId ?? null } };
  return kind === "cron"
    ? dataOf(api.POST("/api/v1/crons/{part_id}/send", call))
    : dataOf(api.POST("/api/v1/emitters/{part_id}/send", call));
}

function remove({ kind, id }: { kind: Kind; id: string }): Promise<void> {
  const params = { path: { part_id: id } };
  return kind === "cron"
    ? done(api.DELETE("/api/v1/crons/{part_id}", { params }))
    : done(api.DELETE("/api/v1/emitters/{part_id}", { params }));
}

function useAction<Input, Output>(act: (input: Input) => Promise<Output>, isQuiet = false) {
  const { t } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      for (const key of ["schedules", "schedule", "firings"]) await queries.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => {
      if (!isQuiet) tellError(t, error);
    },
  });
}

/** Quiet: the form shows what is wrong. */
export const useWrite = () => useAction(write, true);
export const useSwitch = () => useAction(write);
export const useSend = () => useAction(send);
export const useRemove = () => useAction(remove);

/** The sentence and the next five times of a schedule that need not be stored. Refused with what is wrong. */
export function usePreview(cron: object) {
  return useQuery({
    queryKey: ["cron preview", cron],
    queryFn: () => dataOf(api.POST("/api/v1/crons/preview", { body: cron as never })),
    placeholderData: (before) => before,
    retry: false,
    staleTime: 60_000,
  });
}

export function useChannelsOf(botId: string) {
  return useQuery({
    queryKey: ["channels of", botId],
    queryFn: async () => {
      const { items } = await dataOf(api.GET("/api/v1/channels", { params: { query: { limit: 200 } } }));
      return items.filter((channel) => channel.default_bot_id === botId);
    },
  });
}

export function useSessionsOf(botId: string, isWanted: boolean) {
  return useQuery({
    queryKey: ["sessions of", botId],
    queryFn: async () =>
      (
        await dataOf(
          api.GET("/api/v1/bots/{bot_id}/sessions", { params: { path: { bot_id: botId }, query: { limit: 50 } } }),
        )
      ).items,
    enabled: isWanted,
  });
}
