// Templates of a bot and of libraries, who runs them, and what can be done with them.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, done, type Schemas } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { tellError } from "../../../shell/errors";
import { usePages } from "../../../shell/place/pages";

export type Template = Schemas["TemplateSummary"];
export type Instance = Schemas["InstanceOut"];
export type Group = Schemas["GroupOut"];

const ANY_VERSION = { header: { "if-match": "*" } };
const limited = (cursor: string | undefined) => ({ limit: 50, ...(cursor && { cursor }) });

export function useBotTemplates(botId: string) {
  return usePages<Template>(["templates", botId], (cursor) =>
    dataOf(api.GET("/api/v1/templates", { params: { query: { bot_id: botId, ...limited(cursor) } } })),
  );
}

export function useInstances(botId: string) {
  return useQuery({
    queryKey: ["instances", botId],
    queryFn: async () => {
      const found: Instance[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const query = { bot_id: botId, limit: 200, ...(cursor && { cursor }) };
        const page: Schemas["InstanceList"] = await dataOf(
          api.GET("/api/v1/template_instances", { params: { query } }),
        );
        found.push(...page.items);
        cursor = page.next_cursor;
      }
      return found;
    },
  });
}

export function useGroups() {
  return usePages<Group>(["template groups"], (cursor) =>
    dataOf(api.GET("/api/v1/template_groups", { params: { query: limited(cursor) } })),
  );
}

export function useGroupTemplates(groupId: string) {
  return usePages<Template>(["templates", groupId], (cursor) =>
    dataOf(api.GET("/api/v1/templates", { params: { query: { group_id: groupId, ...limited(cursor) } } })),
  );
}

export function useTemplate(id: string) {
  return useQuery({
    queryKey: ["template", id],
    queryFn: () => dataOf(api.GET("/api/v1/templates/{template_id}", { params: { path: { template_id: id } } })),
  });
}

export function useUses(id: string) {
  return useQuery({
    queryKey: ["template uses", id],
    queryFn: () => dataOf(api.GET("/api/v1/templates/{template_id}/uses", { params: { path: { template_id: id } } })),
  });
}

export function useUpdatePreview(stepId: string) {
  return useQuery({
    queryKey: ["template update", stepId],
    queryFn: () =>
      dataOf(api.GET("/api/v1/template_instances/{step_id}/update", { params: { path: { step_id: stepId } } })),
  });
}

function useAction<Input, Output>(act: (input: Input) => Promise<Output>) {
  const { t } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      for (const key of ["templates", "template groups", "template", "template uses", "instances", "template update"])
        await queries.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => tellError(t, error),
  });
}

/** Brings the copy that a step runs up to date, and so for every step that runs it. */
export const useUpdate = () =>
  useAction((stepId: string) =>
    dataOf(
      api.POST("/api/v1/template_instances/{step_id}/update", {
        params: { path: { step_id: stepId }, ...ANY_VERSION },
        body: { all: true },
      }),
    ),
  );

export const useRename = () =>
  useAction(({ id, name }: { id: string; name: string }) =>
    dataOf(
      api.PATCH("/api/v1/templates/{template_id}", {
        params: { path: { template_id: id }, ...ANY_VERSION },
        body: { name },
      }),
    ),
  );

/** A library's template goes although there are copies of it; these stay. */
export const useRemove = () =>
  useAction(({ id, isOfBot }: { id: string; isOfBot: boolean }) =>
    done(
      api.DELETE("/api/v1/templates/{template_id}", {
        params: { path: { template_id: id }, query: { force: !isOfBot }, ...ANY_VERSION },
      }),
    ),
  );

export const useNewGroup = () =>
  useAction((name: string) => dataOf(api.POST("/api/v1/template_groups", { body: { name, description: "" } })));

export const useRenameGroup = () =>
  useAction(({ id, name }: { id: string; name: string }) =>
    dataOf(api.PATCH("/api/v1/template_groups/{group_id}", { params: { path: { group_id: id } }, body: { name } })),
  );

export const useRemoveGroup = () =>
  useAction((id: string) =>
    done(
      api.DELETE("/api/v1/template_groups/{group_id}", { params: { path: { group_id: id }, query: { force: true } } }),
    ),
  );
