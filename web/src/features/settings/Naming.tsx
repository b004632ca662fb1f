// Name, description and tags of a bot: kept as soon as a field is left.
import { TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords } from "../../shell/errors";
import type { PlaceBot } from "../../shell/places";
import { setTags } from "../bots/queries";
import styles from "./Settings.module.css";

type Patch = { name?: string; description?: string } | { tags: string[] };

/** Whatever else was changed in the draft meanwhile stays: only this field is written. */
const ANY_VERSION = { "if-match": "*" };

const keep = async (id: string, patch: Patch): Promise<void> => {
  const params = { path: { bot_id: id }, header: ANY_VERSION };
  if ("tags" in patch) await setTags({ id, tags: patch.tags });
  else await dataOf(api.PATCH("/api/v1/bots/{bot_id}", { params, body: patch }));
};

export function Naming({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [name, setName] = useState(bot.name);
  const [description, setDescription] = useState(bot.description);
  const [tags, changeTags] = useState(bot.tags);
  const saving = useMutation({
    mutationFn: (patch: Patch) => keep(bot.id, patch),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["bots"] }),
  });
  const isReadOnly = bot.access === "viewer";
  const leaveName = () => {
    const next = name.trim();
    if (!next) setName(bot.name);
    else if (next !== bot.name) saving.mutate({ name: next });
  };
  return (
    <div className={styles.fields}>
      <TextInput
        label={t("settings.name")}
        value={name}
        maxLength={200}
        readOnly={isReadOnly}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={leaveName}
      />
      <Textarea
        label={t("settings.description")}
        description={t("settings.description_hint")}
        value={description}
        maxLength={10_000}
        autosize
        minRows={2}
        maxRows={12}
        readOnly={isReadOnly}
        onChange={(event) => setDescription(event.currentTarget.value)}
        onBlur={() => description !== bot.description && saving.mutate({ description })}
      />
      <TagsInput
        label={t("bots.tags")}
        description={t("bots.tags_hint")}
        value={tags}
        maxTags={20}
        maxLength={40}
        readOnly={isReadOnly}
        onChange={(next) => {
          changeTags(next);
          saving.mutate({ tags: next });
        }}
      />
      <p role="status" className={saving.error ? styles.wrong : styles.quiet}>
        {saving.error && errorWords(t, saving.error)}
        {saving.isPending && t("settings.saving")}
        {saving.isSuccess && t("settings.saved")}
      </p>
    </div>
  );
}
