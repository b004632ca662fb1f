import { Select } from "@mantine/core";
import { useWords } from "../../i18n/useWords";
import { useChannels } from "./queries";

interface ChannelChoiceProps {
  botId: string;
  value: string | null;
  onChange: (id: string | null) => void;
}

/** One channel or all of them; nothing to choose where there is one. */
export function ChannelChoice({ botId, value, onChange }: ChannelChoiceProps) {
  const { t } = useWords();
  const { data } = useChannels(botId);
  if (!data || (data.length < 2 && !value)) return null;
  const known = data.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      label={t("analytics.channel")}
      data={[{ value: "", label: t("analytics.all_channels") }, ...known]}
      value={value ?? ""}
      onChange={(id) => onChange(id || null)}
    />
  );
}
