// Which sites may show the chat; and a question: may this page?
import { Alert, Button, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../../i18n/useWords";
import { originOf, originsOf } from "./embed";

interface OriginsProps {
  origins: readonly string[];
  onChange: (origins: string[]) => void;
}

export function Origins({ origins, onChange }: OriginsProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const { wrong } = originsOf(typed ?? "");
  const take = () => {
    if (typed === null || wrong.length > 0) return;
    onChange(originsOf(typed).origins);
    setTyped(null);
  };
  return (
    <>
      <Textarea
        label={t("channels.origins")}
        description={t("channels.origins_hint")}
        autosize
        minRows={2}
        spellCheck={false}
        value={typed ?? origins.join("\n")}
        error={typed !== null && wrong.length > 0 && t("channels.origin_wrong")}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={take}
      />
      {origins.length === 0 && (
        <Alert color="yellow" role="note">
          {t("channels.origins_none")}
        </Alert>
      )}
      <Ask origins={origins} onAllow={(origin) => onChange([...origins, origin])} />
    </>
  );
}

function Ask({ origins, onAllow }: { origins: readonly string[]; onAllow: (origin: string) => void }) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const origin = text.trim() ? originOf(text) : null;
  const isAllowed = origin !== null && (origins.includes("*") || origins.includes(origin));
  return (
    <>
      <TextInput
        label={t("channels.origin_ask")}
        description={t("channels.origin_ask_hint")}
        value={text}
        spellCheck={false}
        error={text.trim() !== "" && origin === null && t("channels.origin_wrong")}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {origin && isAllowed && (
        <Alert color="green" role="status">
          {t("channels.origin_ok", { origin })}
        </Alert>
      )}
      {origin && !isAllowed && (
        <Alert color="yellow" role="status">
          <p>{t("channels.origin_missing", { origin })}</p>
          <Button mt="xs" variant="default" onClick={() => onAllow(origin)}>
            {t("channels.origin_add", { origin })}
          </Button>
        </Alert>
      )}
    </>
  );
}
