// The integration of a group: its name, its settings, the credential it acts with.
import { useQuery } from "@tanstack/react-query";
import { dataOf } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { useEditor, useEditorState } from "../editor/context";
import { update } from "../graph/commands";
import type { Id } from "../graph/model";
import { ChoiceField } from "./fields";
import styles from "./Inspector.module.css";
import { JsonField } from "./JsonField";
import { PathField } from "./PathField";

export function IntegrationWork({ groupId }: { groupId: Id }) {
  const { t } = useWords();
  const editor = useEditor();
  const group = useEditorState((state) => state.draft.connection_group.get(groupId));
  const { data: credentials } = useQuery({
    queryKey: ["credentials", editor.botId],
    queryFn: () => dataOf(api.GET("/api/v1/credentials", { params: { query: { bot_id: editor.botId } } })),
  });
  if (!group) return null;
  const set = (fields: Record<string, unknown>) =>
    editor.run([update("connection_group", groupId, fields)], `group.${Object.keys(fields)[0]} ${groupId}`);
  const options = [
    { value: "", label: t("editor.no_credential") },
    ...(credentials?.items ?? []).map((each) => ({ value: each.id, label: `${each.name} (${each.provider})` })),
  ];
  return (
    <div className={styles.stack}>
      <PathField
        label={t("editor.integration_id")}
        isCode
        value={group.integration_id ?? ""}
        placeholder="telegram.send_message"
        onChange={(id) => set({ integration_id: id || null })}
      />
      <ChoiceField
        label={t("editor.credential")}
        value={group.credential_id ?? ""}
        options={options}
        onChange={(id) => set({ credential_id: id || null })}
      />
      <JsonField
        label={t("editor.integration_config")}
        value={group.integration_config}
        onChange={(config) => set({ integration_config: config ?? {} })}
      />
    </div>
  );
}
